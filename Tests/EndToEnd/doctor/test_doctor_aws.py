"""`doctor`: who one is to AWS, where tokens are kept, and what the repositories say. It ends, whatever hangs."""

from __future__ import annotations

import re

import pytest
from harness.doctor_env import Finding, only, script
from harness.failure_scenarios import Setup
from standin import GET_TOKEN, Response, connection_cut

CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
DOMAIN = "DOMAIN (111122223333, us-east-1)"


@pytest.fixture
def project(doctor_env):
    """A project with a source: there is something to be tried."""
    return doctor_env.with_source()


def lines(doctor_env, area):
    return [(finding.severity, finding.what) for finding in doctor_env.findings() if finding.area == area]


# -- identity ---------------------------------------------------------------------------------------------------------


def test_the_source_of_the_identity_is_named(project, home, user, standin):
    setup = Setup(home, standin, user, project.repository)
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    setup.role()
    standin.iam.add_role("reader", {GET_TOKEN, "sts:GetServiceBearerToken"})
    [(severity, what)] = lines(project, "aws")
    assert severity == "ok"
    assert what == ('credentials from profile "dev" (role arn:aws:iam::111122223333:role/reader from profile "base")')


def test_a_profile_that_is_not_there(project, home):
    """Told once, though nothing behind it works either."""
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    assert project.failures() == [
        Finding(
            "aws",
            "problem",
            'AWS profile "dev" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials. Add it to ~/.aws/config',
        )
    ]


@pytest.mark.parametrize(
    ("disabled", "note"),
    [
        ("true", "no AWS credentials are configured, and AWS_EC2_METADATA_DISABLED excludes an EC2 instance's role"),
        ("", "no AWS credentials are configured: only an EC2 instance's role remains"),
    ],
)
def test_no_sign_in_at_all(project, home, standin, disabled, note):
    home.sign_out()
    home.env |= {
        "AWS_EC2_METADATA_DISABLED": disabled,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{standin.machine_url}/nothing/",
    }
    [finding] = only(project, "token")
    assert finding.what.startswith(f"{DOMAIN}: No AWS credentials found")
    assert [found.what for found in project.notes("aws")] == [note]


def test_an_sso_session_that_has_expired(project, home, user, standin):
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    Setup(home, standin, user, project.repository).sso()
    assert only(project, "token") == [
        Finding(
            "token",
            "problem",
            f'{DOMAIN}: You are not signed in to AWS SSO session "corp" (profile "dev")',
            "~/.aws/config:2",
            "aws sso login --profile dev",
        )
    ]


def test_the_profile_that_the_configuration_names(project, home):
    home.write(
        ".config/codeartifact-keyring/config.toml",
        f'[[domain]]\nmatch = {{ domain = "{project.repository.domain}" }}\nprofile = "team"\n',
    )
    [finding] = only(project, "aws")
    missing = 'AWS profile "team" (from config.toml) is not in ~/.aws/config or ~/.aws/credentials'
    assert finding.what == f"{missing}. Add it to ~/.aws/config"


# -- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_from_the_environment_needs_no_sign_in(project, home):
    home.sign_out()
    home.env |= {"AWS_PROFILE": "dev", "CODEARTIFACT_TOKEN": project.good_token()}
    assert project.failures() == []
    [(severity, what)] = lines(project, "token")
    assert severity == "ok"
    assert re.fullmatch(
        re.escape(f"{DOMAIN}: a token with 5 h 0 min left (until ") + r"[-0-9: ]{16}\), from CODEARTIFACT_TOKEN", what
    )
    assert lines(project, "aws")[0][0] == "note"


def test_a_token_from_the_environment_that_has_ended(project, home):
    home.env["CODEARTIFACT_TOKEN"] = project.old_token()
    assert only(project, "token") == [
        Finding("token", "warning", "CODEARTIFACT_TOKEN (has expired) is ignored", command="unset CODEARTIFACT_TOKEN")
    ]


def test_a_domain_that_does_not_exist(project):
    project.project(
        f'[[tool.poetry.source]]\nname = "a"\nurl = "{project.repository.index_url.replace("us-east-1", "us-west-2")}"\n'
    )
    [finding] = only(project, "token")
    assert finding.what.endswith("does not exist. Check the repository URL")


# -- repositories -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "what", "command"),
    [
        (
            401,
            "internal of DOMAIN rejects the token (HTTP 401)",
            "codeartifact-keyring login https://DOMAIN-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/",
        ),
        (
            403,
            "internal of DOMAIN cannot be read (HTTP 403): the permission codeartifact:ReadFromRepository is missing",
            "aws codeartifact get-repository-permissions-policy --domain DOMAIN --domain-owner 111122223333 "
            "--region us-east-1 --repository internal",
        ),
        (
            404,
            "internal of DOMAIN does not exist, or you have no access to it (HTTP 404)",
            "codeartifact-keyring list --domain DOMAIN --owner 111122223333 --region us-east-1",
        ),
        (503, "internal of DOMAIN answers with HTTP 503: try again later", ""),
    ],
)
def test_what_a_repository_answers(project, standin, status, what, command):
    standin.faults.answer_always(Response(status), service="repository")
    assert only(project, "repository") == [Finding("repository", "problem", what, command=command)]


def test_a_token_from_the_environment_that_no_repository_takes(project, home):
    """Another one from AWS would not take its place."""
    home.env["CODEARTIFACT_TOKEN"] = "opaque"
    [finding] = only(project, "repository")
    assert (finding.place, finding.command) == ("CODEARTIFACT_TOKEN", "unset CODEARTIFACT_TOKEN")


