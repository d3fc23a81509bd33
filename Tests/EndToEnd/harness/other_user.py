"""Another user of this machine, without an entry in the password file: not root, and without access to the tests' own files."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .home import Home
from .installation import Installation
from .process import Result


class OtherUser:
    """What this user has: a home, the program, and a kernel keyring of their own."""

    def __init__(self, base: Path, home: Home, installed: Installation) -> None:
        # Seldom the same user twice: what the kernel keeps of one is not to meet the next.
        self.uid = 200_000 + secrets.randbelow(100_000)
        self.base = base
        base.chmod(0o755)
        self.home = Home.make(base)
        self.home.env |= {name: home.env[name] for name in home.env if name not in ("HOME", "XDG_RUNTIME_DIR")}
        for folder in (self.home.directory, self.home.runtime):
            os.chown(folder, self.uid, self.uid)
        shutil.copytree(installed.libexec, base / "programs")
        self.keyring = base / "programs" / "keyring"
        authority = Path(shutil.copy(home.env["AWS_CA_BUNDLE"], base / "authority.pem"))
        authority.chmod(0o644)
        self.home.env["AWS_CA_BUNDLE"] = str(authority)
        self.home.env["PATH"] = "/usr/bin:/bin"

    def run(self, *command: str | Path, timeout: float = 25) -> Result:
        """Runs a command as this user."""
        return self.home.run(*self.as_user(), *command, timeout=timeout)

    def as_user(self) -> list[str]:
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"]


@contextmanager
def make_other_user(home: Home, installed: Installation) -> Iterator[OtherUser]:
    base = Path(tempfile.mkdtemp(prefix="other-user-"))
    user = OtherUser(base, home, installed)
    try:
        yield user
    finally:
        user.run("keyctl", "clear", "@u")
        shutil.rmtree(base, ignore_errors=True)
