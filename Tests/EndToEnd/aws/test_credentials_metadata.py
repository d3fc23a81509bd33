"""The roles of containers and EC2 instances."""

from __future__ import annotations

import base64
import json

import pytest
from harness.aws_files import write_keys
from standin import MALFORMED, Response, silence, unavailable
from standin.identity_center import iso

WORKER = "assumed-role/worker/i-0123456789abcdef0"


@pytest.fixture
def machine(developer, home, standin):
    """A machine with a role, whose user has configured nothing."""
    del home.env["AWS_PROFILE"]
    standin.machine.role = standin.iam.add_role("worker", set())
    # A company's proxy must not see what is asked of the machine itself.
    home.env |= {"HTTP_PROXY": standin.proxy_url, "http_proxy": standin.proxy_url}
    return standin.machine


@pytest.fixture
def container(home, machine, standin):
    home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = standin.container_uri
    home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = machine.authorization


@pytest.fixture
def instance(home, machine, standin):
    del home.env["AWS_EC2_METADATA_DISABLED"]
    home.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = standin.machine_url


def asked(standin, service: str) -> int:
    return sum(record.service == service for record in standin.requests)


def test_a_container(developer, container, standin):
    assert developer.caller() == WORKER
    assert [record.service for record in standin.requests] == ["container", "control-plane"]


def test_a_container_whose_token_is_in_a_file(developer, home, container, machine):
    path = home.write("token", machine.authorization + "\n")
    home.env |= {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(path), "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong"}
    assert developer.caller() == WORKER


def web_token(subject: str, number: int) -> str:
    """What Kubernetes puts into a pod's file, and renews every hour."""

    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    claims = {"iss": "https://oidc.example", "sub": f"system:serviceaccount:{subject}", "exp": number}
    return f"{part({'alg': 'RS256'})}.{part(claims)}.signature-{number}"


def test_the_pods_of_a_cluster_have_roles_of_their_own(developer, home, container, machine, standin):
    """In all of them the endpoint has one address and the file one path; whose it is stands in the file."""
    path = home.write("token", web_token("builds:anna", 1))
    home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = str(path)
    machine.authorization = path.read_text()
    for _ in range(3):
        developer.served()
    path.write_text(web_token("builds:anna", 2))
    developer.served()
    assert standin.mint_count == 1, "renewed, it is the same pod's"
    path.write_text(web_token("builds:bob", 3))
    for _ in range(3):
        developer.error("container")
    assert standin.mint_count == 1


@pytest.mark.parametrize("kind", ["container", "instance"])
def test_another_container_gets_a_token_of_its_own(request, home, installed, repository, standin, kind):
    """The kernel keyring may be one for all containers of a machine."""
    request.getfixturevalue(kind)
    words = [installed.keyring, "get", repository.index_url, "aws"]
    elsewhere = ["unshare", "--mount"]
    if home.run(*elsewhere, "true").returncode != 0:
        pytest.skip("only root can make another mount namespace")
    for prefix in ([], elsewhere):
        for _ in range(2):
            home.run(*prefix, *words).ok()
    assert standin.mint_count >= 2
    before = standin.mint_count
    home.run(*words).ok()
    assert standin.mint_count == before, "here it is kept"


def test_a_container_whose_token_has_a_line_break_in_it(developer, home, container, standin):
    """It would become a header of its own."""
    home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "a\r\nX-Evil: b"
    developer.error("container", "token")
    assert asked(standin, "container") == 0


def test_a_container_that_refuses(developer, home, container, standin):
    home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "wrong"
    developer.error("container", "The token does not match")
    assert standin.mint_count == 0


@pytest.mark.parametrize(
    "uri", ["http://192.0.2.1/v2/credentials/x", "http://127.0.0.1.evil.example/x", "ftp://127.0.0.1/"]
)
def test_a_container_is_asked_only_over_a_safe_connection(developer, home, container, standin, uri):
    home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = uri
    developer.error("container", "is not allowed")
    assert standin.connections == []


def test_a_container_over_https(developer, home, container, standin):
    url = standin.alias("credentials.corp.example", "container")
    home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"{url}/creds"
    answer = {"AccessKeyId": "x"}
    standin.faults.answer_always(Response.json(200, answer), service="container")
    developer.error("container")
    assert asked(standin, "container") == 1, "it was asked, through the proxy"


def test_a_container_that_is_busy_at_first(developer, container, standin):
    standin.faults.answer_next(unavailable(), unavailable(), service="container")
    assert developer.caller() == WORKER
    assert asked(standin, "container") == 3


@pytest.mark.parametrize("fault", [unavailable, silence])
def test_a_container_that_does_not_answer(developer, container, standin, fault):
    standin.faults.answer_always(fault(), service="container")
    developer.error("container")
    assert standin.mint_count == 0


def changed(machine, **changes) -> Response:
    """The endpoint's answer with some members replaced; None takes a member away."""
    members = {**machine._members(), **changes}
    return Response.json(200, {key: value for key, value in members.items() if value is not None})


