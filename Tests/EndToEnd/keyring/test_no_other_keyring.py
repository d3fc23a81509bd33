"""Other services where no other `keyring` is installed: Secret Service, in Python's own schema, or an honest no."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess

import pytest
from harness.environments import python

CODEARTIFACT_URL = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"
KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
PREVIOUS = ".config/codeartifact-keyring/previous-keyring.json"
DISABLED = "[backend]\ndefault-keyring=keyring.backends.null.Keyring"


@pytest.fixture
def keyring(home, installed):
    return lambda *arguments, text=None: home.run(installed.keyring, *arguments, text=text)


@pytest.fixture
def pykeyring(home):
    """Python's own keyring command, without the backend."""
    return lambda *arguments, text=None: home.run(python(), "-m", "keyring", *arguments, text=text)


def error_line(result) -> str:
    """The one line that a failed command said."""
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("codeartifact-keyring: ")
    return line


def test_either_reads_what_the_other_stored(desktop, keyring, pykeyring):
    keyring("set", "example.org", "anna", text="hunter2\n").ok()
    assert pykeyring("get", "example.org", "anna").ok().stdout == "hunter2\n"
    pykeyring("set", "example.org", "anna", text="hunter3\n").ok()
    assert keyring("get", "example.org", "anna").ok().stdout == "hunter3\n"
    assert keyring("--mode=creds", "get", "example.org").ok().stdout == "anna\nhunter3\n"
    pykeyring("del", "example.org", "anna").ok()
    assert error_line(keyring("del", "example.org", "anna"))
    pykeyring("set", "example.org", "bob", text="hunter4\n").ok()
    keyring("del", "example.org", "bob").ok()
    assert pykeyring("get", "example.org", "bob").returncode == 1


def test_a_locked_service(desktop, home, keyring):
    keyring("set", "example.org", "anna", text="hunter2\n").ok()
    desktop.lock(home)
    assert "locked" in error_line(keyring("get", "example.org", "anna"))
    nothing = keyring("get", "example.org", "bob")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (1, "", "")
    assert "locked" in error_line(keyring("set", "example.org", "anna", text="hunter3\n"))
    assert "locked" in error_line(keyring("del", "example.org", "anna"))


def test_no_service_at_all(keyring):
    assert (keyring("get", "example.org", "anna").returncode, keyring("get", "a", "b").stderr) == (1, "")
    assert "was not stored" in error_line(keyring("set", "example.org", "anna", text="hunter2\n"))
    assert "no password" in error_line(keyring("del", "example.org", "anna"))


@pytest.mark.parametrize("where", ["variable", "keyringrc.cfg", "before it"])
def test_a_disabled_keyring_stays_disabled(desktop, home, keyring, where):
    keyring("set", "example.org", "anna", text="hunter2\n").ok()
    if where == "variable":
        home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    elif where == "keyringrc.cfg":
        keyring("--disable").ok()
    else:
        home.write(
            KEYRINGRC, "[other]\nx=y\n[Backend]\n[backend]\nDefault-Keyring : codeartifact_keyring.backend.Keyring\n"
        )
        assert keyring("get", "example.org", "anna").ok().stdout == "hunter2\n"
        home.write(PREVIOUS, '{"default-keyring": "keyring.backends.null.Keyring", "keyring-path": null}')
    assert (keyring("get", "example.org", "anna").returncode, keyring("get", "example.org", "anna").stderr) == (1, "")
    assert "disabled" in error_line(keyring("set", "example.org", "anna", text="lost\n"))
    assert "disabled" in error_line(keyring("del", "example.org", "anna"))
    assert home.run("secret-tool", "lookup", "service", "example.org", "username", "anna").stdout == "hunter2"


def test_another_keyring_was_chosen(desktop, home, keyring):
    home.write(KEYRINGRC, "[backend]\ndefault-keyring=keyrings.alt.file.PlaintextKeyring\n")
    assert "keyrings.alt.file.PlaintextKeyring" in error_line(keyring("set", "example.org", "anna", text="x\n"))
    home.write(KEYRINGRC, "[backend]\ndefault-keyring=keyring.backends.SecretService.Keyring\n")
    keyring("set", "example.org", "anna", text="x\n").ok()


