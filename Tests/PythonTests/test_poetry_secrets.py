"""Poetry's own secrets: where Poetry would keep one by itself without this backend, it does so with it."""

import sys
import types

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

from conftest import URL

# As in Poetry 2.5 (`utils/password_manager.py`), as far as it deals with a keyring.
MANAGER = """
def set_http_password(ring, repo_name, do):
    return do(ring)

def set_pypi_token(ring, repo_name, do):
    return do(ring)

def delete_http_password(ring, repo_name, do):
    return do(ring)

def delete_pypi_token(ring, repo_name, do):
    return do(ring)

def get_http_auth(ring, repo_name, do):
    return do(ring)
"""
STORING = ["set_http_password", "set_pypi_token"]
DELETING = ["delete_http_password", "delete_pypi_token"]
PROBE = ("python-poetry-check", "python-poetry")


@pytest.fixture
def manager(monkeypatch):
    """Poetry's module, in a process in which `artifact` is a source of CodeArtifact's, and no other is known."""
    config = types.ModuleType("poetry.config.config")

    class Settings:
        def get(self, setting, default=None):
            return URL if setting == ["repositories", "artifact", "url"] else default

    config._default_config = Settings()
    module = types.ModuleType("poetry.utils.password_manager")
    exec(MANAGER, module.__dict__)
    for each in (types.ModuleType("poetry"), config, module):
        monkeypatch.setitem(sys.modules, each.__name__, each)
    return module


def suits(ring):
    """Whether Poetry takes it for a keyring that it can use (`PoetryKeyring.is_available`)."""
    if ring.name.split(" ")[0] in ("chainer", "fail", "null") or "plaintext" in ring.name.lower():
        return False
    try:
        ring.get_password(*PROBE)
    except (RuntimeError, KeyringError):
        return False
    return True


@pytest.mark.parametrize("function", [*STORING, *DELETING])
def test_where_no_other_can_keep_a_secret_poetry_keeps_it(ring, elsewhere, manager, function):
    for unfit in (keyring.backends.fail.Keyring(), keyring.backends.null.Keyring()):
        elsewhere.insert(unfit)
    assert not getattr(manager, function)(ring, "other", suits)
    assert suits(ring), "for all else it is asked"
    assert manager.get_http_auth(ring, "other", suits)


@pytest.mark.parametrize("function", [*STORING, *DELETING])
def test_a_backend_that_poetry_takes_for_unsafe_does_not_count(ring, elsewhere, manager, function):
    elsewhere.add("file PlaintextKeyring")
    assert not getattr(manager, function)(ring, "other", suits)


@pytest.mark.parametrize("function", [*STORING, *DELETING])
def test_another_backend_gets_it(ring, elsewhere, manager, function):
    plain = elsewhere.add("plain")
    assert getattr(manager, function)(ring, "other", suits)
    ring.set_password("poetry-repository-other", "bob", "secret")
    assert plain.secrets == {("poetry-repository-other", "bob"): "secret"}


@pytest.mark.parametrize("error", [KeyringLocked("locked"), RuntimeError("no"), OSError("no"), ValueError("no")])
@pytest.mark.parametrize("function", [*STORING, *DELETING])
def test_where_the_other_one_fails_poetry_keeps_it(ring, elsewhere, manager, function, error):
    elsewhere.add("locked", get_password=error)
    assert not getattr(manager, function)(ring, "other", suits)
    assert suits(ring)


@pytest.mark.parametrize(("function", "username"), [("set_http_password", "aws"), ("set_pypi_token", "__token__")])
def test_for_codeartifact_none_is_needed(ring, elsewhere, manager, capsys, executable, function, username):
    assert getattr(manager, function)(ring, "artifact", suits)
    getattr(manager, function)(
        ring, "artifact", lambda ring: ring.set_password("poetry-repository-artifact", username, "secret")
    )
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "poetry-repository-artifact is a CodeArtifact repository" in said
    assert "nothing was stored" in said
    assert "secret" not in said
    assert executable.calls == []


def test_of_codeartifact_what_is_in_auth_toml_is_deleted(ring, elsewhere, manager):
    """Poetry 1.8 deletes a user's name from there only where a keyring suits it, and a token only where none does."""
    assert manager.delete_http_password(ring, "artifact", suits)
    assert not manager.delete_pypi_token(ring, "artifact", suits)


def test_for_codeartifact_too_a_backend_that_can_keep_it_does(ring, elsewhere, manager, capsys):
    plain = elsewhere.add("plain")
    ring.set_password("poetry-repository-artifact", "aws", "secret")
    assert plain.secrets == {("poetry-repository-artifact", "aws"): "secret"}
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("name", "username"), [("artifact", "bob"), ("other", "aws"), ("other", "__token__")])
def test_what_may_be_needed_is_not_dropped(ring, elsewhere, manager, name, username):
    with pytest.raises(PasswordSetError):
        ring.set_password(f"poetry-repository-{name}", username, "secret")


def test_in_another_process_nothing_is_dropped(ring, elsewhere):
    with pytest.raises(PasswordSetError):
        ring.set_password("poetry-repository-artifact", "aws", "secret")


@pytest.mark.parametrize("function", DELETING)
def test_what_is_deleted_is_not_fetched_first(ring, executable, elsewhere, manager, function):
    """`poetry config --unset http-basic.artifact` asks what is there."""
    ask = lambda ring: ring.get_password("poetry-repository-artifact", "aws")  # noqa: E731
    assert getattr(manager, function)(ring, "artifact", ask) is None
    assert executable.calls == []
    assert ask(ring) == "token-1"


def test_a_chosen_backend_that_cannot_be_used_is_an_error(ring, elsewhere, manager, configuration):
    """Not a reason to write a secret into a file."""
    configuration("previous-keyring.json", '{"default-keyring": "nowhere.Keyring"}')
    assert manager.set_http_password(ring, "other", suits)
    with pytest.raises(PasswordSetError, match=r"nowhere\.Keyring cannot be used"):
        ring.set_password("poetry-repository-other", "bob", "secret")
