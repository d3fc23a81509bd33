"""The stand-in's container, instance and `aws login` endpoints, with AWS's own SDK as the oracle."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest
from botocore.credentials import LoginCredentialFetcher, _build_dpop_header
from botocore.exceptions import LoginInsufficientPermissions, LoginRefreshRequired, MetadataRetrievalError
from botocore.utils import (
    ContainerMetadataFetcher,
    InstanceMetadataFetcher,
    LoginTokenLoader,
    generate_login_cache_key,
)
from harness.fetch import fetch
from standin import silence
from test_standin_credentials import client, mints_as

ROLES = "/latest/meta-data/iam/security-credentials/"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"


@pytest.fixture
def role(standin):
    """The role that the machine runs as."""
    standin.machine.role = standin.iam.add_role("worker", set())
    return standin.machine.role


def ask(standin, method, path, **headers) -> tuple[int, str]:
    """Status and body of one request to the machine's endpoints."""
    address = urlsplit(standin.machine_url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def instance(standin):
    return InstanceMetadataFetcher(
        timeout=5, num_attempts=1, base_url=standin.machine_url
    ).retrieve_iam_role_credentials()


def test_an_instance_tells_its_role(standin, role):
    given = instance(standin)
    assert given["role_name"] == "worker"
    assert mints_as(standin, standin.iam.find(given["access_key"])).endswith("assumed-role/worker/i-0123456789abcdef0")
    assert [record.service for record in standin.requests][:3] == ["imds"] * 3


def test_an_instance_without_a_role(standin):
    assert instance(standin) == {}


def test_an_instance_insists_on_a_token(standin, role):
    assert ask(standin, "GET", ROLES)[0] == 401
    assert ask(standin, "GET", ROLES, X_aws_ec2_metadata_token="wrong")[0] == 401
    assert ask(standin, "PUT", "/latest/api/token")[0] == 400
    assert ask(standin, "PUT", "/latest/api/token", **{TTL: "21601"})[0] == 400
    assert ask(standin, "PUT", "/latest/api/token", **{TTL: "60", "X-Forwarded-For": "10.0.0.1"})[0] == 403
    status, token = ask(standin, "PUT", "/latest/api/token", **{TTL: "21600"})
    assert (status, ask(standin, "GET", ROLES, X_aws_ec2_metadata_token=token)) == (200, (200, "worker"))
    assert ask(standin, "GET", ROLES + "other", X_aws_ec2_metadata_token=token)[0] == 404


def test_an_instance_may_be_silent(standin, role):
    standin.faults.answer_always(silence(), service="imds")
    fetcher = InstanceMetadataFetcher(timeout=0.3, num_attempts=1, base_url=standin.machine_url)
    assert fetcher.retrieve_iam_role_credentials() == {}


def test_a_container_tells_its_role(standin, role):
    headers = {"Authorization": standin.machine.authorization}
    given = ContainerMetadataFetcher().retrieve_full_uri(standin.container_uri, headers=headers)
    issued = standin.iam.find(given["AccessKeyId"])
    assert (given["SecretAccessKey"], given["Token"]) == (issued.secret_access_key, issued.session_token)
    assert mints_as(standin, issued).endswith("assumed-role/worker/i-0123456789abcdef0")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "wrong"}])
def test_a_container_insists_on_its_token(standin, role, headers):
    with pytest.raises(MetadataRetrievalError, match="403"):
        ContainerMetadataFetcher(sleep=lambda _: None).retrieve_full_uri(standin.container_uri, headers=headers)


class Login:
    """What the CLI keeps of an `aws login`, and botocore's way to renew it."""

    def __init__(self, standin, lifetime=60) -> None:
        self.standin = standin
        self.session = standin.signin.login(lifetime=lifetime)
        self.cache = {generate_login_cache_key(self.session.arn): self.session.cache_entry()}
        self.fetcher = LoginCredentialFetcher(
            self.session.arn, LoginTokenLoader(self.cache), lambda service, config: client(standin, service)
        )

    def renew(self) -> dict:
        return self.fetcher.refresh_credentials()


def test_a_login_is_renewed(standin):
    login = Login(standin)
    first, second = login.session.credentials, login.renew()
    assert second["access_key"] == login.session.credentials.access_key_id != first.access_key_id
    assert mints_as(standin, login.session.credentials).endswith("/anna")
    entry = login.cache[generate_login_cache_key(login.session.arn)]
    assert (entry["refreshToken"], standin.signin.renewals) == (login.session.refresh_token, 1)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("TOKEN_EXPIRED", LoginRefreshRequired),
        ("USER_CREDENTIALS_CHANGED", LoginRefreshRequired),
        ("INSUFFICIENT_PERMISSIONS", LoginInsufficientPermissions),
    ],
)
def test_a_login_that_has_ended(standin, reason, kind):
    login = Login(standin)
    login.session.refused = reason
    with pytest.raises(kind):
        login.renew()


def test_a_login_is_bound_to_its_key(standin):
    one, other = Login(standin), Login(standin)
    entry = one.cache[generate_login_cache_key(one.session.arn)]
    entry["dpopKey"] = other.session.cache_entry()["dpopKey"]
    with pytest.raises(LoginRefreshRequired):
        one.renew()
    assert standin.signin.renewals == 0


URL = "https://us-east-1.signin.aws.amazon.com/v1/token"


def proof(login, url=URL, **changes) -> str:
    key = login.fetcher._load_private_key(login.session.cache_entry())
    return _build_dpop_header(key, url, **changes)


def send(standin, login, header: str) -> tuple[int, str]:
    """Status and message of a renewal with this proof."""
    asked = {
        "clientId": login.session.cache_entry()["clientId"],
        "grantType": "refresh_token",
        "refreshToken": login.session.refresh_token,
    }
    headers = [("Content-Type", "application/json"), ("DPoP", header)]
    status, _, body = fetch(standin, URL, method="POST", body=(json.dumps(asked), headers))
    return status, json.loads(body).get("message", "")


def test_a_proof_serves_once_for_one_url_and_now(standin):
    login = Login(standin)
    good = proof(login)
    assert send(standin, login, good)[0] == 200
    status, message = send(standin, login, good)
    assert (status, "jti" in message) == (400, True)
    assert "made for" in send(standin, login, proof(login, url=URL.replace("us-east-1", "eu-west-1")))[1]
    assert "iat" in send(standin, login, proof(login, ts=int(time.time()) - 600))[1]
    assert "three parts" in send(standin, login, "")[1]
    broken = proof(login).split(".")
    broken[1] = proof(login).split(".")[1]
    assert "signature" in send(standin, login, ".".join(broken))[1]
    assert standin.signin.renewals == 1
