"""Services that are not ours: they reach the other backends, and no secret is lost on the way."""

import json
import logging
import threading

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
from codeartifact_keyring import others
from codeartifact_keyring.backend import Keyring
from keyring import credentials, errors

from conftest import OtherRing

SERVICE = "https://upload.pypi.org/legacy/"

FAILURES = [
    errors.KeyringLocked("locked"),
    errors.InitError("no daemon"),
    errors.NoKeyringError("none"),
    RuntimeError("broken"),
    OSError("gone"),
    NotImplementedError("not here"),
    ImportError("no module"),
    AssertionError(),
]


def remember(configuration, default=None, path=None):
    configuration("previous-keyring.json", json.dumps({"default-keyring": default, "keyring-path": path}))


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_a_backend_that_fails_does_not_hide_the_next(ring, elsewhere, executable, error):
    credential = credentials.SimpleCredential("bob", "secret")
    elsewhere.add("locked", 8, get_password=error, get_credential=error)
    elsewhere.add("plain", 5, get_password="secret", get_credential=credential)
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert ring.get_credential(SERVICE, None) is credential
    assert [name for name, *_ in elsewhere.asked] == ["locked", "plain"] * 2
    assert executable.calls == []


@pytest.mark.parametrize("error", FAILURES, ids=repr)
def test_backends_that_all_fail_are_no_answer(ring, elsewhere, error):
    elsewhere.add("locked", get_password=error, get_credential=error)
    assert ring.get_password(SERVICE, "bob") is None
    assert ring.get_credential(SERVICE, "bob") is None


def test_the_best_comes_first_and_the_first_answer_is_enough(ring, elsewhere):
    for name, priority in (("low", 1), ("high", 9), ("middle", 5)):
        elsewhere.add(name, priority, get_password=name)
    assert ring.get_password(SERVICE, "bob") == "high"
    assert len(elsewhere.asked) == 1


def test_an_empty_password_is_an_answer(ring, elsewhere):
    elsewhere.add("high", 9, get_password="")
    elsewhere.add("low", 1, get_password="low")
    assert ring.get_password(SERVICE, "bob") == ""


def test_backends_that_nobody_would_choose_are_not_asked(ring, elsewhere):
    for unwanted in (
        Keyring(),
        keyring.backends.chainer.ChainerBackend(),
        keyring.backends.fail.Keyring(),
        keyring.backends.null.Keyring(),
    ):
        elsewhere.insert(unwanted)
    elsewhere.add("never", 0)
    elsewhere.add("unknown", None)
    assert others._others().rings == []


def test_a_backend_without_a_priority_does_not_hide_the_others(ring, elsewhere):
    class Broken:
        @property
        def priority(self):
            raise RuntimeError("no platform")

    elsewhere.insert(Broken())
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "secret"


def test_a_backend_that_cannot_be_constructed_does_not_hide_the_others(ring, elsewhere, monkeypatch):
    plain = elsewhere.add("plain", get_password="secret")

    def construct():
        raise RuntimeError("no daemon")

    def enumerate_all():
        raise RuntimeError("no daemon")

    monkeypatch.setattr(others.backend, "get_all_keyring", enumerate_all)
    monkeypatch.setattr(others.backend.KeyringBackend, "get_viable_backends", lambda: [construct, lambda: plain])
    assert ring.get_password(SERVICE, "bob") == "secret"


def test_writes_go_to_the_first_that_takes_them(ring, elsewhere):
    elsewhere.add("reader", 9, set_password=NotImplementedError())
    elsewhere.add("locked", 8, set_password=errors.KeyringLocked("locked"))
    plain = elsewhere.add("plain", 5)
    last = elsewhere.add("last", 1)
    ring.set_password(SERVICE, "bob", "secret")
    assert plain.secrets == {(SERVICE, "bob"): "secret"}
    assert last.secrets == {}
    assert ring.get_password(SERVICE, "bob") == "secret"
    ring.delete_password(SERVICE, "bob")
    assert ring.get_password(SERVICE, "bob") is None


