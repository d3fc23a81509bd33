"""Programs that are started get what they need and no more."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from harness.aws_files import by_shell, write_config, write_keys
from harness.home import joined

REPORT = 'ls /proc/self/fd >~/open; tr "\\0" "\\n" </proc/self/environ >~/environ; readlink /proc/self/fd/0 >~/stdin; '
# The three streams, and the directory that `ls` is reading.
OPEN = ["0", "1", "2", "3"]
# What a shell adds of its own accord.
OF_THE_SHELL = {"PWD", "OLDPWD", "SHLVL", "_"}
GUARDS = {"_CODEARTIFACT_KEYRING_BACKEND": "1", "_CODEARTIFACT_KEYRING_HANDED_ON": "1:2"}


def answer(credentials) -> str:
    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
        }
    )


def ask_with_open_files(developer, folder: Path):
    """Asks as a careless client would: with files of its own left open for the child."""
    (folder / "secret").write_text("somebody's")
    files = [fcntl.fcntl(os.open(folder / "secret", os.O_RDONLY), fcntl.F_DUPFD, 20 + count) for count in range(3)]
    try:
        return subprocess.run(
            [developer.installation.keyring, "get", developer.repository.index_url, "aws"],
            env=developer.home.env,
            cwd=developer.home.directory,
            stdin=subprocess.PIPE,
            capture_output=True,
            pass_fds=files,
            timeout=60,
        )
    finally:
        for file in files:
            os.close(file)


def seen(home) -> dict[str, str]:
    lines = (home.directory / "environ").read_text().splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines) if name not in OF_THE_SHELL}


def test_a_credential_process(developer, home, user, tmp_path):
    home.write("answer.json", answer(user))
    write_config(home, {"dev": {"credential_process": by_shell(REPORT + "cat ~/answer.json"), "region": "us-east-1"}})
    given = dict(home.env)
    home.env |= GUARDS
    assert ask_with_open_files(developer, tmp_path).returncode == 0
    assert (home.directory / "open").read_text().split() == OPEN
    assert (home.directory / "stdin").read_text().strip() == "/dev/null"
    variables = seen(home)
    # So that it cannot ask for the same profile, round and round.
    assert variables.pop("_CODEARTIFACT_CREDENTIAL_PROCESSES")
    assert variables == given


def test_the_aws_cli(developer, home, user, standin, tmp_path):
    write_keys(home, {"dev": user})
    token = standin.issue_token(developer.repository)
    reply = json.dumps({"authorizationToken": token, "expiration": 4070908800})
    home.write("reply.json", reply)
    home.write("bin/aws", f"#!/bin/sh\n{REPORT}cat ~/reply.json\n", mode=0o755)
    home.env |= {"CODEARTIFACT_KEYRING_PROVIDER": "aws-cli", "PATH": joined(home.directory / "bin")}
    given = dict(home.env)
    home.env |= GUARDS
    assert ask_with_open_files(developer, tmp_path).stdout.decode() == token + "\n"
    assert (home.directory / "open").read_text().split() == OPEN
    assert (home.directory / "stdin").read_text().strip() == "/dev/null"
    variables = seen(home)
    assert variables.pop("AWS_CLI_AUTO_PROMPT") == "off", "it asks nobody, whatever its settings say"
    assert variables == given


def test_the_end_of_a_child_is_ignored_by_the_parent(developer, home, user, installed):
    """What a program inherits from some daemons; the AWS CLI does not mind."""
    home.write("answer.json", answer(user))
    write_config(home, {"dev": {"credential_process": by_shell("cat ~/answer.json"), "region": "us-east-1"}})
    ignored = ["env", "--ignore-signal=CHLD"]
    home.run(*ignored, installed.keyring, "get", developer.repository.index_url, "aws").ok()
    for expected in (["--default-signal=CHLD"], "0"), (["--ignore-signal=CHLD"], "1"):
        command = [installed.program, "exec", developer.repository.index_url, "--", "cat", "/proc/self/status"]
        status = home.run("env", *expected[0], *command).ok().stdout
        mask = int(next(line for line in status.splitlines() if line.startswith("SigIgn")).split()[1], 16)
        assert str(mask >> (signal.SIGCHLD - 1) & 1) == expected[1], "as before for a program that is executed"


def test_a_credential_process_may_ask_a_keyring(developer, home, user, installed):
    """When the Python backend is the caller, too: a question that comes back to it ends there."""
    home.write("answer.json", answer(user))
    home.write("other/keyring", '#!/bin/sh\n[ "$*" = "get vault anna" ] && cat ~/answer.json\n', mode=0o755)
    write_config(home, {"dev": {"credential_process": "keyring get vault anna", "region": "us-east-1"}})
    home.env["PATH"] = joined(installed.bin, home.directory / "other")
    home.env |= GUARDS
    assert developer.caller() == "user/anna"


@pytest.mark.parametrize("entry", ["", ".", "relative"])
def test_an_aws_in_the_working_directory(developer, home, installed, user, entry):
    """A project's folder is not where programs of the user's are."""
    write_keys(home, {"dev": user})
    for name in ("aws", "relative/aws"):
        home.write(name, '#!/bin/sh\ntouch "$HOME/was-run"\n', mode=0o755)
    home.env |= {"CODEARTIFACT_KEYRING_PROVIDER": "aws-cli", "PATH": f"{entry}:{installed.bin}:{entry}"}
    developer.error("is not installed")
    assert not (home.directory / "was-run").exists()


def test_no_further_thread_can_be_started(other_user):
    """What is missing is said at once: it is no program that took too long."""
    other_user.home.write(".aws/config", "[default]\ncredential_process = /bin/echo {}\n", mode=0o644)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        other_user.home.env.pop(name, None)
    (other_user.home.directory / ".aws").chmod(0o755)
    program = other_user.keyring.with_name("codeartifact-keyring")
    refused = other_user.run("prlimit", "--nproc=1", program, "aws-credentials")
    assert refused.returncode == 1
    assert "the system allows this process no further thread" in refused.stderr
