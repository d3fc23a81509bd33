"""Credentials from a program of the user's choice."""

from __future__ import annotations

import json
import os
import stat
import time

import pytest
from harness.aws_files import boto_access_key, by_shell, write_config
from harness.home import joined


@pytest.fixture
def session(standin):
    """Temporary credentials for the program to print."""
    return standin.iam.issue_session(standin.iam.add_role("tool", set()), "anna")


@pytest.fixture
def command(home):
    """Makes a command the profile's credential_process."""

    def write(command: str):
        write_config(home, {"dev": {"credential_process": command, "region": "us-east-1"}})

    return write


@pytest.fixture
def process(command):
    """Makes a script the profile's credential_process."""
    return lambda script: command(by_shell(script))


def answer(session, **changes) -> str:
    members = {
        "Version": 1,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
        "Expiration": "2099-01-01T00:00:00Z",
        **changes,
    }
    return json.dumps({key: value for key, value in members.items() if value is not None})


@pytest.mark.parametrize("expiration", ["2099-01-01T00:00:00Z", "2099-01-01T01:00:00.123456+01:00", None])
def test_its_answer(developer, home, process, session, expiration):
    home.write("answer.json", answer(session, Expiration=expiration))
    process("cat ~/answer.json")
    assert developer.caller() == "assumed-role/tool/anna"


TOOL = """#!/bin/sh
printf '%s\\n' "$@" >~/arguments
cat ~/answer.json
"""


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("a 'b c' \"d e\" f\\ g ''", ["a", "b c", "d e", "f g", ""]),
        (
            "& ; ( ) | || && < > 2>&1 `a` $HOME ${HOME} ~/a * ? [ab] # b",
            "& ; ( ) | || && < > 2>&1 `a` $HOME ${HOME} ~/a * ? [ab] # b".split(),
        ),
        ("a; b& c|d", ["a;", "b&", "c|d"]),
        ("a\n  b\n\t'c\n   d' e", ["a", "b", "c", "d", "e"]),
    ],
)
def test_its_words(developer, home, command, session, line, arguments):
    """A shell sees nothing of it, and it may go on over the next lines."""
    home.write("answer.json", answer(session))
    tool = home.write("my tool", TOOL, mode=0o700)
    command(f"'{tool}' {line}")
    assert developer.caller() == "assumed-role/tool/anna"
    assert (home.directory / "arguments").read_text().splitlines() == arguments


def test_it_is_found_on_the_path(developer, home, command, session):
    home.write("answer.json", answer(session))
    home.write("bin/vault", TOOL, mode=0o700)
    home.env["PATH"] = joined(home.directory / "bin")
    command("vault a")
    assert developer.caller() == "assumed-role/tool/anna"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/does/not/exist a", ["failed to start", "/does/not/exist"]),
        ("cat ~/answer.json | cat", ["failed (exit 1)", "credential_process = sh -c '…'"]),
        ("cat 'answer.json", ["a quote in its command is not closed"]),
    ],
)
def test_what_its_words_cannot_be(developer, home, command, session, line, words):
    home.write("answer.json", answer(session))
    command(line)
    developer.error("credential_process of profile dev", *words)


def test_it_complains_at_length(developer, home, process, session):
    home.write("answer.json", answer(session))
    process("head -c 2097152 /dev/zero | tr '\\0' x >&2; cat ~/answer.json; head -c 2097152 /dev/zero >&2")
    assert developer.caller() == "assumed-role/tool/anna"


def test_it_asks_for_its_own_profile(developer, home, command, installed, standin):
    """It ends at once, without a process more than the two of them."""
    tool = home.write("vault", f'#!/bin/sh\necho x >>~/runs\nexec "{installed.program}" "$@"\n', mode=0o700)
    command(f"{tool} aws-credentials --profile dev")
    developer.error(
        "credential_process of profile dev failed (exit 1)", "asks codeartifact-keyring for profile dev again"
    )
    command(f"{tool} token {developer.repository.index_url}")
    developer.error(
        "credential_process of profile dev failed (exit 1)", "asks codeartifact-keyring for profile dev again"
    )
    assert (home.directory / "runs").read_text() == "x\n" * 2
    assert standin.connections == []


def test_static_keys(developer, home, process, user):
    home.write("answer.json", answer(user))
    process("cat ~/answer.json")
    assert developer.caller() == "user/anna"


def test_a_source_profile(developer, home, standin, session):
    role = standin.iam.add_role("reader", trusted={session.principal.entity_arn})
    home.write("answer.json", answer(session))
    write_config(
        home,
        {
            "tool": {"credential_process": f"cat {home.directory}/answer.json"},
            "dev": {"role_arn": role.arn, "source_profile": "tool", "region": "us-east-1"},
        },
    )
    assert developer.caller().startswith("assumed-role/reader/")


