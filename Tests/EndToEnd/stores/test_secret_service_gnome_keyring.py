"""The real gnome-keyring in every state it gets into, and every kind of dead session bus."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from pathlib import Path

import harness.without_kernel_keyring
import pytest
from harness.environments import python
from harness.process import finish, start
from harness.secret_service import monitor, until


@pytest.fixture
def answered(lookup, standin):
    """Looks up several times; each answer is the token that AWS gave, and no more tokens are asked for than given here."""

    def check(mints=1, times=3):
        for _ in range(times):
            result = lookup().ok()
            assert (result.stdout, result.stderr) == ("<token>\n", "")
            assert result.fingerprint == standin.mints[-1].fingerprint
        assert standin.mint_count == mints

    return check


def holding_a_token(home):
    return home.files_holding("eyJ2ZXIiOj")


def test_unlocked(desktop, monitored, answered, home):
    answered()
    assert "CreateItem" in monitored.calls()
    assert monitored.saw_nothing_forbidden()
    assert desktop.is_alive() and desktop.is_unlocked(home)
    assert holding_a_token(home) == []


def test_locked(desktop, home, answered, tmp_path):
    desktop.lock(home)
    # Listening starts here: the test itself has just made a call that a lookup must not make.
    with monitor(home, tmp_path) as monitored:
        answered()
        assert monitored.saw_nothing_forbidden()
    assert desktop.is_alive() and not desktop.is_unlocked(home)
    assert holding_a_token(home) == [], "it is in the daemon's memory"


def test_locked_while_it_holds_the_token(desktop, home, answered):
    answered()
    desktop.lock(home)
    answered(mints=2)
    assert desktop.is_alive()


def test_no_login_keyring(ssh_session, home, answered):
    answered()
    assert ssh_session.is_alive()
    assert holding_a_token(home) == []
    assert not list((home.directory / ".local/share").rglob("*.keyring")), "no keyring was made"


def test_killed_between_two_lookups(desktop, home, answered):
    answered()
    os.kill(desktop.keyring_pid, signal.SIGKILL)
    # The bus starts another, which is locked.
    answered(mints=2)


def test_killed_midway(desktop, home, lookup, installed, repository, standin):
    """The daemon dies while a lookup waits for its answer."""
    lookup().ok()
    os.kill(desktop.keyring_pid, signal.SIGSTOP)
    command = [python(), harness.without_kernel_keyring.__file__, installed.keyring, "get", repository.index_url, "aws"]
    waiting = start(command, home.env, home.directory)
    until(lambda: has_socket(waiting.pid), "the lookup has come to Secret Service")
    os.kill(desktop.keyring_pid, signal.SIGKILL)
    result = finish(waiting, 25).ok()
    assert result.stderr == ""
    assert result.fingerprint == standin.mints[-1].fingerprint


def has_socket(pid):
    try:
        return any(os.readlink(file).startswith("socket:") for file in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return False


def test_stopped(desktop, home, answered):
    os.kill(desktop.keyring_pid, signal.SIGSTOP)
    answered()
    assert holding_a_token(home) != []
    os.kill(desktop.keyring_pid, signal.SIGCONT)
    assert desktop.is_alive() and desktop.is_unlocked(home)


def test_no_bus(home, answered):
    answered()


def test_no_bus_and_no_runtime_directory(home, answered):
    del home.env["XDG_RUNTIME_DIR"]
    answered()
    assert {path.parent.name for path in holding_a_token(home)} == {"codeartifact-keyring"}


@pytest.mark.parametrize(
    "address",
    [
        "unix:path=/nonexistent",
        "disabled:",
        "autolaunch:",
        "autolaunch:scope=*user",
        "unixexec:path=/bin/sleep,argv1=1000",
        "nonce-tcp:host=127.0.0.1,port=1,noncefile=/dev/zero",
        "tcp:host=127.0.0.1,port=1",
        "unix:abstract=codeartifact-keyring-nobody-listens",
        "unix:path=/dev/null",
        "unix:path=%",
        "nonsense",
        ";;;",
        ":",
    ],
)
def test_dead_bus(home, answered, address):
    home.env["DBUS_SESSION_BUS_ADDRESS"] = address
    answered()


def test_a_socket_whose_bus_is_gone(home, answered):
    path = home.runtime / "bus"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    assert path.is_socket()
    answered()
    home.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={path}"
    answered()


class Listener:
    """A socket in a bus's place, which takes connections and says what it likes."""

    def __init__(self, path, answer):
        self.connections = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen(64)
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            if self._answer:
                connection.sendall(self._answer)

    def close(self):
        for one in [*self.connections, self._socket]:
            one.close()


NONSENSE = {
    "nothing": b"",
    "garbage": b"\x00\xff" * 2000,
    "agrees": b"OK 1234567890abcdef1234567890abcdef\r\n",
    "refuses": b"REJECTED\r\n",
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_mute_socket(home, answered, answer, tmp_path):
    """It takes the connection and never says a thing, or nothing sensible."""
    listener = Listener(tmp_path / "bus", answer)
    try:
        home.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path / 'bus'}"
        answered()
        if not answer:
            assert len(listener.connections) == 1, "it is left alone after the first time"
    finally:
        listener.close()


def test_a_bus_without_a_provider(bus_without_provider, answered, home):
    answered()


def test_a_bus_without_a_provider_is_not_asked_for_one(bus_without_provider, lookup, home, tmp_path):
    with monitor(home, tmp_path) as monitored:
        lookup().ok()
        assert "NameHasOwner" in monitored.calls()
        assert "StartServiceByName" not in monitored.calls()


def test_a_provider_that_ends_when_it_is_started(bus_starting, answered):
    bus_starting("/bin/false")
    answered()


def test_a_provider_that_never_owns_its_name(bus_starting, answered, home, tmp_path):
    note = tmp_path / "started"
    bus_starting(f"/bin/sh -c 'echo $$ >> {note}; exec sleep 120'")
    try:
        answered()
        assert len(note.read_text().splitlines()) == 1
        assert holding_a_token(home) != []
    finally:
        for pid in note.read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def test_without_libsecret(desktop, home, answered, tmp_path):
    """A file that is no library stands in its place, so that it cannot be loaded."""
    (tmp_path / "libsecret-1.so.0").write_bytes(b"")
    home.env["LD_LIBRARY_PATH"] = str(tmp_path)
    assert home.run("secret-tool", "search", "a", "b").returncode == 127, "it really cannot be loaded"
    answered()
    assert holding_a_token(home) != []


def test_a_libsecret_of_another_kind(desktop, home, answered, tmp_path):
    """One that lacks what is needed of it."""
    source = tmp_path / "empty.c"
    source.write_text("")
    subprocess.run(["cc", "-shared", "-o", tmp_path / "libsecret-1.so.0", source], check=True, stdin=subprocess.DEVNULL)
    home.env["LD_LIBRARY_PATH"] = str(tmp_path)
    answered()


def test_a_burst(desktop, home, installed, lookup, standin, repository, monitored):
    """Three hundred lookups, sixty at once, none of them served by the kernel keyring."""
    home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
    command = [python(), harness.without_kernel_keyring.__file__, installed.keyring, "get", repository.index_url, "aws"]
    for _ in range(5):
        results = [finish(one, 100).ok() for one in [start(command, home.env, home.directory) for _ in range(60)]]
        assert {(one.stderr, one.fingerprint) for one in results} == {("", standin.mints[0].fingerprint)}
    assert standin.mint_count == 1
    assert desktop.is_alive() and desktop.is_unlocked(home)
    assert monitored.saw_nothing_forbidden()
    assert monitored.most_sessions_at_once() == 1
