"""The words in which a failure to sign in is told: each one provoked, and its line compared."""

from __future__ import annotations

import json

import pytest
from harness.aws_files import by_shell, write_login_token, write_sso_token
from harness.failure_scenarios import ACCOUNT, REGION, ROLE, FailureTable

TABLE = FailureTable()


@TABLE.row
def sso_expired(setup):
    sign_in = setup.sso().sign_in(lifetime=-60)
    sign_in.revoked = True
    write_sso_token(setup.home, sign_in)
    return ['AWS SSO session "corp" (profile "dev") has expired. Run: aws sso login --profile dev']


@TABLE.row
def sso_never_logged_in(setup):
    setup.sso()
    return ['You are not signed in to AWS SSO session "corp" (profile "dev"). Run: aws sso login --profile dev']


@TABLE.row
def sso_revoked(setup):
    sign_in = setup.sso().sign_in()
    write_sso_token(setup.home, sign_in)
    sign_in.revoked = True
    return ['AWS SSO session "corp" (profile "dev") was revoked. Run: aws sso login --profile dev']


@TABLE.row
def sso_role_not_assigned(setup):
    write_sso_token(setup.home, setup.sso(role="Writer").sign_in())
    return [f"Role Writer in account {ACCOUNT} is not assigned to you in SSO (profile dev)"]


@TABLE.row
def sso_session_not_defined(setup):
    setup.sso(defined=False)
    return ['~/.aws/config line 2: profile dev names sso_session "corp", which is not defined']


@TABLE.row
def aws_login_expired(setup):
    session = setup.standin.signin.login(lifetime=-60)
    session.refused = "TOKEN_EXPIRED"
    write_login_token(setup.home, session)
    setup.config(dev={"login_session": session.arn, **REGION})
    return ["Run: aws login --profile dev"]


@TABLE.row
def no_credentials(setup):
    del setup.home.env["AWS_PROFILE"]
    return ['No AWS credentials found (looked in env, profile "default", container, instance). Run: aws configure']


@TABLE.row
def profile_missing(setup):
    setup.config(other=REGION)
    return ['AWS profile "dev" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials']


@TABLE.row
def configuration_unreadable(setup):
    setup.home.write(".aws/config", "[profile dev]\nregion = us-east-1\nthis is no setting\n")
    return ["~/.aws/config line 3: "]


@TABLE.row
def configuration_that_is_a_directory(setup):
    (setup.home.directory / ".aws/config").mkdir(parents=True)
    return [".aws/config"]


@TABLE.row
def role_loop(setup):
    setup.config(dev={"role_arn": ROLE, "source_profile": "b"}, b={"role_arn": ROLE, "source_profile": "dev"})
    return ["dev → b → dev"]


@TABLE.row
def role_without_a_source(setup):
    setup.config(dev={"role_arn": ROLE})
    return ["~/.aws/config line 2: profile dev", "source_profile", "credential_source"]


@TABLE.row
def role_with_two_sources(setup):
    setup.config(base={}, dev={"role_arn": ROLE, "source_profile": "base", "credential_source": "Environment"})
    return ["~/.aws/config line 5: profile dev", "both source_profile and credential_source"]


@TABLE.row
def role_with_a_source_that_is_not_there(setup):
    setup.config(dev={"role_arn": ROLE, "source_profile": "nowhere"})
    return ['~/.aws/config line 3: profile dev names source_profile "nowhere", which is not defined']


@TABLE.row
def half_a_key_pair_in_the_environment(setup):
    setup.home.env["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
    return ["AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"]


@TABLE.row
def half_a_key_pair_in_a_profile(setup):
    setup.home.write(".aws/credentials", "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    return ['profile "dev" has no aws_secret_access_key']


@TABLE.row
def mfa_without_a_terminal(setup):
    setup.role(mfa_serial=f"arn:aws:iam::{ACCOUNT}:mfa/anna")
    return [
        "Profile dev needs an MFA code, which cannot be asked for here. Run: codeartifact-keyring login --profile dev"
    ]


@TABLE.row
def role_denied(setup):
    setup.standin.iam.add_role("reader", trusted={"999999999999"})
    setup.role()
    return ['profile "dev"', ROLE, setup.user.principal.arn, "not authorized to perform: sts:AssumeRole"]


@TABLE.row
def web_identity_not_known(setup):
    return [setup.web_identity("a.b.c"), ROLE, "Couldn't retrieve verification key from your identity provider"]


@TABLE.row
def web_identity_expired(setup):
    return [setup.web_identity(setup.standin.providers.issue(lifetime=-60)), ROLE, "Token expired"]


@TABLE.row
def web_identity_rejected(setup):
    return [setup.web_identity(setup.standin.providers.issue(rejected=True)), ROLE, "rejected the claim"]


@TABLE.row
def credential_process_failed(setup):
    setup.config(dev={"credential_process": by_shell("echo the vault is locked >&2; echo more >&2; exit 3")})
    return ["credential_process of profile dev failed (exit 3): the vault is locked"]


@TABLE.row
def credential_process_with_bad_json(setup):
    setup.config(dev={"credential_process": "echo { half"})
    return ["credential_process of profile dev failed", "JSON"]


@TABLE.row
def credential_process_of_another_version(setup):
    members = {"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "B"}
    setup.config(dev={"credential_process": f"echo '{json.dumps(members)}'"})
    return ["credential_process of profile dev failed", "Version"]


@pytest.mark.parametrize("name", TABLE.rows)
def test_the_line(developer, user, name):
    TABLE.check(name, developer, user)
