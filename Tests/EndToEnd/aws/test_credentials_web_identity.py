"""Tokens of an identity provider: EKS, GitLab, Bitbucket."""

from __future__ import annotations

import pytest
from harness.aws_files import write_config
from standin import unavailable


@pytest.fixture
def role(standin):
    return standin.iam.add_role("ci", trusted={standin.providers.arn})


@pytest.fixture
def workload(developer, home, standin, role):
    """The variables that such a machine is given; the file holds a good token."""
    path = home.write("token", standin.providers.issue())
    del home.env["AWS_PROFILE"]
    home.env |= {"AWS_WEB_IDENTITY_TOKEN_FILE": str(path), "AWS_ROLE_ARN": role.arn, "AWS_REGION": "us-east-1"}
    return path


def test_the_environment(developer, workload, standin):
    assert developer.caller().startswith("assumed-role/ci/")
    assert [(record.service, record.authenticated) for record in standin.requests] == [
        ("sts", False),
        ("control-plane", True),
    ]


def test_a_name_for_the_session(developer, home, workload):
    home.env["AWS_ROLE_SESSION_NAME"] = "build-42"
    assert developer.caller() == "assumed-role/ci/build-42"


def test_a_profile(developer, home, standin, role):
    path = home.write("elsewhere/token", standin.providers.issue())
    settings = {"role_arn": role.arn, "web_identity_token_file": str(path), "role_session_name": "build-1"}
    write_config(home, {"dev": {**settings, "region": "eu-west-1"}})
    assert developer.caller() == "assumed-role/ci/build-1"
    assert standin.hosts_asked("sts") == ["sts.eu-west-1.amazonaws.com"]


def test_a_source_profile_for_another_role(developer, home, standin, role):
    path = home.write("token", standin.providers.issue())
    last = standin.iam.add_role("last", trusted={role.arn})
    write_config(
        home,
        {
            "ci": {"role_arn": role.arn, "web_identity_token_file": str(path)},
            "dev": {"role_arn": last.arn, "source_profile": "ci", "region": "us-east-1"},
        },
    )
    assert developer.caller().startswith("assumed-role/last/")


def test_a_profile_named_outright_passes_the_environment_over(developer, home, workload, user):
    write_config(home, {"dev": {name.lower(): value for name, value in user.environment().items()}})
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "dev"
    assert developer.caller() == "user/anna"


def test_the_file_may_end_with_a_line_break(developer, workload):
    workload.write_text(workload.read_text() + "\n")
    assert developer.caller().startswith("assumed-role/ci/")


def test_the_file_is_read_each_time(developer, home, workload, standin, installed):
    """The token in it is replaced every hour."""
    home.env["CODEARTIFACT_KEYRING_STORE"] = "none"
    workload.write_text(standin.providers.issue(lifetime=-1))
    developer.error("expired")
    workload.write_text(standin.providers.issue())
    assert developer.caller().startswith("assumed-role/ci/")


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (lambda providers: "wrong.wrong.wrong", "Couldn't retrieve verification key"),
        (lambda providers: providers.issue(lifetime=-1), "Token expired"),
        (lambda providers: providers.issue(rejected=True), "rejected the claim"),
        (lambda providers: "", "empty"),
        (lambda providers: "\x00\x1b[31m", ""),
        (lambda providers: "x" * 100_000, ""),
    ],
    ids=["InvalidIdentityToken", "ExpiredTokenException", "IDPRejectedClaim", "empty", "control characters", "huge"],
)
def test_a_token_that_is_refused(developer, workload, standin, role, token, words):
    workload.write_text(token(standin.providers))
    developer.error(str(workload), role.arn, words)
    assert standin.mint_count == 0


def test_a_file_that_is_not_there(developer, workload, standin, role):
    workload.unlink()
    developer.error(str(workload), role.arn)
    assert standin.connections == []


def test_a_directory_in_its_place(developer, workload, standin, role):
    workload.unlink()
    workload.mkdir()
    developer.error(str(workload), role.arn)


def test_a_role_that_does_not_trust_the_provider(developer, home, workload, standin):
    other = standin.iam.add_role("other", trusted=set())
    home.env["AWS_ROLE_ARN"] = other.arn
    developer.error(other.arn, "sts:AssumeRoleWithWebIdentity")


def test_sts_is_busy_at_first(developer, workload, standin):
    standin.faults.answer_next(unavailable(), service="sts")
    assert developer.caller().startswith("assumed-role/ci/")
