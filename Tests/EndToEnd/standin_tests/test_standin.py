"""The stand-in's API and STS, with AWS's own SDK as the oracle."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import datetime, timedelta, timezone

import botocore.exceptions
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from harness.fetch import fetch
from harness.fixtures import OWNER
from standin import BEARER_TOKEN, GET_TOKEN, StandIn, connection_cut, fingerprint, internal_error, throttled


def client(standin: StandIn, service: str, credentials, region: str = "us-east-1", attempts: int = 1):
    """A real botocore client that reaches AWS through the proxy."""
    return botocore.session.Session().create_client(
        service,
        region_name=region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
        verify=str(standin.ca_file),
        config=Config(proxies={"https": standin.proxy_url}, retries={"total_max_attempts": attempts}),
    )


def refused(call, **arguments) -> tuple[str, int, str]:
    """Code, status and message of the error that the call ends in."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def test_mints_for_a_user(standin, acme, user):
    answer = client(standin, "codeartifact", user).get_authorization_token(domain="acme", domainOwner=OWNER)
    token = answer["authorizationToken"]
    assert standin.mint_count == 1
    mint = standin.mints[0]
    assert (mint.domain, mint.owner, mint.region, mint.duration) == ("acme", OWNER, "us-east-1", 43200)
    assert mint.caller == f"arn:aws:iam::{OWNER}:user/anna"
    assert mint.fingerprint == fingerprint(token)
    assert abs(answer["expiration"].timestamp() - standin.clock.now() - 43200) < 60


def test_a_token_is_shaped_like_the_real_ones(standin, acme):
    token = standin.issue_token(acme)
    parts = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    assert (len(parts), len(token) > 900) == (5, True)
    assert set(header) == {"ver", "isu", "enc", "tag", "exp", "alg", "iv"}
    assert header["exp"] - header["isu"] == 43200


def test_assumes_a_role_then_mints(standin, acme, user):
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, external_id="x-1")
    answer = client(standin, "sts", user).assume_role(RoleArn=role.arn, RoleSessionName="anna", ExternalId="x-1")
    session = standin.iam.find(answer["Credentials"]["AccessKeyId"])
    assert session.access_key_id.startswith("ASIA")
    client(standin, "codeartifact", session).get_authorization_token(
        domain="acme", domainOwner=OWNER, durationSeconds=0
    )
    assert standin.mints[0].caller == f"arn:aws:sts::{OWNER}:assumed-role/reader/anna"
    assert standin.mints[0].expiration == session.expiration, "a duration of 0 ends with the session"


@pytest.mark.parametrize("external_id", [None, "wrong"])
def test_a_role_insists_on_its_external_id(standin, user, external_id):
    role = standin.iam.add_role("reader", trusted={OWNER}, external_id="x-1")
    extra = {"ExternalId": external_id} if external_id else {}
    code, status, message = refused(
        client(standin, "sts", user).assume_role, RoleArn=role.arn, RoleSessionName="anna", **extra
    )
    assert (code, status) == ("AccessDenied", 403)
    assert "is not authorized to perform: sts:AssumeRole on resource: " + role.arn in message


def test_a_role_trusts_only_the_principals_it_names(standin, user):
    role = standin.iam.add_role("reader", trusted={"arn:aws:iam::111122223333:user/somebody-else"})
    call = client(standin, "sts", user).assume_role
    assert refused(call, RoleArn=role.arn, RoleSessionName="anna")[0] == "AccessDenied"
    assert refused(call, RoleArn=role.arn + "-unknown", RoleSessionName="anna")[0] == "AccessDenied"


def test_sts_refuses_wrong_keys(standin, user):
    role = standin.iam.add_role("reader", trusted={OWNER})
    wrong = _with(user, secret_access_key="wrong")
    unknown = _with(user, access_key_id="AKIAUNKNOWNUNKNOWN22")
    asked = {"RoleArn": role.arn, "RoleSessionName": "anna"}
    assert refused(client(standin, "sts", wrong).assume_role, **asked)[:2] == ("SignatureDoesNotMatch", 403)
    assert refused(client(standin, "sts", unknown).assume_role, **asked)[:2] == ("InvalidClientTokenId", 403)


def _with(credentials, **changes):
    return dataclasses.replace(credentials, **changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret_access_key": "wrong"}, "InvalidSignatureException"),
        ({"access_key_id": "AKIAUNKNOWNUNKNOWN22"}, "UnrecognizedClientException"),
        ({"session_token": "forged"}, "UnrecognizedClientException"),
    ],
)
def test_refuses_credentials_that_are_not_good(standin, acme, user, changes, code):
    call = client(standin, "codeartifact", _with(user, **changes)).get_authorization_token
    assert refused(call, domain="acme", domainOwner=OWNER)[:2] == (code, 403)
    assert standin.mint_count == 0


def test_refuses_a_session_without_its_token_or_past_its_end(standin, acme):
    role = standin.iam.add_role("reader", trusted={OWNER})
    session = standin.iam.issue_session(role, "anna")
    asked = {"domain": "acme", "domainOwner": OWNER}
    without = client(standin, "codeartifact", _with(session, session_token=None))
    assert refused(without.get_authorization_token, **asked)[0] == "UnrecognizedClientException"
    ended = standin.iam.issue_session(role, "anna", duration=-1)
    call = client(standin, "codeartifact", ended).get_authorization_token
    assert refused(call, **asked)[0] == "ExpiredTokenException"


