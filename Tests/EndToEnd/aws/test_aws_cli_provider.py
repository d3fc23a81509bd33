"""The AWS CLI as the provider of tokens: by choice, with what either version prints."""

from __future__ import annotations

import pytest
from harness.aws_files import write_keys
from harness.home import joined

CLI = "/usr/bin/aws"
FAKE = """#!/bin/sh
printf '%s\\n' "$@" >"$HOME/arguments"
echo '{"authorizationToken": "'"$(cat "$HOME/token")"'", "expiration": EXPIRATION}'
"""


@pytest.fixture
def by_the_cli(developer, home, user):
    write_keys(home, {"dev": user})
    home.env["CODEARTIFACT_KEYRING_PROVIDER"] = "aws-cli"


def test_the_cli_itself(developer, by_the_cli, home, standin):
    assert developer.caller() == "user/anna"
    assert standin.mints[0].duration == 43200
    assert developer.served() == standin.mints[0], "kept like any other"
    assert standin.mint_count == 1


def test_a_cli_that_is_to_ask_for_arguments(developer, by_the_cli, home):
    home.write(".aws/config", "[profile dev]\ncli_auto_prompt = on\n")
    assert developer.caller() == "user/anna"


def test_a_failure_of_the_cli(developer, by_the_cli, standin):
    standin.control_plane.domains.clear()
    developer.error("does not exist")


@pytest.mark.parametrize("expiration", ["4070908800.0", "4070908800", '"2099-01-01T00:00:00+00:00"'])
def test_what_the_versions_print(developer, by_the_cli, home, standin, installed, expiration):
    token = standin.issue_token(developer.repository)
    home.write("token", token)
    home.write("bin/aws", FAKE.replace("EXPIRATION", expiration), mode=0o755)
    home.env["PATH"] = joined(home.directory / "bin", installed.bin)
    result = developer.run().ok()
    assert result.raw_stdout == token + "\n"
    arguments = (home.directory / "arguments").read_text().split("\n")
    one = developer.repository
    for name, value in {"--domain": one.domain, "--domain-owner": one.owner, "--region": one.region}.items():
        assert arguments[arguments.index(name) + 1] == value


@pytest.mark.parametrize(
    "script",
    [
        "echo no json",
        "echo '{}'",
        "echo '{\"authorizationToken\": 1}'",
        "echo you are not signed in >&2; exit 255",
        "exit 253",
        "kill -9 $$",
        "sleep 100000",
        "yes",
    ],
)
def test_a_cli_that_fails(developer, by_the_cli, home, installed, script):
    home.write("bin/aws", f"#!/bin/sh\n{script}\n", mode=0o755)
    home.env["PATH"] = joined(home.directory / "bin", installed.bin)
    line = developer.error("aws")
    if "not signed in" in script:
        assert "you are not signed in" in line


def test_without_the_cli(developer, by_the_cli, home, installed, tmp_path):
    """The line names what is missing."""
    only = tmp_path / "only"
    only.mkdir()
    for name in ("sh", "cat"):
        (only / name).symlink_to(f"/bin/{name}")
    home.env["PATH"] = f"{installed.bin}:{only}"
    developer.error("aws")
