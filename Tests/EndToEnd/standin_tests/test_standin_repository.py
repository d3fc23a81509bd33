"""The stand-in's repositories, public index and proxy."""

from __future__ import annotations

import hashlib
import threading

import pytest
from harness.fetch import fetch
from harness.fixtures import OWNER
from standin import wheel


def test_the_repository_needs_a_token_of_its_domain(standin, acme):
    other = standin.add_repository("other")
    url = acme.index_url
    status, headers, _ = fetch(standin, url)
    assert (status, headers["WWW-Authenticate"]) == (401, f'Basic realm="acme/{OWNER}"')
    assert fetch(standin, url, "forged")[0] == 401
    assert fetch(standin, url, standin.issue_token(other))[0] == 401
    assert fetch(standin, url, standin.issue_token(acme), username="anna")[0] == 401
    assert fetch(standin, url, standin.issue_token(acme, lifetime=-1))[0] == 401
    assert standin.unauthorized_count == 5
    assert fetch(standin, url, standin.issue_token(acme))[0] == 200


def test_tokens_end_with_time_and_by_revocation(standin, acme):
    token = standin.issue_token(acme)
    standin.clock.advance(43201)
    assert fetch(standin, acme.index_url, token)[0] == 401
    again = standin.issue_token(acme)
    standin.tokens.revoke_all()
    assert fetch(standin, acme.index_url, again)[0] == 401


def test_the_simple_index_and_its_files(standin, acme):
    token = standin.issue_token(acme)
    status, headers, _ = fetch(standin, acme.index_url + "acme-one", token)
    assert (status, headers["Location"]) == (301, "/pypi/internal/simple/acme-one/")
    page = fetch(standin, acme.index_url + "acme-one/", token)[2].decode()
    one = wheel("acme-one")
    assert f'href="1.0.0/{one.filename}#sha256={one.sha256}"' in page
    content = fetch(standin, f"{acme.index_url}acme-one/1.0.0/{one.filename}", token)[2]
    assert hashlib.sha256(content).hexdigest() == one.sha256
    assert fetch(standin, acme.index_url + "acme-none/", token)[0] == 404


def _form(sha256: str | None = None):
    two = wheel("acme-two")
    fields = {":action": "file_upload", "protocol_version": "1", "name": "acme-two", "version": "1.0.0"}
    fields["sha256_digest"] = sha256 or two.sha256
    body = b"".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    head = f'--xx\r\nContent-Disposition: form-data; name="content"; filename="{two.filename}"\r\n\r\n'
    body += head.encode() + two.content + b"\r\n--xx--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=xx"}


def test_upload_then_download(standin, acme):
    token = standin.issue_token(acme)
    assert fetch(standin, acme.publish_url, None, "POST", body=_form())[0] == 401
    assert fetch(standin, acme.publish_url, token, "POST", body=_form("0" * 64))[0] == 400
    assert fetch(standin, acme.index_url, token, "POST", body=_form())[0] == 405
    assert fetch(standin, acme.publish_url, token, "POST", body=_form())[0] == 200
    assert fetch(standin, acme.publish_url, token, "POST", body=_form())[0] == 409
    two = wheel("acme-two")
    assert fetch(standin, f"{acme.index_url}acme-two/1.0.0/{two.filename}", token)[2] == two.content


def test_the_other_shapes_of_a_repository_host(standin, acme):
    token = standin.issue_token(acme)
    for url in (
        f"https://acme-{OWNER}.codeartifact.us-east-1.on.aws/pypi/internal/simple/",
        f"https://vpce-0743-76dd.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-{OWNER}/internal/simple/",
    ):
        assert fetch(standin, url)[0] == 401
        assert fetch(standin, url, token)[0] == 200


def test_the_public_index(standin):
    assert fetch(standin, "https://pypi.org/simple/acme-one/")[0] == 404
    standin.public_index.index.add(wheel("acme-one", origin="public"))
    assert fetch(standin, "https://pypi.org/simple/acme-one/")[0] == 200
    assert fetch(standin, "https://pypi.org/pypi/acme-one/json")[0] == 200


@pytest.mark.parametrize(
    "host", ["example.com", "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com.evil.example"]
)
def test_the_proxy_connects_to_nothing_else(standin, host):
    with pytest.raises(OSError, match="403"):
        fetch(standin, f"https://{host}/")
    assert [name for name, _ in standin.connections] == [host]


def test_an_unknown_aws_host_is_recorded(standin):
    assert fetch(standin, "https://portal.sso.us-east-1.amazonaws.com/")[0] == 404
    assert standin.requests[0].host == "portal.sso.us-east-1.amazonaws.com"


def test_accepts_fifty_connections_at_once(standin, acme):
    token = standin.issue_token(acme)
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(fetch(standin, acme.index_url, token)[0])) for _ in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 50
