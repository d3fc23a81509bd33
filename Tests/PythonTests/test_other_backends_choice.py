"""Other services, where the user has chosen a keyring: it is asked, and no other in its place."""

import json
import sys

import pytest
from codeartifact_keyring import other_backends
from keyring import errors

from conftest import SERVICE


def remember(configuration, default=None, path=None):
    configuration("previous-keyring.json", json.dumps({"default-keyring": default, "keyring-path": path}))


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
    """Without this backend Poetry rejects a null keyring, and writes the secret into its own auth.toml."""
    remember(configuration, "keyring.backends.null.Keyring")
    with pytest.raises(errors.PasswordSetError, match="POETRY_KEYRING_ENABLED=false"):
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
    sys.modules.pop("mine_keyring", None)
    for ring_class in list(other_backends.backend.KeyringBackend._classes):
        if ring_class.__module__ == "mine_keyring":
            other_backends.backend.KeyringBackend._classes.discard(ring_class)


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


def test_a_choice_with_this_backend_in_its_chain_does_not_go_round(ring, elsewhere, configuration, mine):
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