def test_disabling_as_python_does_it(home, keyring, pykeyring):
    keyring("--disable").ok()
    assert (home.directory / KEYRINGRC).read_text() == DISABLED
    assert "Refusing to overwrite" in error_line(keyring("--disable"))
    (home.directory / KEYRINGRC).unlink()
    pykeyring("--disable").ok()
    assert (home.directory / KEYRINGRC).read_text() == DISABLED


@pytest.mark.parametrize(
    "env", [{}, {"XDG_CONFIG_HOME": "/tmp//x/./y/", "XDG_DATA_HOME": "relative/z"}, {"HOME": "/nowhere/"}]
)
def test_diagnosing_as_python_does_it(home, keyring, pykeyring, env):
    home.env |= env
    assert keyring("diagnose").ok().stdout == pykeyring("diagnose").ok().stdout
    if not env:
        home.write(KEYRINGRC, DISABLED)
        assert "(absent)" not in keyring("diagnose").ok().stdout
        assert keyring("diagnose").ok().stdout == pykeyring("diagnose").ok().stdout


def test_called_by_the_backend_no_other_keyring_is_asked(desktop, home, keyring):
    keyring("set", "example.org", "anna", text="hunter2\n").ok()
    home.env["_CODEARTIFACT_KEYRING_BACKEND"] = "1"
    assert (keyring("get", "example.org", "anna").returncode, keyring("get", "a", "b").stdout) == (1, "")
    error_line(keyring("set", "example.org", "anna", text="x\n"))


def test_called_by_the_backend_secret_service_is_asked_on_request(desktop, home, keyring):
    """Whatever keyring is chosen: that backend has settled it."""
    keyring("set", "example.org", "anna", text="hunter2\n").ok()
    home.env |= {"_CODEARTIFACT_KEYRING_BACKEND": "secret-service", "PYTHON_KEYRING_BACKEND": "some.other.Keyring"}
    assert keyring("get", "example.org", "anna").ok().stdout == "hunter2\n"
    assert "no other keyring was called" in error_line(keyring("set", "example.org", "anna", text="x\n"))
    assert "no other keyring was called" in error_line(keyring("del", "example.org", "anna"))


def test_a_password_that_is_no_text(desktop, home, installed, keyring):
    done = subprocess.run([installed.keyring, "set", "a", "b"], env=home.env, input=b"\xff\n", capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"")
    assert keyring("get", "a", "b").returncode == 1


@pytest.mark.parametrize("operation", ["set", "del"])
def test_codeartifact_services_under_another_user_name(keyring, standin, operation):
    result = keyring(operation, CODEARTIFACT_URL, "bob", text="x\n")
    if operation == "set":
        assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (0, "", 1)
    else:
        assert "no such password" in error_line(result)
    assert standin.connections == []


# A terminal.


def on_terminal(home, argv, typed: bytes, stdin=None) -> tuple[int, bytes]:
    """Runs a command on a terminal of its own; its exit code and what the terminal showed."""
    pid, master = pty.fork()
    if pid == 0:
        if stdin is not None:
            os.dup2(os.open(stdin, os.O_RDONLY), 0)
        os.chdir(home.directory)
        os.execve(argv[0], [str(word) for word in argv], home.env)
    shown, sent = b"", False
    while select.select([master], [], [], 30)[0]:
        try:
            got = os.read(master, 4096)
        except OSError:
            break
        if not got:
            break
        shown += got
        if not sent and shown.rstrip().endswith(b":"):
            sent = True
            os.write(master, typed)
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), shown


@pytest.mark.parametrize("stdin", [None, "/dev/null"])
def test_a_typed_password(desktop, home, installed, keyring, stdin):
    """Standard input may be empty: then, as with Python, it is the terminal that is asked."""
    code, shown = on_terminal(home, [installed.keyring, "set", "it's", "änna"], b"hunter2\n", stdin)
    assert (code, shown.decode()) == (0, "Password for 'änna' in 'it's': \r\n")
    assert keyring("get", "it's", "änna").ok().stdout == "hunter2\n"