def test_a_write_that_nobody_takes_is_an_error(ring, elsewhere):
    with pytest.raises(errors.PasswordSetError, match="no keyring here can store a password"):
        ring.set_password(SERVICE, "bob", "secret")


def test_a_write_that_all_refuse_is_an_error(ring, elsewhere):
    elsewhere.add("reader", set_password=NotImplementedError())
    with pytest.raises(errors.PasswordSetError, match="no keyring here can store a password"):
        ring.set_password(SERVICE, "bob", "secret")


def test_a_write_that_fails_names_the_first_failure(ring, elsewhere):
    elsewhere.add("locked", 9, set_password=errors.KeyringLocked("Failed to unlock"))
    elsewhere.add("gone", 5, set_password=OSError("gone"))
    with pytest.raises(errors.PasswordSetError, match="Failed to unlock") as caught:
        ring.set_password(SERVICE, "bob", "secret")
    assert "secret" not in str(caught.value)


def test_a_write_of_poetry_that_fails_says_what_poetry_can_do(ring, elsewhere):
    with pytest.raises(errors.PasswordSetError, match="POETRY_KEYRING_ENABLED=false"):
        ring.set_password("poetry-repository-pypi", "__token__", "secret")


def test_a_delete_goes_to_the_one_that_has_it(ring, elsewhere):
    elsewhere.add("locked", 9, delete_password=errors.KeyringLocked("locked"))
    elsewhere.add("without", 8)
    plain = elsewhere.add("plain", 5)
    plain.secrets[SERVICE, "bob"] = "secret"
    ring.delete_password(SERVICE, "bob")
    assert plain.secrets == {}


def test_a_delete_of_what_nobody_has_is_an_error(ring, elsewhere):
    elsewhere.add("plain")
    with pytest.raises(errors.PasswordDeleteError, match="no such password"):
        ring.delete_password(SERVICE, "bob")


def test_a_delete_that_fails_names_the_failure(ring, elsewhere):
    elsewhere.add("locked", delete_password=errors.KeyringLocked("Failed to unlock"))
    with pytest.raises(errors.PasswordDeleteError, match="Failed to unlock"):
        ring.delete_password(SERVICE, "bob")


def test_a_disabled_keyring_stays_disabled(ring, elsewhere, configuration):
    remember(configuration, "keyring.backends.null.Keyring")
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") is None
    assert ring.get_credential(SERVICE, None) is None
    ring.set_password(SERVICE, "bob", "secret")
    ring.delete_password(SERVICE, "bob")
    assert elsewhere.asked == []


def test_a_keyring_made_to_fail_reads_nothing_and_refuses_to_store(ring, elsewhere, configuration):
    remember(configuration, "keyring.backends.fail.Keyring")
    assert ring.get_password(SERVICE, "bob") is None
    with pytest.raises(errors.PasswordSetError, match=r"keyring\.backends\.fail"):
        ring.set_password(SERVICE, "bob", "secret")


@pytest.mark.parametrize(
    "name", ["keyring.backends.chainer.ChainerBackend", "codeartifact_keyring.backend.Keyring", "", " ", None, 42]
)
def test_no_choice_means_all(ring, elsewhere, configuration, name):
    remember(configuration, name)
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "secret"


def test_a_null_keyring_does_not_lose_what_poetry_would_have_kept(configuration, ring):
    """Without us Poetry rejects a null keyring, and writes the secret into its own auth.toml."""
    remember(configuration, "keyring.backends.null.Keyring")
    with pytest.raises(keyring.errors.PasswordSetError, match="POETRY_KEYRING_ENABLED=false"):
        ring.set_password("poetry-repository-pypi", "__token__", "x")


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', '{"default-keyring": {}}', "[" * 100000])
def test_a_broken_note_of_the_choice_means_all(ring, elsewhere, configuration, text):
    configuration("previous-keyring.json", text)
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "secret"


@pytest.mark.parametrize("name", ["not_installed.backend.Keyring", "keyring.backends.null.Nothing", "nonsense"])
def test_a_choice_that_is_not_there_is_not_replaced(ring, elsewhere, configuration, name):
    remember(configuration, name)
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") is None
    with pytest.raises(errors.PasswordSetError, match=name):
        ring.set_password(SERVICE, "bob", "secret")
    assert elsewhere.asked == []


