"""The words in which a failure to sign in is told: each one provoked, and its line compared."""

from __future__ import annotations

import json

import pytest
from harness.aws_folder import by_shell, keep_login, keep_sso
from harness.scenes import ACCOUNT, REGION, ROLE, Table

TABLE = Table()


@TABLE.row
def sso_expired(world):
    sign_in = world.sso().sign_in(lifetime=-60)
    sign_in.revoked = True
    keep_sso(world.home, sign_in)
    return ['AWS SSO session "corp" (profile "dev") has expired. Run: aws sso login --profile dev']


@TABLE.row
def sso_never_logged_in(world):
    world.sso()
    return ['Not logged in to AWS SSO session "corp". Run: aws sso login --profile dev']


@TABLE.row
def sso_revoked(world):
    sign_in = world.sso().sign_in()
    keep_sso(world.home, sign_in)
    sign_in.revoked = True
    return ['AWS SSO session "corp" (profile "dev") was revoked. Run: aws sso login --profile dev']


@TABLE.row
def sso_role_not_assigned(world):
    keep_sso(world.home, world.sso(role="Writer").sign_in())
    return [f"Role Writer in account {ACCOUNT} is not assigned to you in SSO (profile dev)"]


@TABLE.row
def sso_session_not_defined(world):
    world.sso(defined=False)
    return ['~/.aws/config line 2: profile dev names sso_session "corp", which is not defined']


@TABLE.row
def aws_login_expired(world):
    session = world.standin.signin.login(lifetime=-60)
    session.refused = "TOKEN_EXPIRED"
    keep_login(world.home, session)
    world.config(dev={"login_session": session.arn, **REGION})
    return ["Run: aws login --profile dev"]


@TABLE.row
def no_credentials(world):
    del world.home.env["AWS_PROFILE"]
    return [
        'No AWS credentials found (looked in env, profile "default", container, instance). '
        "Set AWS_PROFILE or run aws sso login"
    ]


@TABLE.row
def profile_missing(world):
    world.config(other=REGION)
    return ['AWS profile "dev" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials']


@TABLE.row
def configuration_unreadable(world):
    world.home.write(".aws/config", "[profile dev]\nregion = us-east-1\nthis is no setting\n")
    return ["~/.aws/config line 3: "]


@TABLE.row
def configuration_that_is_a_directory(world):
    (world.home.directory / ".aws/config").mkdir(parents=True)
    return [".aws/config"]


@TABLE.row
def role_loop(world):
    world.config(dev={"role_arn": ROLE, "source_profile": "b"}, b={"role_arn": ROLE, "source_profile": "dev"})
    return ["dev → b → dev"]


@TABLE.row
def role_without_a_source(world):
    world.config(dev={"role_arn": ROLE})
    return ["~/.aws/config line 2: profile dev", "source_profile", "credential_source"]


@TABLE.row
def role_with_two_sources(world):
    world.config(base={}, dev={"role_arn": ROLE, "source_profile": "base", "credential_source": "Environment"})
    return ["~/.aws/config line 5: profile dev", "both source_profile and credential_source"]


@TABLE.row
def role_with_a_source_that_is_not_there(world):
    world.config(dev={"role_arn": ROLE, "source_profile": "nowhere"})
    return ['~/.aws/config line 3: profile dev names source_profile "nowhere", which is not defined']


@TABLE.row
def half_a_key_pair_in_the_environment(world):
    world.home.env["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
    return ["AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"]


@TABLE.row
def half_a_key_pair_in_a_profile(world):
    world.home.write(".aws/credentials", "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    return ['profile "dev" has no aws_secret_access_key']


@TABLE.row
def mfa_without_a_terminal(world):
    world.role(mfa_serial=f"arn:aws:iam::{ACCOUNT}:mfa/anna")
    return ["Profile dev needs an MFA code and there is no terminal. Run: codeartifact-keyring login --profile dev"]


@TABLE.row
def role_denied(world):
    world.standin.iam.add_role("reader", trusted={"999999999999"})
    world.role()
    return ['profile "dev"', ROLE, world.user.principal.arn, "not authorized to perform: sts:AssumeRole"]


@TABLE.row
def web_identity_not_known(world):
    return [world.web_identity("a.b.c"), ROLE, "Couldn't retrieve verification key from your identity provider"]


@TABLE.row
def web_identity_expired(world):
    return [world.web_identity(world.standin.providers.issue(lifetime=-60)), ROLE, "Token expired"]


@TABLE.row
def web_identity_rejected(world):
    return [world.web_identity(world.standin.providers.issue(rejected=True)), ROLE, "rejected the claim"]


@TABLE.row
def credential_process_failed(world):
    world.config(dev={"credential_process": by_shell("echo the vault is locked >&2; echo more >&2; exit 3")})
    return ["credential_process of profile dev failed (exit 3): the vault is locked"]


@TABLE.row
def credential_process_with_bad_json(world):
    world.config(dev={"credential_process": "echo { half"})
    return ["credential_process of profile dev failed", "JSON"]


@TABLE.row
def credential_process_of_another_version(world):
    members = {"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "B"}
    world.config(dev={"credential_process": f"echo '{json.dumps(members)}'"})
    return ["credential_process of profile dev failed", "Version"]


@pytest.mark.parametrize("name", TABLE.rows)
def test_the_line(developer, user, name):
    TABLE.check(name, developer, user)
