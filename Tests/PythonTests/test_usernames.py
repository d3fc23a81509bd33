"""For whom there is a token: it is valid for the user `aws` alone."""

import keyring.errors
import pytest

from conftest import HOST, URL

ANSWERED = [None, "", "aws"]
REFUSED = [
    "__token__",
    "pypi_token:project:acme",
    "pypi_token:user:bob",
    "__poetry_source_empty_username__",
    "AWS",
    "aws ",
    "bob",
    0,
    False,
]


@pytest.mark.parametrize("service", [URL, HOST])
@pytest.mark.parametrize("username", ANSWERED)
def test_answered(ring, executable, service, username):
    assert ring.get_password(service, username) == "token-1"
    credential = ring.get_credential(service, username)
    assert (credential.username, credential.password) == ("aws", "token-1")
    assert executable.calls == [f"keyring --mode=creds --output=json get {service}"]


@pytest.mark.parametrize("service", [URL, HOST])
@pytest.mark.parametrize("username", REFUSED)
def test_refused_without_asking_anybody(ring, executable, elsewhere, service, username):
    assert ring.get_password(service, username) is None
    assert ring.get_credential(service, username) is None
    with pytest.raises(keyring.errors.PasswordDeleteError):
        ring.delete_password(service, username)
    assert executable.calls == []
    assert elsewhere.asked == []


@pytest.mark.parametrize("user", ["__token__", "bob", "bob:secret", "AWS"])
@pytest.mark.parametrize("username", ANSWERED)
def test_another_user_in_the_url_is_refused_too(ring, executable, elsewhere, user, username):
    service = URL.replace("//", f"//{user}@")
    assert ring.get_password(service, username) is None
    assert ring.get_credential(service, username) is None
    with pytest.raises(keyring.errors.PasswordDeleteError):
        ring.delete_password(service, username)
    assert executable.calls == []
    assert elsewhere.asked == []


@pytest.mark.parametrize("username", ["aws", "__token__"])
def test_set_stores_nothing(ring, executable, elsewhere, username):
    ring.set_password(URL, username, "secret")
    assert executable.calls == []
    assert elsewhere.asked == []


def test_delete_forgets_here_and_in_the_executable(ring, executable):
    assert ring.get_password(URL, "aws") == "token-1"
    executable.does("""case "$*" in *get*) printf '{"username": "aws", "password": "token-2"}\\n' ;; esac""")
    ring.delete_password(URL, "aws")
    assert executable.calls[1:] == [f"keyring del {URL} aws"]
    assert ring.get_password(URL, "aws") == "token-2"


@pytest.mark.parametrize(("body", "message"), [("exit 1", "no such password"), ("echo why >&2; exit 1", "why")])
def test_delete_of_nothing_says_so(ring, executable, body, message):
    executable.does(body)
    with pytest.raises(keyring.errors.PasswordDeleteError, match=message):
        ring.delete_password(URL, "aws")