def test_a_chatty_program(developer, home, process, session):
    """What it writes beside its answer is not shown when it succeeds."""
    home.write("answer.json", answer(session))
    process("echo opening the vault >&2; cat ~/answer.json")
    assert developer.caller() == "assumed-role/tool/anna"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo the vault is locked >&2; echo second line >&2; exit 3", ["failed (exit 3)", "the vault is locked"]),
        ("exit 7", ["failed (exit 7)"]),
        ("kill -9 $$", ["failed"]),
        ("/does/not/exist", ["failed (exit 127)", "/does/not/exist"]),
        ("printf '\\033[31mred\\007\\n' >&2; exit 1", ["failed (exit 1)", "red"]),
        ("echo no json", ["failed", "JSON"]),
        ("true", ["failed"]),
        ("echo '[]'", ["failed"]),
        ("""echo '{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "B"}'""", ["failed", "Version"]),
        ("""echo '{"Version": "1", "AccessKeyId": "A", "SecretAccessKey": "B"}'""", ["failed", "Version"]),
        ("""echo '{"AccessKeyId": "A", "SecretAccessKey": "B"}'""", ["failed", "Version"]),
        ("""echo '{"Version": 1, "AccessKeyId": "A"}'""", ["failed", "SecretAccessKey"]),
        ("""echo '{"Version": 1, "AccessKeyId": 1, "SecretAccessKey": []}'""", ["failed"]),
        ("""echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "B", "SessionToken": 3}'""", ["failed"]),
        ("""printf '{"Version": 1, "AccessKeyId": "A\\\\nB: c", "SecretAccessKey": "B"}'""", []),
        ("head -c 10485760 /dev/zero", ["failed"]),
        ("head -c 10485760 /dev/zero | tr '\\0' ' '", ["failed"]),
        ("yes", ["failed"]),
    ],
)
def test_how_it_can_fail(developer, process, standin, script, words):
    process(script)
    line = developer.error("profile dev", *words)
    assert line.startswith("credential_process of profile dev") or "credential_process" in line
    assert "second line" not in line
    assert standin.mint_count == 0


def test_its_credentials_have_expired(developer, home, process, session, standin):
    home.write("answer.json", answer(session, Expiration="2020-01-01T00:00:00Z"))
    process("cat ~/answer.json")
    developer.error("expired", "credential_process", '"dev"')
    assert standin.connections == []


def test_half_an_answer_shows_no_secret(developer, home, process):
    home.write("answer.json", '{"Version": 1, "AccessKeyId": "AKIDHALFHALFHALF2222", "SecretAccessKey": "hush')
    process("cat ~/answer.json; exit 1")
    line = developer.error("failed (exit 1)")
    assert "hush" not in line


def running(mark: str) -> list[int]:
    """The processes whose command line holds the mark, zombies aside."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    if mark.encode() in file.read():
                        found.append(int(entry))
            except OSError:
                pass
    return found


def gone(mark: str, deadline: float = 10) -> bool:
    end = time.monotonic() + deadline
    while running(mark) and time.monotonic() < end:
        time.sleep(0.05)
    return not running(mark)


def test_it_hangs(developer, process, standin, repository):
    """The lookup ends by itself, and takes the program and what it started with it."""
    mark = f"86{repository.domain[-8:]}"
    seconds = str(100000 + int(mark[-4:], 16))
    process(f"sleep {seconds} & sleep {seconds}")
    developer.error("credential_process", "dev")
    assert gone(f"sleep\0{seconds}")


def test_it_leaves_a_grandchild_that_holds_its_output(developer, home, process, session, repository):
    """As agents do that a helper starts: the answer is there, and nobody waits for the agent."""
    seconds = str(200000 + int(repository.domain[-4:], 16))
    home.write("answer.json", answer(session))
    process(f"cat ~/answer.json; sleep {seconds} &")
    assert developer.caller() == "assumed-role/tool/anna"


def test_it_does_not_inherit_standard_input(developer, home, process, session, installed, repository):
    """What reads its input finds none; a client's own input is not for it."""
    home.write("answer.json", answer(session))
    process("cat >~/read; cat ~/answer.json")
    home.run(installed.keyring, "get", repository.index_url, "aws", text="the client's own\n").ok()
    assert (home.directory / "read").read_text() == ""


def test_aws_credentials_for_another_tool(developer, home, process, session, installed, standin):
    """`aws-credentials` is a credential_process itself."""
    home.write("answer.json", answer(session))
    shared = {"credential_process": f"cat {home.directory}/answer.json"}
    command = f"{installed.program} aws-credentials --profile tool"
    write_config(home, {"tool": shared, "dev": {"credential_process": command}})
    assert boto_access_key(home).ok().stdout.strip() == session.access_key_id
    assert developer.caller() == "assumed-role/tool/anna"
    assert stat.S_IMODE((home.directory / "answer.json").stat().st_mode) == 0o600