def test_python_shows_the_same(desktop, home, installed):
    words = ["set", "it's", "änna"]
    own = on_terminal(home, [installed.keyring, *words], b"hunter2\n")
    theirs = on_terminal(home, [python(), "-m", "keyring", *words], b"hunter2\n")
    assert own == theirs


@pytest.mark.parametrize(("key", "code"), [(b"\x03", -signal.SIGINT), (b"\x1c", -signal.SIGQUIT), (b"\x04", 1)])
def test_an_interrupted_prompt_stores_nothing(desktop, home, installed, keyring, key, code):
    ended, shown = on_terminal(home, [installed.keyring, "set", "example.org", "anna"], key)
    assert ended == code
    assert b"hunter" not in shown
    assert keyring("get", "example.org", "anna").returncode == 1


def test_a_codeartifact_service_asks_no_other_keyring(home, installed):
    code, shown = on_terminal(home, [installed.keyring, "set", CODEARTIFACT_URL, "aws"], b"")
    assert code == 0
    assert b"Password for" not in shown


# Streams that are closed, full or gone.


@pytest.fixture
def shell(home, installed):
    """Runs `keyring` in a shell that redirects its streams."""
    home.env["CODEARTIFACT_TOKEN"] = "given"

    def run(line):
        script = f'keyring() {{ "{installed.keyring}" "$@"; }}; {line}'
        return subprocess.run(
            ["/bin/bash", "-c", script], env=home.env, cwd=home.directory, capture_output=True, stdin=subprocess.DEVNULL
        )

    return run


@pytest.mark.parametrize(
    "question", [f"get {CODEARTIFACT_URL} aws", f"--mode=creds --output=json get {CODEARTIFACT_URL}", "-h", "diagnose"]
)
@pytest.mark.parametrize("where", [">&-", ">/dev/full", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_an_answer_that_cannot_be_written_is_a_failure(shell, question, where):
    """Python ends with 0 where standard output is closed, and with 120 where it is full."""
    result = shell(f"keyring {question} {where}")
    assert (result.returncode, result.stdout) == (1, b"")


def test_a_reader_that_has_gone(shell):
    result = shell(
        f"(keyring get {CODEARTIFACT_URL} aws; echo $? >code) | true; while [ ! -s code ]; do :; done; cat code"
    )
    assert result.stdout in (b"0\n", b"1\n")


@pytest.mark.parametrize("where", ["<&-", "2>&-", "<&- 2>&-", "2>/dev/full", "</dev/full"])
def test_an_answer_needs_no_other_stream(shell, where):
    assert shell(f"keyring get {CODEARTIFACT_URL} aws {where}").stdout == b"given\n"
    for words, code in (
        ("get", 2),
        ("get example.org anna", 1),
        ("set example.org anna", 1),
        (f"set {CODEARTIFACT_URL} aws", 0),
    ):
        assert shell(f"keyring {words} {where}").returncode == code


def test_nothing_opened_takes_the_place_of_a_closed_stream(home, installed, repository):
    """What is said must not go into a file or a socket that happened to get the number of standard error."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        home.env["HTTPS_PROXY"] = home.env["https_proxy"] = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        line = f'exec "{installed.keyring}" get {repository.index_url} aws <&- >&- 2>&-'
        process = subprocess.Popen(["/bin/bash", "-c", line], env=home.env)
        proxy.settimeout(60)
        # Now it has its lock and its connection open, and waits.
        connection, _ = proxy.accept()
        streams = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (0, 1, 2)]
        connection.close()
    assert process.wait(60) == 1
    assert streams == ["/dev/null"] * 3


def test_a_closed_stream_is_closed_for_the_next_keyring_too(home, installed, tmp_path):
    other = tmp_path / "other" / "keyring"
    other.parent.mkdir()
    other.write_text('#!/bin/sh\nls /proc/self/fd >"$HOME/open"\n')
    other.chmod(0o755)
    home.env["PATH"] = f"{installed.bin}:{other.parent}:/usr/bin:/bin"
    subprocess.run(["/bin/bash", "-c", f'"{installed.keyring}" get a b <&- 2>&-'], env=home.env, check=True)
    opened = (home.directory / "open").read_text().split()
    assert "2" not in opened
    assert "1" in opened
