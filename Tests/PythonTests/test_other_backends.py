"""Other services: they reach the other backends, and no secret is lost on the way."""

import logging
import threading

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import pytest
from codeartifact_keyring import other_backends
from codeartifact_keyring.backend import Keyring
from keyring import credentials, errors

from conftest import SERVICE

# Poetry ignores these, and goes on without credentials.
IGNORED = [
    errors.KeyringLocked("locked"),
    errors.InitError("no daemon"),
    errors.NoKeyringError("none"),
    RuntimeError("broken"),
    NotImplementedError("not here"),
]
# Poetry stops with these.
STOPPING = [Exception("sign in"), OSError("gone"), ImportError("no module"), AssertionError()]


@pytest.mark.parametrize("error", IGNORED + STOPPING, ids=repr)
def test_a_backend_that_fails_does_not_hide_the_next(ring, elsewhere, executable, error):
    credential = credentials.SimpleCredential("bob", "secret")
    elsewhere.add("locked", 8, get_password=error, get_credential=error)
    elsewhere.add("plain", 5, get_password="secret", get_credential=credential)
    assert ring.get_password(SERVICE, "bob") == "secret"
    assert ring.get_credential(SERVICE, None) is credential
    assert [name for name, *_ in elsewhere.asked] == ["locked", "plain"] * 2
    assert executable.calls == []


@pytest.mark.parametrize("error", IGNORED, ids=repr)
def test_backends_that_all_fail_are_no_answer(ring, elsewhere, error):
    elsewhere.add("locked", get_password=error, get_credential=error)
    assert ring.get_password(SERVICE, "bob") is None
    assert ring.get_credential(SERVICE, "bob") is None


@pytest.mark.parametrize("error", STOPPING, ids=repr)
def test_an_error_that_stops_poetry_still_does(ring, elsewhere, error):
    """A public package of the same name would be taken otherwise."""
    methods = ("get_password", "get_credential", "delete_password")
    elsewhere.add("locked", 9, **dict.fromkeys(methods, IGNORED[0]))
    elsewhere.add("signed out", 8, **dict.fromkeys(methods, error))
    elsewhere.add("gone", 7, **dict.fromkeys(methods, OSError("a later one")))
    elsewhere.add("without", 6)
    for method in methods:
        with pytest.raises(type(error)) as caught:
            getattr(ring, method)(SERVICE, "bob")
        assert caught.value is error


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
    assert other_backends._others().rings == []


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

    monkeypatch.setattr(other_backends.backend, "get_all_keyring", enumerate_all)
    monkeypatch.setattr(
        other_backends.backend.KeyringBackend, "get_viable_backends", lambda: [construct, lambda: plain]
    )
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
    with pytest.raises(errors.PasswordSetError, match="no keyring can store a password"):
        ring.set_password(SERVICE, "bob", "secret")


def test_a_write_that_all_refuse_is_an_error(ring, elsewhere):
    elsewhere.add("reader", set_password=NotImplementedError())
    with pytest.raises(errors.PasswordSetError, match="no keyring can store a password"):
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


def test_a_chain_with_this_backend_reaches_the_others(ring, elsewhere):
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
