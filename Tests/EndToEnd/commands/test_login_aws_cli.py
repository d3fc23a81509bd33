"""`login` where the AWS CLI is on PATH: it signs in, on the terminal, and `login` uses the session that it stored."""

from __future__ import annotations


import pytest
from harness.aws_files import write_login_token, write_sso_token, write_config

REAL = "/usr/bin:/bin"
SSH = {"SSH_CONNECTION": "203.0.113.7 50000 203.0.113.8 22"}


def leave(path) -> str:
    """A script that leaves behind what a file holds now, which is put aside."""
    aside = path.with_suffix(".aside")
    path.rename(aside)
    return f"mv '{aside}' '{path}'"


@pytest.mark.parametrize(
    ("version", "variables", "more"),
    [
        ("2.9.0", {}, []),
        ("2.22.3", {}, []),
        ("2.9.19", SSH, ["--no-browser"]),
        ("2.22.3", SSH, ["--use-device-code", "--no-browser"]),
    ],
    ids=["2.9", "2.22", "2.9 over SSH", "2.22 over SSH"],
)
def test_the_cli_signs_in(person, url, standin, version, variables, more):
    person.add_aws(version, leave(write_sso_token(person.home, person.center.sign_in())))
    person.home.env |= variables
    with person.login(url) as terminal:
        result = terminal.finish().ok()
    assert person.aws_arguments() == ["sso", "login", "--profile", "dev", *more]
    assert result.stdout.startswith(person.repository.domain)
    assert len(result.stdout.splitlines()) == 1, "what the CLI writes is not part of the answer"
    assert terminal.screen == "the CLI speaks\n"
    assert standin.mint_count == 1
    assert standin.oidc.devices == {}


def test_the_cli_has_the_terminal(person, url):
    """It may ask, and be answered."""
    kept = leave(write_sso_token(person.home, person.center.sign_in()))
    script = (
        f'test -t 0 && test -t 1 && test -t 2 || exit 7\nprintf "Go on? "\nread answer\n[ "$answer" = yes ] && {kept}'
    )
    person.add_aws("2.22.0", script)
    with person.login(url) as terminal:
        terminal.wait_for("Go on? ")
        terminal.type("yes\n")
        terminal.finish().ok()


def test_the_source_profile_of_a_role(person, url, standin):
    """The session belongs to the source profile, and so does the command."""
    role = standin.iam.add_role("builder", trusted={"111122223333"})
    build = {"role_arn": role.arn, "source_profile": "dev", "region": "us-east-1"}
    person.configure(build=build)
    person.home.env["AWS_PROFILE"] = "build"
    person.add_aws("2.22.0", leave(write_sso_token(person.home, person.center.sign_in())))
    with person.login(url) as terminal:
        terminal.finish().ok()
    assert person.aws_arguments() == ["sso", "login", "--profile", "dev"]
    assert ":assumed-role/builder/" in standin.mints[0].caller


@pytest.mark.parametrize("version", ["1.45.11", "2.8.13"])
def test_a_cli_that_cannot(person, url, version):
    """Version 1 has no `sso login`, and versions before 2.9 do not know sessions: then `login` signs in by itself."""
    person.add_aws(version, "exit 252")
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    assert person.aws_arguments() == []


@pytest.mark.parametrize("script", ["exit 1", "echo something else", "echo aws-cli/2", "echo aws-cli/two.nine.one"])
def test_a_program_that_is_not_the_aws_cli(person, url, script):
    person.home.write("tools/aws", f"#!/bin/sh\n{script}\n", mode=0o755)
    person.home.env["PATH"] = f"{person.home.directory / 'tools'}:{person.developer.installation.bin}"
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()


def test_a_cli_that_fails(person, url, standin):
    person.add_aws("2.22.0", "echo the page could not be opened >&2; exit 255")
    with person.login(url) as terminal:
        result = terminal.finish()
    assert (result.returncode, result.stdout) == (1, "")
    said, error = terminal.screen.splitlines()[1:]
    assert said == "the page could not be opened"
    assert "aws sso login --profile dev failed (exit 255)" in error
    assert standin.mint_count == 0


def test_a_cli_that_leaves_nothing_behind(person, url):
    person.add_aws("2.22.0")
    with person.login(url, watched=False) as terminal:
        result = terminal.finish()
    assert result.returncode == 1
    assert 'You are not signed in to AWS SSO session "corp"' in result.stderr.splitlines()[-1]
    assert person.aws_arguments() == ["sso", "login", "--profile", "dev"], "once, not again and again"


@pytest.mark.parametrize("legacy", [False, True], ids=["session", "legacy"])
def test_the_real_cli(person, url, standin, legacy):
    """AWS CLI v2 as distributions bring it."""
    person.configure(legacy=legacy)
    person.home.env |= {"PATH": f"{person.developer.installation.bin}:{REAL}", "BROWSER": "/bin/true"}
    with person.login(url) as terminal:
        terminal.wait_until(lambda: standin.oidc.devices)
        (device,) = standin.oidc.devices.values()
        terminal.wait_for(device.user_code)
        standin.oidc.approve()
        result = terminal.finish().ok()
    assert len(result.stdout.splitlines()) == 1
    assert "Successfully logged into Start URL" in terminal.screen
    assert standin.mint_count == 1


# --- aws login ----------------------------------------------------------------------------------------------------


@pytest.fixture
def login_session(person, standin):
    """The profile `dev` rests on `aws login`."""
    session = standin.signin.login(lifetime=800)
    write_config(person.home, {"dev": {"login_session": session.arn, "region": "us-east-1"}})
    return session


@pytest.mark.parametrize(("variables", "more"), [({}, []), (SSH, ["--remote"])], ids=["here", "over SSH"])
def test_aws_login(person, url, standin, login_session, variables, more):
    person.add_aws("2.32.1", leave(write_login_token(person.home, login_session)))
    person.home.env |= variables
    with person.login(url) as terminal:
        terminal.finish().ok()
    assert person.aws_arguments() == ["login", "--profile", "dev", *more]
    assert standin.mints[0].caller.endswith("assumed-role/login-anna/anna")


def test_an_aws_login_that_lasts(person, url, login_session):
    person.add_aws("2.32.1", "exit 1")
    write_login_token(person.home, login_session)
    with person.login(url) as terminal:
        terminal.finish().ok()
    assert person.aws_arguments() == []


@pytest.mark.parametrize("version", [None, "2.31.9"])
def test_aws_login_with_a_cli_that_does_not_support_it(person, url, login_session, version):
    if version:
        person.add_aws(version)
    # Another domain of the same profile gets the same advice.
    with person.login(url, url.replace("acme-", "beta-"), watched=False) as terminal:
        result = terminal.finish()
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert "You are not signed in to AWS with profile dev" in line
        assert line.endswith("Install AWS CLI 2.32 or later, and run: aws login --profile dev")
    assert person.aws_arguments() == []
