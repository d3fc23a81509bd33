"""The means by which clients are watched see what they are there to see."""

from __future__ import annotations

import base64
import sys
import time

import pytest
from harness.environments import python
from harness.client_report import ClientReport, Measure, Row
from harness.process import start
from harness.fake_keyring import FakeKeyring

PYTHON = sys.executable
# Stays until its input ends: long enough to be seen, whatever else the machine does.
WAITING = "import sys; sys.stdin.read()"


@pytest.fixture
def token(home, installed, repository):
    """A minted token, known to the test alone."""
    return home.run(installed.keyring, "get", repository.index_url, "aws").ok().raw_stdout.strip()


def found_in(process, no_leaks):
    """What is found while the process waits for the end of its input: it may not have got that far yet."""
    end = time.monotonic() + 20
    found = []
    while not found and time.monotonic() < end:
        found = no_leaks.all()
    process.communicate("")
    return found


def test_nothing_is_found_where_nothing_is(no_leaks, home, token):
    home.run("true")
    assert no_leaks.all() == []


@pytest.mark.parametrize("where", ["arguments", "environment"])
def test_a_process_with_a_token(no_leaks, watch, home, token, where):
    with_token = {**home.env, "SECRET": token} if where == "environment" else home.env
    words = [token] if where == "arguments" else []
    process = start([PYTHON, "-c", WAITING, *words], with_token, home.directory, stdin=-1)
    (found,) = found_in(process, no_leaks)
    assert found.startswith(f"{where} of: {PYTHON}")
    assert token not in found


def test_a_program_that_is_executed_later(no_leaks, home, token):
    """The process is known by then, under other arguments."""
    secret = home.write("secret", token)
    no_leaks.may_keep(secret)
    script = f'read go; exec {PYTHON} -c "{WAITING}" "$(cat {secret})"'
    process = start(["sh", "-c", script], home.env, home.directory, stdin=-1)
    assert no_leaks.all() == []
    process.stdin.write("go\n")
    process.stdin.flush()
    (found,) = found_in(process, no_leaks)
    assert found.startswith(f"arguments of: {PYTHON}")


def test_output(no_leaks, home, token):
    secret = home.write("secret", f"<{token}>")
    no_leaks.may_keep(secret)
    home.run("cat", secret)
    assert [line for line in no_leaks.all()] == [f"output of: cat {secret}"]
    no_leaks.may_print("cat")
    assert no_leaks.all() == []


@pytest.mark.parametrize("form", ["plain", "header"])
def test_a_file(no_leaks, home, token, form):
    content = token if form == "plain" else base64.b64encode(f"aws:{token}".encode()).decode()
    path = home.write("cache/entry", b"\x00\xff" + content.encode() + b"\r\n\x00")
    assert no_leaks.all() == [f"file {path}"]
    path.unlink()


def test_starts_of_the_program_are_noted(recorder, configured, installed, repository):
    configured.run(installed.keyring, "--mode", "creds", "get", repository.index_url).ok()
    code = f"import keyring; keyring.get_password({repository.index_url!r}, 'aws')"
    configured.run(python("modules"), "-c", code).ok()
    configured.run("keyring", "--mode=creds", "get", "example.org", "")
    configured.run("keyring", "get", "--", "example.org", "anna")
    configured.run(installed.program, "status", repository.index_url)
    assert [(call.operation, call.service, call.username) for call in recorder.calls] == [
        ("get", repository.index_url, None),
        ("get", repository.index_url, None),
        ("get", "example.org", ""),
        ("get", "example.org", "anna"),
    ]
    assert recorder.about_others(repository.host) == [
        "keyring --mode=creds get example.org ''",
        "keyring get -- example.org anna",
    ]
    recorder.forget()
    assert recorder.count == 0


def test_the_program_notices_nothing(recorder, home, installed, tmp_path):
    """It passes requests on to the next keyring on PATH, not to what stands in front of itself."""
    fake_keyring = FakeKeyring.make(tmp_path, code=7)
    home.env["PATH"] = f"{installed.bin}:{fake_keyring.folder}:/usr/bin:/bin"
    result = home.run("keyring", "get", "odd ü ''", "")
    assert (result.returncode, recorder.count) == (7, 1)
    assert fake_keyring.arguments == [b"get", "odd ü ''".encode(), b""]


def test_a_row_is_judged(standin):
    good = Row("pip", "26.3", "install", True, 1, 0, 1, 1, 1)
    client_report = ClientReport()
    client_report.add(good)
    for wrong in (
        Row("pip", "26.3", "two mints", True, 2, 0, 1, 1, 1),
        Row("pip", "26.3", "a mint when warm", True, 1, 1, 1, 1, 1),
        Row("pip", "26.3", "two processes", True, 1, 0, 2, 1, 1),
        Row("pip", "26.3", "two processes when warm", True, 1, 0, 1, 2, 1),
        Row("pip", "26.3", "broken", False),
    ):
        with pytest.raises(AssertionError, match=f"pip 26.3 {wrong.operation}"):
            client_report.add(wrong)
    assert len(client_report.table()) == 7, "what is wrong is in the table too"


def test_a_task_is_measured_cold_and_warm(standin, recorder, home, installed, repository):
    client_report = ClientReport()
    measure = Measure(client_report, standin, recorder)
    measure("keyring", "1", "get", lambda _: home.run("keyring", "get", repository.index_url, "aws").ok(), 1)
    assert client_report.rows == [Row("keyring", "1", "get", True, 1, 0, 1, 1, 1)]
    with pytest.raises(AssertionError):
        measure("keyring", "1", "fail", lambda _: home.run("false").ok())
    assert client_report.rows[-1] == Row("keyring", "1", "fail", False)