def test_a_token_that_aws_refuses(project, home, standin):
    """The line with the keys is named, whatever reason AWS gives."""
    user = standin.iam.add_user("bob", allowed=set())
    keys = f"aws_access_key_id = {user.access_key_id}\naws_secret_access_key = "
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    home.write(".aws/credentials", f"[dev]\n{keys}{user.secret_access_key}\n")
    [refused] = only(project, "token")
    assert refused.place == "~/.aws/credentials:2"
    home.write(".aws/credentials", f"[dev]\n\n{keys}wrong\n")
    [wrong] = only(project, "token")
    assert (wrong.place, wrong.command) == ("~/.aws/credentials:3", "aws configure --profile dev")


def test_a_slip_in_the_repositorys_name(project):
    path = project.folder / "pyproject.toml"
    path.write_text(path.read_text().replace("/internal/", "/internol/"))
    [finding] = only(project, "repository")
    assert finding.what == "internol of DOMAIN does not exist, or you have no access to it (HTTP 404)"


def test_the_request_is_a_real_one(project, standin):
    project.doctor().ok()
    [request] = standin.repository_requests()
    assert (request.method, request.path, request.status, request.authenticated) == (
        "GET",
        "/pypi/internal/simple/",
        200,
        True,
    )


def test_an_index_longer_than_what_is_read(project, standin):
    standin.faults.answer_always(Response(200, b"<a>x</a>" * 500_000), service="repository")
    assert project.failures() == []


def test_two_domains_and_three_repositories(project, standin):
    """One token for each domain, one request for each repository."""
    domain = project.repository.domain
    second, third = standin.add_repository(domain, "tools"), standin.add_repository(f"{domain}-b", "internal")
    text = (project.folder / "pyproject.toml").read_text()
    for name, repository in (("second", second), ("third", third)):
        text += f'\n[[tool.poetry.source]]\nname = "{name}"\nurl = "{repository.index_url}"\n'
    project.project(text)
    assert project.failures() == []
    assert len(lines(project, "token")) == 2
    assert len(lines(project, "repository")) == 3
    assert len(lines(project, "aws")) == 1, "one sign-in, told once"
    assert standin.mint_count == 2


# -- stores -----------------------------------------------------------------------------------------------------------


def test_the_stores_in_use(project, desktop):
    assert lines(project, "stores") == [("ok", "tokens are cached in kernel, secret-service (the default collection)")]


@pytest.mark.parametrize("pinned", ["secret-service"])
def test_a_pinned_store_that_is_not_there(project, home, pinned):
    home.env["CODEARTIFACT_KEYRING_STORE"] = pinned
    [finding] = [finding for finding in project.failures() if finding.area == "stores"]
    assert finding.severity == "problem"
    assert finding.what.endswith("no session bus, and no other store is configured")


def test_no_store_is_wanted(project, home):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "none"
    assert project.failures() == []
    assert [note.what for note in project.notes("stores")] == ["no token is cached, as configured"]


# -- the last failure -------------------------------------------------------------------------------------------------


def test_the_last_failure(project, home):
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "gone"
    home.run(project.installation.keyring, "get", project.repository.index_url, "aws")
    del home.env["CODEARTIFACT_KEYRING_PROFILE"]
    [note] = project.notes("history")
    assert note.what.startswith('the last failure, just now: AWS profile "gone"')


def test_the_last_failure_of_another_domain(project, home):
    url = project.repository.index_url.replace("us-east-1", "us-west-2")
    home.run(project.installation.keyring, "get", url, "aws")
    assert project.notes("history") == []
    assert lines(project, "history") == [
        (
            "ok",
            "no lookup for this project has failed (the last failure, just now, was about the domain "
            "DOMAIN (111122223333, us-west-2))",
        )
    ]


# -- what hangs -------------------------------------------------------------------------------------------------------


def test_aws_that_cannot_be_reached(project, standin):
    standin.faults.refused_hosts.add(CONTROL_PLANE)
    [finding] = only(project, "token")
    assert CONTROL_PLANE in finding.what


def test_a_repository_that_says_nothing(project, standin):
    standin.faults.silent_hosts.add(project.repository.host)
    [finding] = only(project, "repository")
    assert finding.what.startswith("internal of DOMAIN: cannot reach")


def test_everything_hangs_at_once(project, home, standin, bus_starting):
    """A bus, AWS and a Python that never respond: all are named, and doctor ends in time."""
    bus_starting("/bin/sleep 100")
    standin.faults.silent_hosts.add(CONTROL_PLANE)
    script(project.tools / "python3", "#!/bin/sh\nexec sleep 100\n")
    script(project.tools / "uv", "#!/bin/sh\nexec sleep 100\n")
    result = project.home.run(project.installation.program, "doctor", cwd=project.folder, timeout=40)
    shown = result.stdout.replace(str(project.tools), "TOOLS")
    assert result.returncode == 1, result.describe()
    lines = [line.split(maxsplit=2) for line in shown.splitlines() if line.startswith(("warning ", "problem "))]
    shown_of = {area: text for _, area, text in lines}
    assert sorted(shown_of) == ["keyring", "stores", "token", "uv"], result.describe()
    assert "TOOLS/python3 failed to answer within 8 s" in shown_of["keyring"]
    assert "Secret Service" in shown_of["stores"]
    assert CONTROL_PLANE in shown_of["token"]


def test_a_connection_that_is_cut(project, standin):
    standin.faults.answer_always(connection_cut())
    [finding] = only(project, "token")
    assert CONTROL_PLANE in finding.what
