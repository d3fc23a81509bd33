"""KeePassXC without a screen, with a database open to Secret Service."""

from __future__ import annotations

import base64
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .desktop import Desktop, bare_bus, wait_for_secret_service
from .home import Home
from .secret_service import until

_PASSWORD = "test"


def is_installed() -> bool:
    return shutil.which("keepassxc") is not None


def _database(directory: Path) -> str:
    """An empty database, as KeePassXC exports it, whose root group is shown to other programs."""
    group = uuid.uuid4()
    encoded = base64.b64encode(group.bytes).decode()
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
 <Meta><Generator>KeePassXC</Generator><DatabaseName>test</DatabaseName>
  <CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{group}}}</Value></Item></CustomData>
 </Meta>
 <Root><Group><UUID>{encoded}</UUID><Name>Root</Name></Group></Root>
</KeePassFile>
"""


@contextmanager
def keepassxc(home: Home, directory: Path, confirms: bool) -> Iterator[Desktop]:
    """A session bus with KeePassXC; with `confirms`, its user wants to be asked before an item is read, changed or deleted."""
    said = "true" if confirms else "false"
    home.write(
        ".config/keepassxc/keepassxc.ini",
        "[General]\nConfigVersion=2\nMinimizeAfterUnlock=false\nUpdateCheckMessageShown=true\n\n[GUI]\nCheckForUpdates=false\n\n"
        f"[FdoSecrets]\nEnabled=true\nConfirmAccessItem={said}\nConfirmDeleteItem={said}\nShowNotification=false\n",
    )
    (directory / "database.xml").write_text(_database(directory))
    database = directory / "database.kdbx"
    home.run(
        "keepassxc-cli", "import", "-p", directory / "database.xml", database, text=f"{_PASSWORD}\n{_PASSWORD}\n"
    ).ok()
    with bare_bus(home, directory) as bus:
        process = subprocess.Popen(
            ["keepassxc", "--pw-stdin", database],
            env=home.env | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert process.stdin is not None
            process.stdin.write(f"{_PASSWORD}\n".encode())
            process.stdin.close()
            wait_for_secret_service(home)
            # It takes its name before it has opened the database.
            until(lambda: bus.is_unlocked(home, "database"), "the database is open")
            bus.keyring_pid = process.pid
            yield bus
        finally:
            # With a dialog open it ends for nothing less.
            process.kill()
            process.wait()
