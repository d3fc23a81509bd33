"""The stand-in's ways of signing in, with AWS's own SDK as the oracle."""

from __future__ import annotations

import json

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from standin import MALFORMED, throttled
from standin.oidc import DEVICE_GRANT

ACCOUNT = "111122223333"
WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "


def client(standin, service, credentials=None, region="us-east-1"):
    """A botocore client that reaches AWS through the proxy and tries once; unsigned without credentials."""
    config = Config(
        proxies={"https": standin.proxy_url},
        retries={"total_max_attempts": 1},
        signature_version=None if credentials else UNSIGNED,
    )
    return botocore.session.Session().create_client(
        service,
        region_name=region,
        aws_access_key_id=credentials.access_key_id if credentials else None,
        aws_secret_access_key=credentials.secret_access_key if credentials else None,
        aws_session_token=credentials.session_token if credentials else None,
        verify=str(standin.ca_file),
        config=config,
    )


def refused(call, **arguments) -> tuple[str, int, str]:
    """Code, status and message of the error that the call ends in."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"].get("Message", "")


def mints_as(standin, credentials) -> str:
    """Whom the control plane takes the holder of these credentials for."""
    standin.add_domain("acme")
    client(standin, "codeartifact", credentials).get_authorization_token(domain="acme", domainOwner=ACCOUNT)
    return standin.mints[-1].caller


def role_credentials(standin, sign_in, role="Reader", account=ACCOUNT, region="us-east-1"):
    return client(standin, "sso", region=region).get_role_credentials(
        roleName=role, accountId=account, accessToken=sign_in.access_token
    )["roleCredentials"]


def test_the_portal_gives_the_credentials_of_an_assigned_role(standin):
    role = standin.identity_center.assign("Reader")
    given = role_credentials(standin, standin.identity_center.sign_in("anna"))
    issued = standin.iam.find(given["accessKeyId"])
    assert given["secretAccessKey"] == issued.secret_access_key
    assert given["expiration"] == int(issued.expiration * 1000)
    assert mints_as(standin, issued) == f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.name}/anna"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"role": "Writer"}, ("ForbiddenException", 403, "No access")),
        ({"account": "999999999999"}, ("ResourceNotFoundException", 404, "Account 999999999999 not found")),
        ({"account": "12"}, ("InvalidRequestException", 400, "account_id must be twelve digits")),
        ({"region": "eu-west-1"}, ("UnauthorizedException", 401, "Session token not found or invalid")),
    ],
)
def test_the_portal_refuses(standin, change, expected):
    standin.identity_center.assign("Reader")
    sign_in = standin.identity_center.sign_in()
    assert refused(role_credentials, standin=standin, sign_in=sign_in, **change) == expected


@pytest.mark.parametrize("why", ["expired", "revoked", "of another person"])
def test_the_portal_refuses_a_token(standin, why):
    standin.identity_center.assign("Reader", user="anna")
    sign_in = standin.identity_center.sign_in(
        "berta" if why == "of another person" else "anna", lifetime=-1 if why == "expired" else 3600
    )
    sign_in.revoked = why == "revoked"
    code = refused(role_credentials, standin=standin, sign_in=sign_in)[0]
    assert code == ("ForbiddenException" if why == "of another person" else "UnauthorizedException")


def refresh(standin, sign_in, **changes):
    asked = {
        "grantType": "refresh_token",
        "clientId": sign_in.client.client_id,
        "clientSecret": sign_in.client.client_secret,
        "refreshToken": sign_in.refresh_token,
        **changes,
    }
    return client(standin, "sso-oidc").create_token(**asked)


def test_a_token_is_refreshed_once(standin):
    standin.identity_center.assign("Reader")
    sign_in = standin.identity_center.sign_in(lifetime=-1)
    old = sign_in.refresh_token
    answer = refresh(standin, sign_in)
    assert (answer["accessToken"], answer["refreshToken"]) == (sign_in.access_token, sign_in.refresh_token)
    assert (answer["tokenType"], 3590 < answer["expiresIn"] <= 3600) == ("Bearer", True)
    assert role_credentials(standin, sign_in)["accessKeyId"].startswith("ASIA")
    code, status, _ = refused(refresh, standin=standin, sign_in=sign_in, refreshToken=old)
    assert (code, status) == ("InvalidGrantException", 400)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"clientSecret": "wrong"}, ("InvalidClientException", 401)),
        ({"refreshToken": "wrong"}, ("InvalidGrantException", 400)),
        ({"grantType": "password"}, ("UnsupportedGrantTypeException", 400)),
    ],
)
def test_a_refresh_is_refused(standin, changes, expected):
    sign_in = standin.identity_center.sign_in()
    assert refused(refresh, standin=standin, sign_in=sign_in, **changes)[:2] == expected


def test_an_expired_client_is_refused(standin):
    sign_in = standin.identity_center.sign_in()
    sign_in.client.expires = standin.clock.now() - 1
    assert refused(refresh, standin=standin, sign_in=sign_in)[:2] == ("InvalidClientException", 401)


def test_a_person_signs_in_on_a_device(standin):
    standin.identity_center.assign("Reader")
    oidc = client(standin, "sso-oidc")
    registered = oidc.register_client(clientName="test", clientType="public", scopes=["sso:account:access"])
    known = {name: registered[name] for name in ("clientId", "clientSecret")}
    started = oidc.start_device_authorization(**known, startUrl=standin.identity_center.start_url)
    asked = {**known, "grantType": DEVICE_GRANT, "deviceCode": started["deviceCode"]}
    assert refused(oidc.create_token, **asked)[:2] == ("AuthorizationPendingException", 400)
    standin.oidc.devices[started["deviceCode"]].slow_down = 1
    assert refused(oidc.create_token, **asked)[:2] == ("SlowDownException", 400)
    standin.oidc.approve("anna")
    answer = oidc.create_token(**asked)
    assert standin.identity_center.signed_in(answer["accessToken"]).user == "anna"
    assert refused(oidc.create_token, **asked)[0] == "InvalidGrantException"


def test_a_role_for_a_token_of_an_identity_provider(standin):
    role = standin.iam.add_role("ci", trusted={standin.providers.arn})
    answer = client(standin, "sts").assume_role_with_web_identity(
        RoleArn=role.arn, RoleSessionName="build-1", WebIdentityToken=standin.providers.issue("project:acme")
    )
    assert answer["SubjectFromWebIdentityToken"] == "project:acme"
    issued = standin.iam.find(answer["Credentials"]["AccessKeyId"])
    assert mints_as(standin, issued) == f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/build-1"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (lambda providers: "wrong.wrong.wrong", ("InvalidIdentityToken", 400)),
        (lambda providers: providers.issue(lifetime=-1), ("ExpiredTokenException", 400)),
        (lambda providers: providers.issue(rejected=True), ("IDPRejectedClaim", 403)),
    ],
)
def test_a_token_of_an_identity_provider_is_refused(standin, token, expected):
    role = standin.iam.add_role("ci", trusted={standin.providers.arn})
    call = client(standin, "sts").assume_role_with_web_identity
    given = token(standin.providers)
    assert refused(call, RoleArn=role.arn, RoleSessionName="b1", WebIdentityToken=given)[:2] == expected


def test_a_role_must_trust_the_identity_provider(standin, user):
    role = standin.iam.add_role("ci", trusted={user.principal.arn})
    call = client(standin, "sts").assume_role_with_web_identity
    asked = {"RoleArn": role.arn, "RoleSessionName": "b1", "WebIdentityToken": standin.providers.issue()}
    assert refused(call, **asked)[:2] == ("AccessDenied", 403)


def test_an_mfa_code_serves_once(standin, user):
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role("admin", trusted={ACCOUNT}, requires_mfa=True)
    call = client(standin, "sts", user).assume_role
    asked = {"RoleArn": role.arn, "RoleSessionName": "anna"}
    assert refused(call, **asked)[0] == "AccessDenied"
    code = device.code()
    assert call(**asked, SerialNumber=device.serial, TokenCode=code)["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert refused(call, **asked, SerialNumber=device.serial, TokenCode=code) == ("AccessDenied", 403, WRONG_CODE)
    assert refused(call, **asked, SerialNumber=device.serial, TokenCode="000000")[2] == WRONG_CODE
    assert refused(call, **asked, SerialNumber=device.serial, TokenCode="abcdef")[0] == "ValidationError"
    other = standin.iam.add_mfa_device(standin.iam.add_user("berta"))
    message = refused(call, **asked, SerialNumber=other.serial, TokenCode=other.code())[2]
    assert "associated with this user" in message


def test_a_chained_role_lives_an_hour_at_most(standin, user):
    first = standin.iam.add_role("first", trusted={ACCOUNT}, max_session_duration=43200)
    second = standin.iam.add_role("second", trusted={first.arn}, max_session_duration=43200)
    asked = {"RoleSessionName": "anna", "DurationSeconds": 7200}
    answer = client(standin, "sts", user).assume_role(RoleArn=first.arn, **asked)
    session = standin.iam.find(answer["Credentials"]["AccessKeyId"])
    code, _, message = refused(client(standin, "sts", session).assume_role, RoleArn=second.arn, **asked)
    assert (code, "1 hour session limit" in message) == ("ValidationError", True)
    asked["DurationSeconds"] = 3600
    answer = client(standin, "sts", session).assume_role(RoleArn=second.arn, **asked)
    issued = standin.iam.find(answer["Credentials"]["AccessKeyId"])
    assert mints_as(standin, issued).endswith("assumed-role/second/anna")


def test_who_am_i(standin, user):
    assert client(standin, "sts", user).get_caller_identity()["Arn"] == user.principal.arn
    assert standin.sts.callers == [user.access_key_id]


@pytest.mark.parametrize("name", [name for name in MALFORMED if name not in ("endless", "drip", "10 MB")])
def test_scripted_answers_reach_the_client(standin, name):
    standin.identity_center.assign("Reader")
    sign_in = standin.identity_center.sign_in()
    standin.faults.answer_next(MALFORMED[name](), service="sso-portal")
    with pytest.raises(Exception):  # noqa: B017, PT011 - of many kinds, in the SDK
        assert role_credentials(standin, sign_in)["accessKeyId"] is None
    assert role_credentials(standin, sign_in)["accessKeyId"].startswith("ASIA")


def test_what_is_above_the_rate_is_throttled(standin, user):
    standin.add_domain("acme")
    standin.faults.mints_per_second = 3
    call = client(standin, "codeartifact", user).get_authorization_token
    for _ in range(3):
        call(domain="acme", domainOwner=ACCOUNT)
    with pytest.raises(ClientError) as caught:
        for _ in range(100):
            call(domain="acme", domainOwner=ACCOUNT)
    metadata = caught.value.response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["HTTPHeaders"]["retry-after"]) == (429, "1")
    assert json.loads(throttled().body) == {"message": "Rate exceeded"}
    assert standin.control_plane.throttle.refused == 1


def test_an_alias_is_a_service(standin, user):
    url = standin.alias("sts.corp.example", "sts")
    sts = botocore.session.Session().create_client(
        "sts",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=user.access_key_id,
        aws_secret_access_key=user.secret_access_key,
        verify=str(standin.ca_file),
        config=Config(proxies={"https": standin.proxy_url}),
    )
    assert sts.get_caller_identity()["Arn"] == user.principal.arn
    assert standin.hosts_asked("sts") == ["sts.corp.example"]