@pytest.mark.parametrize("offset", [-600, 600])
def test_refuses_a_skewed_clock(standin, acme, user, offset):
    standin.clock.offset = offset
    code, status, message = refused(
        client(standin, "codeartifact", user).get_authorization_token, domain="acme", domainOwner=OWNER
    )
    assert (code, status) == ("InvalidSignatureException", 403)
    assert message.startswith("Signature expired" if offset > 0 else "Signature not yet current")


def test_refuses_what_was_changed_after_signing(standin, acme, user):
    boto = client(standin, "codeartifact", user)
    boto.meta.events.register("before-send.codeartifact", lambda request, **_: _append(request, "&duration=900"))
    assert refused(boto.get_authorization_token, domain="acme")[0] == "InvalidSignatureException"


def _append(request, text: str) -> None:
    request.url += text


def test_refuses_the_signature_of_another_region(standin, acme, user):
    boto = client(standin, "codeartifact", user, region="eu-west-1")
    boto.meta.events.register("before-send.codeartifact", lambda request, **_: _move(request, "us-east-1"))
    code, _, message = refused(boto.get_authorization_token, domain="acme")
    assert (code, "valid region" in message) == ("InvalidSignatureException", True)


def _move(request, region: str) -> None:
    request.url = request.url.replace("eu-west-1", region)
    if "Host" in request.headers:
        # AWS's native signer writes it down, Python's leaves it to the client.
        request.headers["Host"] = f"codeartifact.{region}.amazonaws.com"


def test_refuses_an_unsigned_request(standin, acme):
    status, headers, body = fetch(
        standin, "https://codeartifact.us-east-1.amazonaws.com/v1/authorization-token", method="POST"
    )
    assert (status, headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")
    assert json.loads(body) == {"message": "Missing Authentication Token"}


def test_refuses_an_unknown_domain(standin, acme, user):
    call = client(standin, "codeartifact", user).get_authorization_token
    code, status, message = refused(call, domain="unknown", domainOwner=OWNER)
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert f"Domain 'unknown' owned by account '{OWNER}' does not exist" in message


@pytest.mark.parametrize("duration", ["1", "899", "43201", "-1", "x"])
def test_refuses_a_duration_out_of_range(standin, acme, user, duration):
    assert _raw(standin, user, f"domain=acme&domain-owner={OWNER}&duration={duration}") == "ValidationException"


@pytest.mark.parametrize("query", ["domain=acme&repository=internal", "domain=acme&domain=acme", "domain=A", ""])
def test_refuses_parameters_it_does_not_know(standin, acme, user, query):
    assert _raw(standin, user, query) == "ValidationException"
    assert standin.mint_count == 0


def _raw(standin: StandIn, user, query: str) -> str:
    """The error of a request with this very query string, well signed."""
    boto = client(standin, "codeartifact", user)

    def rewrite(request, **_):
        request.url = request.url.split("?")[0] + "?" + query

    boto.meta.events.register("before-sign.codeartifact", rewrite)
    return refused(boto.get_authorization_token, domain="acme")[0]


@pytest.mark.parametrize("action", [GET_TOKEN, BEARER_TOKEN])
def test_refuses_a_caller_without_permission(standin, acme, action):
    user = standin.iam.add_user("bob", allowed={GET_TOKEN, BEARER_TOKEN} - {action})
    call = client(standin, "codeartifact", user).get_authorization_token
    code, status, message = refused(call, domain="acme", domainOwner=OWNER)
    assert (code, status) == ("AccessDeniedException", 403)
    assert f"User: arn:aws:iam::{OWNER}:user/bob is not authorized to perform: {action}" in message


def test_faults_come_in_their_order_and_pass(standin, acme, user):
    standin.faults.answer_next(throttled(), internal_error(), connection_cut())
    call = client(standin, "codeartifact", user).get_authorization_token
    asked = {"domain": "acme", "domainOwner": OWNER}
    assert refused(call, **asked)[:2] == ("ThrottlingException", 429)
    assert refused(call, **asked)[:2] == ("InternalServerException", 500)
    with pytest.raises(botocore.exceptions.BotoCoreError):
        call(**asked)
    call(**asked)
    assert standin.mint_count == 1


def test_nothing_secret_is_shown(standin, acme, user):
    token = standin.issue_token(acme)
    client(standin, "codeartifact", user).get_authorization_token(domain="acme", domainOwner=OWNER)
    shown = repr((standin.requests, standin.mints, user))
    for number, secret in enumerate((token, user.secret_access_key)):
        assert secret not in shown, f"secret {number} is shown"


def test_the_expiration_of_the_next_tokens_can_be_chosen(standin, acme, user):
    moment = datetime.now(timezone.utc) + timedelta(minutes=20)
    standin.tokens.forced_expiration = moment.timestamp()
    answer = client(standin, "codeartifact", user).get_authorization_token(domain="acme", domainOwner=OWNER)
    assert abs((answer["expiration"] - moment).total_seconds()) < 1
