"""What holds of every command for people, those that are yet to come included: help, an example, exit codes, streams."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass

import pytest
from harness.environments import ROOT
from harness.process import run

# The commands are found by asking the program, so the parameters need it before there is any fixture.
_PROGRAM = ROOT / ".build/release/codeartifact-keyring"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


@dataclass
class Command:
    words: list[str]
    about: dict

    @property
    def arguments(self) -> list[dict]:
        return [one for one in self.about.get("arguments", []) if one.get("shouldDisplay", True)]

    def usage(self, kind: str) -> list[dict]:
        return [one for one in self.arguments if one["kind"] == kind]


def commands() -> list[Command]:
    """Every command of the program, the program itself first."""
    if not _PROGRAM.exists():
        return []
    said = subprocess.run(
        [_PROGRAM, "--experimental-dump-help"], env=_ENVIRONMENT, capture_output=True, check=True, timeout=30
    )

    def below(about: dict, path: list[str]) -> list[Command]:
        found = [Command(path, about)]
        for one in about.get("subcommands", []):
            if one["commandName"] != "help" and one.get("shouldDisplay", True):
                found += below(one, [*path, one["commandName"]])
        return found

    return below(json.loads(said.stdout)["command"], [])


COMMANDS = {" ".join(command.words) or "the program": command for command in commands()}
every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


def call(program, *words, **more):
    return run([program, *words], {**_ENVIRONMENT, "COLUMNS": "1000"}, timeout=30, **more)


def test_the_commands_are_found():
    assert {"token", "status", "login", "configure", "unconfigure", "aws-credentials"} <= set(COMMANDS)


@every_command
def test_help(installed, command):
    for option in ("--help", "-h"):
        result = call(installed.program, *command.words, option).ok()
        assert result.stderr == ""
        text = " ".join(result.stdout.split())
        assert command.about["abstract"].rstrip(".") in text
        assert "USAGE:" in result.stdout
        example = next(line for line in result.stdout.splitlines() if line.strip().startswith("Example: "))
        assert " ".join(["codeartifact-keyring", *command.words]) in example
        assert re.search(r"Exit codes: .*; 1 .*; 2 wrong usage\.", text)
    assert call(installed.program, "help", *command.words).ok().stdout == result.stdout


@every_command
def test_every_argument_is_explained(command):
    assert command.about["abstract"].endswith(".")
    silent = [one["valueName"] for one in command.arguments if not one.get("abstract", "").strip()]
    assert silent == []


@every_command
def test_the_purpose_is_one_line(command):
    assert len(command.about["abstract"]) <= 90


def test_an_option_has_the_same_words_everywhere():
    said: dict[str, set[str]] = {}
    for command in COMMANDS.values():
        for one in command.arguments:
            for name in one.get("names", []):
                said.setdefault(name["name"], set()).add(one["abstract"])
    assert {name: words for name, words in said.items() if len(words) > 1} == {}
    assert {"json", "profile", "duration", "region", "pip"} <= set(said)


@every_command
@pytest.mark.parametrize("words", [["--no-such-option"], ["-Z"], ["--json=what?"]], ids=" ".join)
def test_an_option_that_is_not_known_is_wrong_usage(installed, command, words):
    given = ["x" for one in command.usage("positional") if not one["isOptional"]]
    for option in command.usage("option"):
        if not option["isOptional"]:
            given += [f"--{option['valueName']}", "x"]
    if any(one["parsingStrategy"] == "postTerminator" for one in command.arguments):
        given += ["--", "true"]
    result = call(installed.program, *command.words, *words, *given)
    assert (result.returncode, result.stdout) == (2, "")
    assert words[0].split("=")[0] in result.stderr
    assert f"Usage: codeartifact-keyring {' '.join(command.words)}".strip() in result.stderr


@every_command
def test_an_argument_that_lacks_is_wrong_usage(installed, command):
    needed = [one for one in command.usage("positional") if not one["isOptional"]]
    if not needed:
        pytest.skip("it needs none")
    result = call(installed.program, *command.words)
    assert (result.returncode, result.stdout) == (2, "")
    assert needed[0]["valueName"] in result.stderr


@every_command
def test_an_answer_that_cannot_be_written_is_a_failure(installed, command):
    """A full disk: whoever goes on with an answer must know that there is none."""
    with open("/dev/full", "wb") as full:
        words = [str(installed.program), *command.words, "--help"]
        ended = subprocess.run(words, env=_ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert ended.returncode == 1


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


def test_a_token_that_cannot_be_written_is_a_failure(home, installed, repository):
    for words in (["list", "--region", "us-east-1"], ["env", repository.index_url], ["netrc", repository.index_url]):
        full = '"$0" "$@" > /dev/full'
        result = home.run("sh", "-c", full, installed.program, *words)
        assert result.returncode == 1
        assert "standard output could not be written" in result.stderr


# What each command is asked where it can only fail: nothing can be read there, or nothing is allowed.
IN_A_BROKEN_HOME = {
    "token": ["https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"],
    "status": [],
    "login": [],
    "configure": ["uv"],
    "aws-credentials": [],
}


@pytest.mark.parametrize("name", IN_A_BROKEN_HOME)
def test_no_answer(home, installed, name):
    home.sign_out()
    home.write(".config/codeartifact-keyring/config.toml", "duration = [\n")
    (home.directory / ".config/uv/uv.toml").mkdir(parents=True)
    home.write(".aws/config", "this is no setting\n")
    before = home.contents()
    result = home.run(installed.program, name, *IN_A_BROKEN_HOME[name])
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("codeartifact-keyring: ")
    assert home.contents() == before


@pytest.mark.parametrize("words", [["no-such-command"], ["tokens"], ["token", "a", "b"], ["--versions"]], ids=" ".join)
def test_wrong_usage(installed, words):
    result = call(installed.program, *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize(
    ("word", "meant"), [("tokens", "token"), ("unconfig", "unconfigure"), ("get", "keyring get"), ("frobnicate", None)]
)
def test_an_unknown_command(installed, word, meant):
    result = call(installed.program, word, "--json")
    assert (result.returncode, result.stdout) == (2, "")
    question = f" Did you mean '{meant}'?" if meant else ""
    assert result.stderr.startswith(f"Error: Unknown command '{word}'.{question}\nUsage: codeartifact-keyring ")


def test_no_command_at_all_is_a_question_for_help(installed):
    result = call(installed.program).ok()
    assert result.stdout == call(installed.program, "--help").ok().stdout
    assert result.stderr == ""


def test_the_version(installed):
    assert re.fullmatch(r"\d+\.\d+\.\d+( \([0-9a-f]+\+?\))?\n", call(installed.program, "--version").ok().stdout)
