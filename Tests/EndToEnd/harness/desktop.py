"""A desktop session without a screen: a private D-Bus with a real gnome-keyring, or with nothing on it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .home import Home

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>%(listen)s</listen>
  %(services)s
  <auth>%(authentication)s</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@dataclass
class Desktop:
    """A session bus and the daemons on it."""

    address: str
    bus_pid: int
    keyring_pid: int | None = None

    def is_alive(self) -> bool:
        """Whether gnome-keyring still runs; one that has ended and was not waited for does not."""
        try:
            return Path(f"/proc/{self.keyring_pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
        except FileNotFoundError:
            return False

    def is_unlocked(self, home: Home, collection: str = "login") -> bool:
        """Whether a collection is open."""
        asked = home.run(
            *f"gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets/collection/{collection}".split(),
            *"-m org.freedesktop.DBus.Properties.Get org.freedesktop.Secret.Collection Locked".split(),
        )
        return asked.stdout.strip() == "(<false>,)"

    def lock(self, home: Home) -> None:
        """Locks the login keyring, as the screen lock of some desktops does."""
        home.run(
            *"gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets".split(),
            *"-m org.freedesktop.Secret.Service.Lock".split(),
            "['/org/freedesktop/secrets/collection/login']",
        ).ok()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def session_bus(home: Home, configuration: Path | None = None) -> Iterator[Desktop]:
    """A private session bus that the home's commands see."""
    read, write = os.pipe()
    kind = ["--session"] if configuration is None else [f"--config-file={configuration}"]
    daemon = subprocess.Popen(
        ["dbus-daemon", *kind, "--nofork", f"--print-address={write}"],
        env=home.env,
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            address = pipe.readline().strip()
        assert address, "dbus-daemon did not start"
        home.env["DBUS_SESSION_BUS_ADDRESS"] = address
        yield Desktop(address, daemon.pid)
    finally:
        home.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        _stop(daemon)


@contextmanager
def bare_bus(home: Home, directory: Path) -> Iterator[Desktop]:
    """A session bus on which no Secret Service is and none can be started."""
    configuration = directory / "bare-bus.conf"
    configuration.write_text(_configuration())
    with session_bus(home, configuration) as bus:
        yield bus


@contextmanager
def bus_at(home: Home, directory: Path, listen: str, authentication: str = "EXTERNAL") -> Iterator[Desktop]:
    """A session bus that listens elsewhere, with an unlocked gnome-keyring."""
    configuration = directory / "bus-elsewhere.conf"
    configuration.write_text(_configuration(listen=listen, authentication=authentication))
    with session_bus(home, configuration) as bus, _unlocked_keyring(home, bus, "test"):
        yield bus


def _configuration(services: str = "", listen: str = "unix:tmpdir=/tmp", authentication: str = "EXTERNAL") -> str:
    return _BUS % {"services": services, "listen": listen, "authentication": authentication}


@contextmanager
def bus_that_starts(home: Home, directory: Path, command: str) -> Iterator[Desktop]:
    """A session bus on which Secret Service is said to be there, and is this command."""
    services = directory / "services"
    services.mkdir()
    (services / "org.freedesktop.secrets.service").write_text(
        f"[D-BUS Service]\nName=org.freedesktop.secrets\nExec={command}\n"
    )
    configuration = directory / "bus.conf"
    configuration.write_text(_configuration(f"<servicedir>{services}</servicedir>"))
    with session_bus(home, configuration) as bus:
        yield bus


@contextmanager
def keyring_without_a_login_keyring(home: Home) -> Iterator[Desktop]:
    """gnome-keyring as the bus starts it for who logs in over SSH: nobody has given it a password."""
    with session_bus(home) as bus, _keyring(home, bus, "--start"):
        yield bus


@contextmanager
def gnome_keyring(home: Home, password: str = "test") -> Iterator[Desktop]:
    """A session bus with gnome-keyring and an unlocked login keyring."""
    with session_bus(home) as bus, _unlocked_keyring(home, bus, password):
        yield bus


def _unlocked_keyring(home: Home, bus: Desktop, password: str) -> AbstractContextManager[None]:
    return _keyring(home, bus, "--unlock", password)


@contextmanager
def _keyring(home: Home, bus: Desktop, how: str, given: str = "") -> Iterator[None]:
    """gnome-keyring on a bus; what it is given, it reads from standard input."""
    # In the foreground: the daemon that forks says it is ready before it owns its name.
    daemon = subprocess.Popen(
        ["gnome-keyring-daemon", how, "--foreground", "--components=secrets"],
        env=home.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert daemon.stdin is not None
        daemon.stdin.write(given.encode())
        daemon.stdin.close()
        wait_for_secret_service(home)
        bus.keyring_pid = daemon.pid
        yield
    finally:
        _stop(daemon)


def wait_for_secret_service(home: Home, deadline: float = 20) -> None:
    ask = "gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus -m org.freedesktop.DBus.NameHasOwner"
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        if home.run(*ask.split(), "org.freedesktop.secrets").stdout.strip() == "(true,)":
            return
        time.sleep(0.02)
    raise AssertionError("gnome-keyring did not take its name on the bus")
