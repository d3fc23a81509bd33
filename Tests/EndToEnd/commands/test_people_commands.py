"""What holds of every command for people: help with an example, exit codes, completions, the same answer on a terminal and
in a pipe."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

COMMANDS = [
    "add-source",
    "aws-credentials",
    "configure",
    "env",
    "exec",
    "list",
    "login",
    "logout",
    "netrc",
    "status",
    "token",
    "unconfigure",
]


def test_the_commands_are_all_named(home, installed):
    shown = home.run(installed.program, "--help").ok().stdout
    listed = re.findall(r"^  ([a-z-]+)  +\S", shown.split("SUBCOMMANDS:")[1], re.MULTILINE)
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(home, installed, command):
    result = home.run(installed.program, command, "--help").ok()
    assert result.stderr == ""
    assert re.search(rf"Example: .*codeartifact-keyring {command}\b", result.output), result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_usage(home, installed, command):
    result = home.run(installed.program, command, "--no-such-option")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ") and f"codeartifact-keyring {command} --help" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_them(home, installed, shell):
    script = home.run(installed.program, "--generate-completion-script", shell).ok().stdout
    assert [command for command in COMMANDS if command not in script] == []


def on_a_terminal(home, *words):
    """Standard output and standard error of a command whose streams are a terminal."""
    master, slave = os.openpty()
    process = subprocess.Popen([str(word) for word in words], env=home.env, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(master)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "words", [["status"], ["list", "--region", "us-east-1"], ["list", "--json", "--region", "us-east-1"]]
)
def test_a_table_is_the_same_on_a_terminal_and_in_a_pipe(home, installed, repository, words):
    piped = home.run(installed.program, *words).ok()
    assert piped.stderr == ""
    assert on_a_terminal(home, installed.program, *words) == (0, piped.raw_stdout)
    assert "\x1b" not in piped.raw_stdout


def test_an_answer_that_cannot_be_written_is_none(home, installed, repository):
    for words in (["list", "--region", "us-east-1"], ["env", repository.index_url], ["netrc", repository.index_url]):
        full = '"$0" "$@" > /dev/full'
        result = home.run("sh", "-c", full, installed.program, *words)
        assert result.returncode == 1
        assert "standard output could not be written" in result.stderr
