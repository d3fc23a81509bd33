"""Other services, in Secret Service: the executable reads it, since Python's backend would prompt."""

import os
import subprocess
import sys

import pytest

from conftest import SERVICE, SOURCE, OtherRing


@pytest.fixture
def secret_service(elsewhere):
    """Looks like Python's backend for Secret Service, which would prompt."""

    class Keyring(OtherRing):
        __module__ = "keyring.backends.SecretService"

    def add(priority=5.0, **methods):
        ring = Keyring("secret-service", priority, methods, elsewhere.asked)
        elsewhere.insert(ring)
        return ring

    return add


STORED = """printf '{"username": "bob", "password": "sécret"}\\n'"""


@pytest.mark.parametrize("username", ["bob", "", None])
def test_secret_service_is_read_by_the_executable(ring, elsewhere, secret_service, executable, username):
    secret_service()
    executable.does(f'test "$_CODEARTIFACT_KEYRING_BACKEND" = secret-service || exit 9\n{STORED}')
    assert ring.get_password(SERVICE, username) == "sécret"
    found = ring.get_credential(SERVICE, username)
    assert (found.username, found.password) == ("bob", "sécret")
    words = "" if username is None else f" {username}"
    assert executable.calls == [f"keyring --mode=creds --output=json get -- {SERVICE}{words}"] * 2
    assert elsewhere.asked == []


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_whatever_the_locale_the_executable_is_asked_in_utf_8(executable, locale):
    """With any other of the user's own, the name of a service would be another one."""
    executable.does("""test "$6" = 'dienst ü' && printf '{"username": "%s", "password": "secret"}' "$7" """)
    program = "from codeartifact_keyring import helper; print(ascii(helper.stored('dienst \\xfc', '\\xe4nne')))"
    environment = dict(os.environ, PYTHONPATH=str(SOURCE), LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    found = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    assert found == "('\\xe4nne', 'secret')\n"


@pytest.mark.parametrize("end", ["exit 1", "echo 'codeartifact-keyring: it is locked' >&2; exit 1", "echo nonsense"])
def test_what_secret_service_does_not_tell_is_asked_of_the_next(
    ring, elsewhere, secret_service, executable, end, capfd
):
    secret_service(8)
    elsewhere.add("plain", 5, get_password="secret")
    executable.does(end)
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert [name for name, *_ in elsewhere.asked] == ["plain"]
    assert capfd.readouterr() == ("", "")


def test_an_item_without_a_user_name(ring, secret_service, executable):
    secret_service()
    executable.does("""printf '{"username": "", "password": "secret"}\\n'""")
    assert ring.get_credential(SERVICE, None).username is None


@pytest.mark.parametrize("change", [{"preferred_collection": "/a/b"}, {"scheme": "KeePassXC"}], ids=str)
def test_a_secret_service_that_is_to_look_elsewhere_is_asked_itself(ring, secret_service, executable, change):
    theirs = secret_service(get_password="secret")
    vars(theirs).update(change)
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert executable.calls == []


@pytest.mark.parametrize(
    "service",
    [
        "https://bob:precious@example.org/",
        "https://precious@example.org/",
        "//precious@example.org/",
        "bob:precious@example.org",
        "precious@example.org",
        "https://a/https://precious@example.org/",
        "bell\a",
        "nul\0",
        "lone \udc80",
        42,
        None,
    ],
    ids=repr,
)
def test_what_may_not_be_seen_by_others_is_no_argument(ring, secret_service, executable, service):
    secret_service(get_password="secret")
    assert ring.get_password(service, "bob") == "secret"
    assert executable.calls == []


@pytest.mark.parametrize("service", ["https://example.org/@a/b", "https://example.org/?mail=a@b", "imap.example.org"])
def test_a_sign_behind_the_host_is_no_users(ring, secret_service, executable, service):
    secret_service()
    executable.does(STORED)
    assert ring.get_password(service, "anna@example.org") == "sécret"
    assert executable.calls == [f"keyring --mode=creds --output=json get -- {service} anna@example.org"]


def test_without_the_executable_secret_service_is_asked_itself(ring, secret_service, monkeypatch):
    secret_service(get_password="secret")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert ring.get_password(SERVICE, "bob") == "secret"


def test_below_the_executable_secret_service_is_asked_itself(ring, secret_service, executable, monkeypatch):
    """Some programs that give AWS credentials keep theirs in a keyring."""
    secret_service(get_password="secret")
    monkeypatch.setenv("_CODEARTIFACT_KEYRING_BACKEND", "1")
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert executable.calls == []


def test_what_is_written_to_secret_service_is_written_by_python(ring, secret_service, executable):
    theirs = secret_service()
    ring.set_password(SERVICE, "bob", "secret")
    assert theirs.secrets == {(SERVICE, "bob"): "secret"}
    ring.delete_password(SERVICE, "bob")
    assert theirs.secrets == {}
    assert executable.calls == []


def test_without_the_module_that_runs_it_secret_service_is_asked_itself(ring, secret_service, monkeypatch):
    """As in a process that runs while the program is removed."""
    import codeartifact_keyring

    monkeypatch.delattr(codeartifact_keyring, "helper")
    monkeypatch.setitem(sys.modules, "codeartifact_keyring.helper", None)
    secret_service(get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "secret"
