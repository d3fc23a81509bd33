"""The words in which failures are told: each one provoked, and its line compared."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from harness.aws_folder import keep_login, keep_sso, write_config, write_keys
from harness.developer import Developer
from harness.home import Home
from standin import BEARER_TOKEN, GET_TOKEN, Credentials, Repository, Response, StandIn, throttled, unavailable

ACCOUNT = "111122223333"
CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
REGION = {"region": "us-east-1"}


@dataclass
class World:
    """What a scenario may make go wrong."""

    home: Home
    standin: StandIn
    user: Credentials
    repository: Repository

    def config(self, **sections: dict[str, str]) -> None:
        write_config(self.home, {name.replace("_", " "): values for name, values in sections.items()})

    def keys(self, credentials: Credentials, profile: str = "dev") -> None:
        write_keys(self.home, {profile: credentials})

    def sso(self, role: str = "Reader", defined: bool = True):
        """The profile `dev` of the SSO session `corp`, in which only `Reader` is assigned."""
        center = self.standin.identity_center
        center.assign("Reader")
        dev = {"sso_session": "corp", "sso_account_id": ACCOUNT, "sso_role_name": role}
        where = {"sso_start_url": center.start_url, "sso_region": center.region}
        write_config(self.home, {"dev": dev, **({"sso-session corp": where} if defined else {})})
        return center

    def role(self, **settings: str) -> None:
        self.config(base={}, dev={"role_arn": ROLE, "source_profile": "base", **REGION, **settings})
        self.keys(self.user, "base")

    def web_identity(self, token: str) -> str:
        self.standin.iam.add_role("reader", trusted={self.standin.providers.arn})
        path = str(self.home.write("token", token))
        self.config(dev={"role_arn": ROLE, "web_identity_token_file": path, **REGION})
        return path


ROWS: dict[str, Callable[[World], list[str]]] = {}


def row(scenario: Callable[[World], list[str]]) -> Callable[[World], list[str]]:
    """A row of the table: it sets the scene and gives back the words that the line must hold."""
    ROWS[scenario.__name__.replace("_", " ")] = scenario
    return scenario


@row
def sso_expired(world):
    sign_in = world.sso().sign_in(lifetime=-60)
    sign_in.revoked = True
    keep_sso(world.home, sign_in)
    return ['AWS SSO session "corp" (profile "dev") has expired. Run: aws sso login --profile dev']


@row
def sso_never_logged_in(world):
    world.sso()
    return ['Not logged in to AWS SSO session "corp". Run: aws sso login --profile dev']


@row
def sso_revoked(world):
    sign_in = world.sso().sign_in()
    keep_sso(world.home, sign_in)
    sign_in.revoked = True
    return ['AWS SSO session "corp" (profile "dev") was revoked. Run: aws sso login --profile dev']


@row
def sso_role_not_assigned(world):
    keep_sso(world.home, world.sso(role="Writer").sign_in())
    return [f"Role Writer in account {ACCOUNT} is not assigned to you in SSO (profile dev)"]


@row
def sso_session_not_defined(world):
    world.sso(defined=False)
    return ['~/.aws/config: profile dev names sso_session "corp", which is not defined']


@row
def aws_login_expired(world):
    session = world.standin.signin.login(lifetime=-60)
    session.refused = "TOKEN_EXPIRED"
    keep_login(world.home, session)
    world.config(dev={"login_session": session.arn, **REGION})
    return ["Run: aws login --profile dev"]


@row
def no_credentials(world):
    del world.home.env["AWS_PROFILE"]
    return [
        'No AWS credentials found (looked in env, profile "default", container, instance). '
        "Set AWS_PROFILE or run aws sso login"
    ]


@row
def profile_missing(world):
    world.config(other=REGION)
    return ['AWS profile "dev" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials']


@row
def configuration_unreadable(world):
    world.home.write(".aws/config", "[profile dev]\nregion = us-east-1\nthis is no setting\n")
    return ["~/.aws/config line 3: "]


@row
def configuration_that_is_a_directory(world):
    (world.home.directory / ".aws/config").mkdir(parents=True)
    return [".aws/config"]


@row
def role_loop(world):
    world.config(dev={"role_arn": ROLE, "source_profile": "b"}, b={"role_arn": ROLE, "source_profile": "dev"})
    return ["dev → b → dev"]


@row
def role_without_a_source(world):
    world.config(dev={"role_arn": ROLE})
    return ["~/.aws/config: profile dev", "source_profile", "credential_source"]


@row
def role_with_two_sources(world):
    world.config(base={}, dev={"role_arn": ROLE, "source_profile": "base", "credential_source": "Environment"})
    return ["~/.aws/config: profile dev", "both source_profile and credential_source"]


@row
def role_with_a_source_that_is_not_there(world):
    world.config(dev={"role_arn": ROLE, "source_profile": "nowhere"})
    return ['~/.aws/config: profile dev names source_profile "nowhere", which is not defined']


@row
def half_a_key_pair_in_the_environment(world):
    world.home.env["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE"
    return ["AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"]


@row
def half_a_key_pair_in_a_profile(world):
    world.home.write(".aws/credentials", "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
    return ['profile "dev" has no aws_secret_access_key']


@row
def mfa_without_a_terminal(world):
    world.role(mfa_serial=f"arn:aws:iam::{ACCOUNT}:mfa/anna")
    return ["Profile dev needs an MFA code and there is no terminal. Run: codeartifact-keyring login --profile dev"]


@row
def role_denied(world):
    world.standin.iam.add_role("reader", trusted={"999999999999"})
    world.role()
    return ['profile "dev"', ROLE, world.user.principal.arn, "not authorized to perform: sts:AssumeRole"]


@row
def web_identity_not_known(world):
    return [world.web_identity("a.b.c"), ROLE, "Couldn't retrieve verification key from your identity provider"]


@row
def web_identity_expired(world):
    return [world.web_identity(world.standin.providers.issue(lifetime=-60)), ROLE, "Token expired"]


@row
def web_identity_rejected(world):
    return [world.web_identity(world.standin.providers.issue(rejected=True)), ROLE, "rejected the claim"]


@row
def credential_process_failed(world):
    world.config(dev={"credential_process": "echo the vault is locked >&2; echo more >&2; exit 3"})
    return ["credential_process of profile dev failed (exit 3): the vault is locked"]


@row
def credential_process_with_bad_json(world):
    world.config(dev={"credential_process": "echo { half"})
    return ["credential_process of profile dev failed", "JSON"]


@row
def credential_process_of_another_version(world):
    members = {"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "B"}
    world.config(dev={"credential_process": f"echo '{json.dumps(members)}'"})
    return ["credential_process of profile dev failed", "Version"]


@row
def session_in_the_environment_expired(world):
    role = world.standin.iam.add_role("reader", trusted=set())
    world.home.sign_in(world.standin.iam.issue_session(role, "anna", -60))
    return ["AWS session credentials from the environment", "expired; refresh them"]


@row
def session_in_a_profile_expired(world):
    role = world.standin.iam.add_role("reader", trusted=set())
    world.keys(world.standin.iam.issue_session(role, "anna", -60))
    return ['AWS session credentials from profile "dev" expired; refresh them']


@row
def key_not_known(world):
    world.keys(dataclasses.replace(world.user, access_key_id="AKIAUNKNOWNUNKNOWN22"))
    return ['credentials from profile "dev" are not valid (deleted, or other partition/region not enabled)']


@row
def key_not_known_to_sts(world):
    world.role()
    world.keys(dataclasses.replace(world.user, access_key_id="AKIAUNKNOWNUNKNOWN22"), "base")
    return ['profile "base"', "are not valid (deleted, or other partition/region not enabled)"]


@row
def secret_wrong(world):
    world.keys(dataclasses.replace(world.user, secret_access_key="wrong/wrong+wrong"))
    return ["secret access key", 'profile "dev"', "is wrong", "clock"]


@row
def clock_wrong_and_not_to_be_corrected(world):
    """AWS says that the signature has expired, and its Date header that it has not."""
    world.keys(world.user)
    message = "Signature expired: 20200101T000000Z is now earlier than 20200101T001000Z (20200101T001500Z - 5 min.)"
    refusal = Response.json(403, {"message": message})
    refusal.headers |= {"x-amzn-ErrorType": "InvalidSignatureException"}
    world.standin.faults.answer_always(refusal)
    return ['profile "dev"', "clock"]


@row
def token_denied(world):
    user = world.standin.iam.add_user("bob", allowed={BEARER_TOKEN})
    world.keys(user)
    denied = f"User: {user.principal.arn} is not authorized to perform: {GET_TOKEN} on resource: arn:aws:codeartifact:"
    return [denied, f"needs {GET_TOKEN} on the domain", 'profile "dev"']


@row
def bearer_token_denied(world):
    user = world.standin.iam.add_user("bob", allowed={GET_TOKEN})
    world.keys(user)
    denied = f"User: {user.principal.arn} is not authorized to perform: {BEARER_TOKEN} on resource: *"
    return [denied, f"add {BEARER_TOKEN}", 'profile "dev"']


@row
def domain_missing(world):
    world.keys(world.user)
    world.standin.control_plane.domains.clear()
    one = world.repository
    return [f"Domain {one.domain} (owner {one.owner}, region us-east-1) does not exist: check the repository URL"]


@row
def lastingly_throttled(world):
    world.keys(world.user)
    world.standin.faults.answer_always(throttled(retry_after=0))
    return ["CodeArtifact is throttling (", "attempts)"]


@row
def lastingly_unavailable(world):
    world.keys(world.user)
    world.standin.faults.answer_always(unavailable())
    return ["CodeArtifact is unavailable (", "3 attempts)"]


@row
def connection_refused(world):
    world.keys(world.user)
    world.home.env |= {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return [CONTROL_PLANE, "http://127.0.0.1:9"]


@row
def proxy_that_refuses(world):
    world.keys(world.user)
    world.standin.faults.refused_hosts.add(CONTROL_PLANE)
    return [CONTROL_PLANE, world.standin.proxy_url]


@row
def proxy_with_a_password(world):
    """The password in it is not ours to show."""
    world.keys(world.user)
    proxy = "http://anna:hunter2@127.0.0.1:9"
    world.home.env |= {"HTTPS_PROXY": proxy, "https_proxy": proxy}
    return [CONTROL_PLANE, "127.0.0.1:9"]


@row
def authority_not_trusted(world):
    world.keys(world.user)
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        world.home.env.pop(name, None)
    return [CONTROL_PLANE, "AWS_CA_BUNDLE"]


@row
def container_configured_and_not_there(world):
    del world.home.env["AWS_PROFILE"]
    world.home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:9/creds"
    return ["container", "127.0.0.1:9"]


@row
def root_user(world):
    world.keys(world.standin.iam.add_root())
    return ["root cannot create CodeArtifact tokens"]


@pytest.mark.parametrize("name", ROWS)
def test_the_line(developer: Developer, user, name):
    world = World(developer.home, developer.standin, user, developer.repository)
    line = developer.complaint(*ROWS[name](world))
    assert "hunter2" not in line
    assert developer.standin.mint_count == 0