WRONG = {
    "no key": {"AccessKeyId": None},
    "no secret": {"SecretAccessKey": None},
    "key of another type": {"AccessKeyId": 12},
    "secret of another type": {"SecretAccessKey": ["x"]},
    "token of another type": {"Token": {}},
    "control characters in the key": {"AccessKeyId": "ASIA\r\nX-Evil: 1"},
    "control characters in the token": {"Token": "a\r\nX-Evil: 1"},
    "expiry in the past": {"Expiration": iso(1577836800)},
    "empty key": {"AccessKeyId": ""},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_container_with_a_wrong_answer(developer, container, machine, standin, wrong):
    standin.faults.answer_always(changed(machine, **WRONG[wrong]), service="container")
    developer.error("container")
    assert [record.service for record in standin.requests] == ["container"], "nothing was signed with it"


def test_a_container_without_an_expiration(developer, container, machine, standin):
    """Its credentials are used at once: when they end does not matter."""
    standin.faults.answer_next(changed(machine, Expiration=None), service="container")
    assert developer.caller() == WORKER


@pytest.mark.parametrize("name", MALFORMED)
def test_a_container_with_a_malformed_answer(developer, container, standin, name):
    standin.faults.answer_always(MALFORMED[name](), service="container")
    developer.error("container")
    assert standin.mint_count == 0


def test_an_instance(developer, instance, standin):
    assert developer.caller() == WORKER
    assert [(one.service, one.method) for one in standin.requests] == [
        ("imds", "PUT"),
        ("imds", "GET"),
        ("imds", "GET"),
        ("control-plane", "POST"),
    ]


def test_an_instance_comes_last(developer, home, instance, standin, user):
    write_keys(home, {"default": user})
    assert developer.caller() == "user/anna"
    assert asked(standin, "imds") == 0


def test_a_container_comes_before_an_instance(developer, container, instance, standin):
    assert developer.caller() == WORKER
    assert (asked(standin, "container"), asked(standin, "imds")) == (1, 0)


def test_an_instance_that_is_switched_off(developer, home, instance, standin):
    home.env["AWS_EC2_METADATA_DISABLED"] = "TRUE"
    developer.error("No AWS credentials found")
    assert asked(standin, "imds") == 0


def test_an_instance_without_a_role(developer, instance, machine, standin):
    machine.role = None
    developer.error("metadata service", "has no role for this instance")
    assert asked(standin, "imds") == 2


@pytest.mark.parametrize(
    ("status", "words"), [(403, "No AWS credentials found"), (404, "No AWS credentials found"), (500, "HTTP 500")]
)
def test_an_instance_that_gives_no_token(developer, instance, standin, status, words):
    """Without one, the old protocol is not tried: a proxy in between could be talked into it."""
    standin.faults.answer_always(Response(status), service="imds")
    developer.error(words)
    assert {record.method for record in standin.requests if record.service == "imds"} == {"PUT"}


def test_an_instance_that_is_silent(developer, instance, standin):
    standin.faults.answer_always(silence(), service="imds")
    developer.error("metadata service", "no answer within 1 s", "AWS_METADATA_SERVICE_TIMEOUT")
    assert asked(standin, "imds") == 1


@pytest.mark.parametrize("name", MALFORMED)
def test_an_instance_with_malformed_answers(developer, instance, standin, name):
    standin.faults.answer_always(MALFORMED[name](), service="imds")
    developer.error("metadata service")
    assert standin.mint_count == 0


@pytest.mark.parametrize("wrong", [name for name in WRONG if name != "expiry in the past"])
def test_an_instance_with_wrong_credentials(developer, instance, machine, standin, wrong):
    token, role = Response(200, b"token"), Response(200, b"worker")
    standin.faults.answer_next(token, role, changed(machine, **WRONG[wrong]), service="imds")
    developer.error("metadata service", "without credentials")
    assert asked(standin, "control-plane") == 0


def test_an_instance_whose_credentials_have_ended(developer, instance, machine, standin):
    """While EC2 cannot renew them, AWS may let them live longer: the AWS CLI tries them, too."""
    ended = changed(machine, Expiration=iso(1577836800))
    standin.faults.answer_next(Response(200, b"token"), Response(200, b"worker"), ended, service="imds")
    assert developer.caller() == WORKER


def test_an_instance_whose_role_has_an_odd_name(developer, instance, standin):
    """The name comes over plain HTTP: it must not change which host or path is asked."""
    standin.faults.answer_next(Response(200, b"token"), Response(200, b"../../../evil?x=\r\ny"), service="imds")
    developer.error("metadata service")
    assert all(record.path.startswith("/latest/") for record in standin.requests)


def test_the_instances_own_credentials_are_shown_with_their_end(developer, instance, machine):
    answer = json.loads(developer.aws_credentials().ok().raw_stdout)
    issued = machine.credentials()
    assert answer["Version"] == 1
    assert (answer["AccessKeyId"], answer["Expiration"]) == (issued.access_key_id, iso(issued.expiration))
