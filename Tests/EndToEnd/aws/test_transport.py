"""What is sent goes over TLS 1.2 or later, to the host that was meant, and no further; a proxy's password stays unsaid."""

from __future__ import annotations

import datetime
import socket
import ssl

import pytest
from harness.process import Result
from harness.recording_server import recording_server
from standin.authority import CertificateAuthority

HOUR = datetime.timedelta(hours=1)
TOKEN = b'{"authorizationToken": "eyJ2ZXIiOjF9.a.b.c.d", "expiration": 4102444800}'
# OpenSSL's own settings would refuse an old TLS on most machines; here they do not.
LENIENT = """\
openssl_conf = all
[all]
ssl_conf = kinds
[kinds]
system_default = any
[any]
MinProtocol = None
CipherString = ALL:@SECLEVEL=0
"""


@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "authority"
    folder.mkdir()
    return CertificateAuthority(folder)


@pytest.fixture
def ask(home, installed, repository, authority):
    """Asks for a token of an AWS that is at an address of the test's own, without a proxy."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        home.env.pop(name, None)
    home.env["AWS_CA_BUNDLE"] = str(authority.ca_file)
    home.env["CODEARTIFACT_KEYRING_STORE"] = "none"

    def run(url: str) -> Result:
        home.env["AWS_ENDPOINT_URL_CODEARTIFACT"] = url
        return home.run(installed.keyring, "get", repository.index_url, "aws")

    return run


def refused(result: Result, *words: str) -> bool:
    """True for one line that holds the words, and no answer."""
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert all(word in line for word in words), line
    return True


def old_tls(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def only_tls_1_2(context: ssl.SSLContext) -> ssl.SSLContext:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


@pytest.mark.parametrize("shape", [lambda context: context, only_tls_1_2], ids=["TLS 1.3", "TLS 1.2"])
def test_a_server_as_it_should_be(ask, authority, shape):
    with recording_server((200, {}, TOKEN), shape(authority.context_for("localhost"))) as server:
        assert ask(server.url("localhost")).ok().stdout == "eyJ2ZXIiOjF9.a.b.c.d\n"
    (head,) = server.heads
    assert "Authorization: AWS4-HMAC-SHA256 " in head


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls(ask, home, authority):
    home.env["OPENSSL_CONF"] = str(home.write("openssl.cnf", LENIENT))
    with recording_server((200, {}, TOKEN), old_tls(authority.context_for("localhost"))) as server:
        lenient = ssl.create_default_context(cafile=authority.ca_file)
        lenient.set_ciphers("ALL:@SECLEVEL=0")
        lenient.minimum_version = ssl.TLSVersion.TLSv1
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            with lenient.wrap_socket(plain, server_hostname="localhost") as connection:
                assert connection.version() == "TLSv1.1", "another client does speak with it"
        assert refused(ask(server.url("localhost")), "TLS to localhost", "failed")
    assert server.heads == []


# Threats: An AWS endpoint, a proxy, the network
@pytest.mark.parametrize("kind", ["another host", "expired", "self-signed", "another authority"])
def test_a_certificate_that_is_not_good(ask, authority, tmp_path, kind):
    if kind == "another host":
        context = authority.context_for("codeartifact.us-east-1.amazonaws.com")
    elif kind == "expired":
        context = authority.context_for("localhost", -HOUR)
    else:
        (tmp_path / "other").mkdir()
        other = CertificateAuthority(tmp_path / "other")
        context = other.self_signed("localhost") if kind == "self-signed" else other.context_for("localhost")
    with recording_server((200, {}, TOKEN), context) as server:
        clock = ["Check this machine's clock"] if kind == "expired" else []
        assert refused(ask(server.url("localhost")), "TLS to localhost", "certificate", "AWS_CA_BUNDLE", *clock)
    assert server.connections > 0
    assert server.heads == []


# Threats: An AWS endpoint, a proxy, the network
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
def test_a_redirect_is_not_followed(ask, authority, status, secure):
    """Not even with a token for its body, nor a lookup's own body for another host."""
    tls = authority.context_for("localhost") if secure else None
    with recording_server((200, {}, TOKEN), tls) as other:
        target = {"Location": other.url("localhost") + "/v1/authorization-token"}
        with recording_server((status, target, TOKEN), authority.context_for("localhost")) as server:
            assert refused(ask(server.url("localhost")), f"HTTP {status}")
    assert len(server.heads) == 1
    assert other.connections == 0


PROXIES = [
    "http://anna:hunter2@127.0.0.1:9",
    "anna:hunter2@127.0.0.1:9",
    "socks5h://anna:hunter2@127.0.0.1:9",
    "http://anna:hunter2@nowhere.invalid:3128/",
    # None of these can be read; libcurl would show them in full.
    "http://anna:hunter2/x@127.0.0.1:9",
    "http://anna:hunter2?@127.0.0.1:9",
    "http://hunter2#@127.0.0.1:9",
    "http://anna:hunter2@127.0.0.1:99999",
    "http://anna:hunter2@[::1",
    "http://anna:hunter2 @127.0.0.1:9",
    "http://anna:hunter2@",
    "gopher://anna:hunter2@127.0.0.1:9",
    "//anna:hunter2@127.0.0.1:9",
]


@pytest.mark.parametrize("proxy", PROXIES)
def test_the_password_of_a_proxy_is_not_shown(home, installed, repository, proxy):
    home.env |= {"HTTPS_PROXY": proxy, "https_proxy": proxy, "CODEARTIFACT_KEYRING_DEBUG": "1"}
    result = home.run(installed.keyring, "get", repository.index_url, "aws")
    assert (result.returncode, result.stdout) == (1, "")
    status = home.run(installed.program, "status", repository.index_url).ok()
    assert "last failure" in status.stdout
    for text in (result.stderr, status.stdout, status.stderr):
        assert "hunter2" not in text
        assert "anna" not in text
    assert home.files_holding("hunter2") == []


def test_a_proxy_is_given_its_password_and_no_other_secret(home, installed, repository):
    with recording_server((407, {}, b"")) as proxy:
        address = f"http://anna:hunter2@127.0.0.1:{proxy.port}"
        home.env |= {"HTTPS_PROXY": address, "https_proxy": address}
        result = home.run(installed.keyring, "get", repository.index_url, "aws")
    assert refused(result, "proxy")
    assert "hunter2" not in result.stderr
    assert proxy.heads
    for head in proxy.heads:
        assert "Proxy-Authorization: Basic YW5uYTpodW50ZXIy" in head
        assert "AWS4-HMAC-SHA256" not in head
