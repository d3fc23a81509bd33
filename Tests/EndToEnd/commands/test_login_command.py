"""`codeartifact-keyring login`: the one place where a person is asked."""

from __future__ import annotations

import ctypes
import platform
import signal
from pathlib import Path

import pytest
from harness.aws_files import write_config, write_keys
from harness.open_files import holders
from harness.terminal import Terminal

# tgkill(2), for which Python has no function.
SYS_TGKILL = {"x86_64": 234, "aarch64": 131}[platform.machine()]
NOBODY = "Profile dev needs an MFA code, which cannot be asked for here. Run: codeartifact-keyring login --profile dev"


@pytest.fixture
def device(developer, home, standin, user):
    """The profile `dev` is a role that wants a code of this device."""
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, requires_mfa=True)
    dev = {"role_arn": role.arn, "source_profile": "base", "mfa_serial": device.serial, "region": "us-east-1"}
    write_config(home, {"base": {"region": "us-east-1"}, "dev": dev})
    write_keys(home, {"base": user})
    return device


@pytest.fixture
def login(home, installed, repository):
    """Starts `login` with a terminal beside its streams."""

    def start(*more) -> Terminal:
        return Terminal([installed.program, "login", repository.index_url, *more], home.env, home.directory)

    return start


def test_a_code_is_asked_for_once(login, developer, device, standin):
    with login() as terminal:
        terminal.wait_for(device.serial)
        terminal.type(device.code() + "\n")
        result = terminal.finish().ok()
    assert result.stderr == ""
    assert terminal.shown.count(device.serial) == 1
    assert developer.caller().startswith("assumed-role/reader/")
    assert standin.mint_count == 1, "the developer found what login had got"


def test_a_profile_named_on_the_command_line(login, home, device, standin):
    del home.env["AWS_PROFILE"]
    with login("--profile", "dev") as terminal:
        terminal.wait_for(device.serial)
        terminal.type(device.code() + "\n")
        terminal.finish().ok()
    assert standin.mints[0].caller.split(":")[5].startswith("assumed-role/reader/")


def test_a_wrong_code(login, device, standin):
    with login() as terminal:
        terminal.wait_for(device.serial)
        terminal.type("000000\n")
        result = terminal.finish()
    assert result.returncode == 1
    assert f"MFA code rejected for {device.serial}" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert standin.mint_count == 0


@pytest.mark.parametrize("typed", ["\n", "\x04", "abcdef\n", "12345\n", "１２３４５６\n"])
def test_an_invalid_code(login, device, standin, typed):
    """Nothing, the end of the input, letters, too few digits, digits of another script."""
    with login() as terminal:
        terminal.wait_for(device.serial)
        terminal.type(typed)
        if typed == "\x04":
            terminal.type("\n")
        result = terminal.finish()
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert standin.mint_count == 0


def test_nobody_answers(login, device, standin):
    """Whoever presses Ctrl-C gets the prompt of the shell back at once."""
    with login() as terminal:
        terminal.wait_for(device.serial)
        terminal.type("\x03")
        result = terminal.finish()
    assert result.returncode != 0
    assert standin.mint_count == 0


def test_an_interrupt_reaches_the_prompt_through_any_thread(login, device, standin):
    """The kernel may deliver a signal to another thread than the one that waits for the answer."""
    with login() as terminal:
        terminal.wait_for(device.serial)
        pid = terminal.process.pid
        others = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir() if int(task.name) != pid]
        assert others, "the program has one thread alone"
        assert ctypes.CDLL(None).syscall(SYS_TGKILL, pid, others[0], signal.SIGINT) == 0
        result = terminal.finish(10)
    assert result.returncode != 0
    assert standin.mint_count == 0


def test_without_a_terminal(home, installed, repository, device, standin):
    result = home.run(installed.program, "login", repository.index_url, text="123456\n")
    assert result.returncode == 1
    assert NOBODY in result.stderr
    assert standin.connections == []


def test_two_at_once_ask_once(home, installed, repository, device, standin):
    """The second waits, and finds what the first got."""
    both = (
        f"'{installed.program}' login '{repository.index_url}' & '{installed.program}' login '{repository.index_url}'"
    )
    script = f"{both} & wait %1 && wait %2"
    with Terminal(["/bin/sh", "-c", script], home.env, home.directory) as terminal:
        terminal.wait_for(device.serial)
        # One that starts when the first is done is another wish, and asks again.
        terminal.wait_until(lambda: len(holders(".lock", terminal.process.pid)) == 2)
        terminal.type(device.code() + "\n")
        terminal.finish().ok()
    assert terminal.shown.count(device.serial) == 1
    assert (standin.mint_count, len(standin.sts.assumed)) == (1, 1)


def test_an_interrupt_that_is_ignored_answers_one_question_alone(home, installed, repository, device, standin):
    other = standin.add_repository(f"{repository.domain}-too")
    words = ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", installed.program, "login"]
    with Terminal([*words, repository.index_url, other.index_url], home.env, home.directory) as terminal:
        terminal.wait_for(device.serial)
        terminal.type("\x03")
        terminal.wait_until(lambda: terminal.shown.count(device.serial) == 2)
        terminal.type(device.code() + "\n")
        result = terminal.finish()
    assert (result.returncode, standin.mint_count) == (1, 1)
    assert result.stderr.count(NOBODY) == 1


@pytest.mark.parametrize("command", ["keyring get", "token", "aws-credentials"])
def test_a_lookup_never_asks(home, installed, repository, device, standin, command):
    """A lookup never prompts, even if a person is at the terminal."""
    words = {
        "keyring get": [installed.keyring, "get", repository.index_url, "aws"],
        "token": [installed.program, "token", repository.index_url],
        "aws-credentials": [installed.program, "aws-credentials"],
    }[command]
    with Terminal(words, home.env, home.directory) as terminal:
        result = terminal.finish()
    assert result.returncode == 1
    assert result.stderr.strip().endswith(NOBODY)
    assert terminal.shown == ""
    assert standin.connections == []


def test_a_user_without_mfa_is_asked_nothing(login, home, standin, user):
    home.sign_in(user)
    with login() as terminal:
        terminal.finish().ok()
    assert terminal.shown == ""
    assert standin.mint_count == 1