MINE = """
from keyring import backend, credentials

class Keyring(backend.KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        return "mine " + getattr(self, "word", "")

    def set_password(self, service, username, password):
        raise OSError("read-only")

class Chain(Keyring):
    def get_password(self, service, username):
        for ring in backend.get_all_keyring():
            found = ring.get_password(service, username)
            if found is not None:
                return found

    def get_credential(self, service, username):
        return backend.get_all_keyring()[0].get_credential(service, username)

    def set_password(self, service, username, password):
        for ring in backend.get_all_keyring():
            try:
                return ring.set_password(service, username, password)
            except NotImplementedError:
                pass

    def delete_password(self, service, username):
        return backend.get_all_keyring()[0].delete_password(service, username)
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    directory = tmp_path / "mine"
    directory.mkdir()
    (directory / "mine_keyring.py").write_text(MINE)
    yield str(directory)
    __import__("sys").modules.pop("mine_keyring", None)
    for ring_class in list(others.backend.KeyringBackend._classes):
        if ring_class.__module__ == "mine_keyring":
            others.backend.KeyringBackend._classes.discard(ring_class)


def test_the_choice_is_loaded_from_its_own_directory_with_its_properties(
    ring, elsewhere, configuration, mine, monkeypatch
):
    remember(configuration, "mine_keyring.Keyring", mine)
    monkeypatch.setenv("KEYRING_PROPERTY_WORD", "alone")
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "mine alone"
    assert ring.get_credential(SERVICE, "bob").password == "mine alone"
    assert ring.get_credential(SERVICE, None) is None
    with pytest.raises(errors.PasswordSetError, match="read-only"):
        ring.set_password(SERVICE, "bob", "secret")
    assert elsewhere.asked == []


def test_a_choice_that_has_us_in_its_chain_does_not_go_round(ring, elsewhere, configuration, mine):
    remember(configuration, "mine_keyring.Chain", mine)
    elsewhere.insert(ring)
    plain = elsewhere.add("plain", get_password="secret")
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert ring.get_credential(SERVICE, "bob") is None
    ring.set_password(SERVICE, "bob", "new")
    assert plain.secrets == {(SERVICE, "bob"): "new"}
    with pytest.raises(errors.PasswordDeleteError):
        ring.delete_password(SERVICE, "bob")
    assert ring.get_password(SERVICE, "bob") == "new"


def test_a_chain_above_us_reaches_the_others(ring, elsewhere):
    """`default-keyring` may be the chainer, with this backend as one of its links."""
    elsewhere.insert(ring)
    plain = elsewhere.add("plain", 5)
    chainer = keyring.backends.chainer.ChainerBackend()
    chainer.set_password(SERVICE, "bob", "secret")
    assert plain.secrets == {(SERVICE, "bob"): "secret"}
    assert chainer.get_password(SERVICE, "bob") == "secret"


def test_threads_ask_the_others_at_the_same_time(ring, elsewhere):
    barrier = threading.Barrier(2, timeout=10)

    class Slow:
        priority = 1

        def get_password(self, service, username):
            barrier.wait()
            return "secret"

    elsewhere.insert(Slow())
    found = []
    threads = [threading.Thread(target=lambda: found.append(ring.get_password(SERVICE, "bob"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["secret", "secret"]


def test_nothing_is_said(ring, elsewhere, capfd, caplog):
    caplog.set_level(logging.DEBUG)
    locked = errors.KeyringLocked("locked")
    elsewhere.add("locked", 9, get_password=locked, set_password=locked)
    elsewhere.add("plain", 5)
    ring.set_password(SERVICE, "bob", "secret")
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert capfd.readouterr() == ("", "")
    assert "secret" not in caplog.text


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
    "service", ["https://bob:precious@example.org/", "bell\a", "nul\0", "lone \udc80", 42, None], ids=repr
)
def test_what_may_not_be_seen_by_others_is_no_argument(ring, secret_service, executable, service):
    secret_service(get_password="secret")
    assert ring.get_password(service, "bob") == "secret"
    assert executable.calls == []


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
