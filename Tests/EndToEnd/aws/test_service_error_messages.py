"""The words in which AWS's refusals and a broken network are told: each one provoked, and its line compared."""

from __future__ import annotations

import dataclasses

import pytest
from harness.failure_scenarios import CONTROL_PLANE, PROXY_PASSWORD, FailureTable
from standin import BEARER_TOKEN, GET_TOKEN, Response, throttled, unavailable

TABLE = FailureTable()


@TABLE.row
def session_in_the_environment_expired(setup):
    role = setup.standin.iam.add_role("reader", trusted=set())
    setup.home.sign_in(setup.standin.iam.issue_session(role, "anna", -60))
    return ["AWS session credentials from the environment", "have expired. Refresh them"]


@TABLE.row
def session_in_a_profile_expired(setup):
    role = setup.standin.iam.add_role("reader", trusted=set())
    setup.keys(setup.standin.iam.issue_session(role, "anna", -60))
    return ['AWS session credentials from profile "dev" have expired. Refresh them']


@TABLE.row
def key_not_known(setup):
    setup.keys(dataclasses.replace(setup.user, access_key_id="AKIAUNKNOWNUNKNOWN22"))
    return ['credentials from profile "dev" are not valid (deleted, or other partition/region not enabled)']


@TABLE.row
def key_not_known_to_sts(setup):
    setup.role()
    setup.keys(dataclasses.replace(setup.user, access_key_id="AKIAUNKNOWNUNKNOWN22"), "base")
    return ['profile "base"', "are not valid (deleted, or other partition/region not enabled)"]


@TABLE.row
def secret_wrong(setup):
    setup.keys(dataclasses.replace(setup.user, secret_access_key="wrong/wrong+wrong"))
    return ["secret access key", 'profile "dev"', "is wrong", "clock"]


@TABLE.row
def clock_wrong_and_not_to_be_corrected(setup):
    """AWS says that the signature has expired, and its Date header that it has not."""
    setup.keys(setup.user)
    message = "Signature expired: 20200101T000000Z is now earlier than 20200101T001000Z (20200101T001500Z - 5 min.)"
    refusal = Response.json(403, {"message": message})
    refusal.headers |= {"x-amzn-ErrorType": "InvalidSignatureException"}
    setup.standin.faults.answer_always(refusal)
    return ['profile "dev"', "clock"]


@TABLE.row
def token_denied(setup):
    user = setup.standin.iam.add_user("bob", allowed={BEARER_TOKEN})
    setup.keys(user)
    denied = f"User: {user.principal.arn} is not authorized to perform: {GET_TOKEN} on resource: arn:aws:codeartifact:"
    return [denied, f"needs {GET_TOKEN} on the domain", 'profile "dev"']


@TABLE.row
def bearer_token_denied(setup):
    user = setup.standin.iam.add_user("bob", allowed={GET_TOKEN})
    setup.keys(user)
    denied = f"User: {user.principal.arn} is not authorized to perform: {BEARER_TOKEN} on resource: *"
    return [denied, f"Add {BEARER_TOKEN}", 'profile "dev"']


@TABLE.row
def domain_missing(setup):
    setup.keys(setup.user)
    setup.standin.control_plane.domains.clear()
    one = setup.repository
    return [f"Domain {one.domain} (owner {one.owner}, region us-east-1) does not exist. Check the repository URL"]


@TABLE.row
def lastingly_throttled(setup):
    setup.keys(setup.user)
    setup.standin.faults.answer_always(throttled(retry_after=0))
    return ["CodeArtifact is throttling (", "attempts)"]


@TABLE.row
def lastingly_unavailable(setup):
    setup.keys(setup.user)
    setup.standin.faults.answer_always(unavailable())
    return ["CodeArtifact is unavailable (", "3 attempts)"]


@TABLE.row
def connection_refused(setup):
    setup.keys(setup.user)
    setup.home.env |= {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    return [CONTROL_PLANE, "http://127.0.0.1:9"]


@TABLE.row
def proxy_that_refuses(setup):
    setup.keys(setup.user)
    setup.standin.faults.refused_hosts.add(CONTROL_PLANE)
    return [CONTROL_PLANE, setup.standin.proxy_url]


@TABLE.row
def proxy_with_a_password(setup):
    """The password in it is not shown."""
    setup.keys(setup.user)
    proxy = f"http://anna:{PROXY_PASSWORD}@127.0.0.1:9"
    setup.home.env |= {"HTTPS_PROXY": proxy, "https_proxy": proxy}
    return [CONTROL_PLANE, "127.0.0.1:9"]


@TABLE.row
def authority_not_trusted(setup):
    setup.keys(setup.user)
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        setup.home.env.pop(name, None)
    return [CONTROL_PLANE, "AWS_CA_BUNDLE"]


@TABLE.row
def container_configured_and_not_there(setup):
    del setup.home.env["AWS_PROFILE"]
    setup.home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:9/creds"
    return ["container", "127.0.0.1:9"]


@TABLE.row
def root_user(setup):
    setup.keys(setup.standin.iam.add_root())
    return ["The root user cannot create CodeArtifact tokens"]


@pytest.mark.parametrize("name", TABLE.rows)
def test_the_line(developer, user, name):
    TABLE.check(name, developer, user)
