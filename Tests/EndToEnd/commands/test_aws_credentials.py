"""`codeartifact-keyring aws-credentials`: the chain's answer for other tools and for whoever wonders."""

from __future__ import annotations

import json

import pytest
from harness.aws_files import write_sso_token, write_config, write_keys


@pytest.fixture
def ask(home, installed):
    """The answer as an object, and the one line on standard error."""

    def run(*options):
        result = home.run(installed.program, "aws-credentials", *options).ok()
        assert len(result.raw_stderr.splitlines()) == 1
        return json.loads(result.raw_stdout), result.raw_stderr.strip()

    return run


def test_static_keys(ask, user):
    answer, source = ask()
    assert set(answer) == {"Version", "AccessKeyId", "SecretAccessKey"}
    assert (answer["Version"], answer["AccessKeyId"]) == (1, user.access_key_id)
    assert answer["SecretAccessKey"] == user.secret_access_key
    assert "environment" in source
    assert user.access_key_id not in source


def test_a_profile_named_outright(ask, home, standin):
    """As `--profile` of the CLI does, it takes keys in the environment out of play."""
    other = standin.iam.add_user("berta")
    write_config(home, {"other": {}})
    write_keys(home, {"other": other})
    answer, source = ask("--profile", "other")
    assert answer["AccessKeyId"] == other.access_key_id
    assert '"other"' in source


def test_the_profile_of_this_programs_variable(ask, home, standin):
    other = standin.iam.add_user("berta")
    write_config(home, {"other": {}})
    write_keys(home, {"other": other})
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "other"
    answer, source = ask()
    assert answer["AccessKeyId"] == other.access_key_id
    assert '"other"' in source
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "x"
    assert ask("--profile", "other")[0]["AccessKeyId"] == other.access_key_id


def test_a_profile_of_the_variable_that_asks_for_the_default_one(ask, home, installed):
    write_config(home, {"dev": {"credential_process": f"{installed.program} aws-credentials"}})
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "dev"
    assert ask()[0]["AccessKeyId"] == home.env["AWS_ACCESS_KEY_ID"]


def test_temporary_credentials(ask, home, standin):
    center = standin.identity_center
    center.assign("Reader")
    sso = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "Reader"}
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    write_config(home, {"dev": sso, "sso-session corp": where})
    write_sso_token(home, center.sign_in())
    answer, source = ask("--profile", "dev")
    issued = standin.iam.find(answer["AccessKeyId"])
    assert set(answer) == {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert (answer["SecretAccessKey"], answer["SessionToken"]) == (issued.secret_access_key, issued.session_token)
    assert '"dev"' in source
    assert '"corp"' in source


def test_no_credentials(home, installed, standin):
    home.sign_out()
    result = home.run(installed.program, "aws-credentials")
    assert (result.returncode, result.stdout) == (1, "")
    assert "No AWS credentials found" in result.stderr


def test_a_profile_that_is_not_there(home, installed):
    result = home.run(installed.program, "aws-credentials", "--profile", "x")
    assert (result.returncode, result.stdout) == (1, "")
    assert 'AWS profile "x" (from --profile) is not in ~/.aws/config or ~/.aws/credentials' in result.stderr
