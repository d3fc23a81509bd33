"""What Poetry asks besides URLs. (Sequences seen with Poetry 1.8.5, 2.1.4 and 2.5.1.)"""

import re
import sys
import types

import pytest
from codeartifact_keyring.errors import CodeArtifactError
from keyring.errors import KeyringError

from conftest import URL

NAME = "poetry-repository-artifact"
OTHER_USERS = ["__poetry_source_empty_username__", "__token__", "bob"]


class ListSettings:
    """As in Poetry 2.5: a setting is a list of keys."""

    url = URL

    def get(self, setting, default=None):
        if not isinstance(setting, list):
            raise TypeError
        return self.url if setting == ["repositories", "artifact", "url"] else default


class StringSettings(ListSettings):
    """As in Poetry 1.8: a setting is a string with dots."""

    def get(self, setting, default=None):
        return super().get(setting.split("."), default)


@pytest.fixture(params=[ListSettings, StringSettings])
def poetry(request, monkeypatch):
    module = types.ModuleType("poetry.config.config")
    module._default_config = request.param()
    monkeypatch.setitem(sys.modules, "poetry.config.config", module)
    return module._default_config


def test_the_probe_is_answered_without_asking_anybody(ring, executable, elsewhere):
    elsewhere.add("locked", get_password=RuntimeError("locked"))
    assert ring.get_password("python-poetry-check", "python-poetry") is None
    assert ring.get_credential("python-poetry-check", "python-poetry") is None
    assert executable.calls == []
    assert elsewhere.asked == []


def test_poetry_takes_this_for_a_usable_backend(ring):
    assert ring.name.split(" ")[0] not in ("chainer", "fail", "null")
    assert "plaintext" not in ring.name.lower()


@pytest.mark.parametrize("username", ["aws", "", None])
def test_the_name_of_a_source_is_answered(ring, executable, elsewhere, poetry, username):
    elsewhere.add("stale", get_password="token of last week")
    assert ring.get_password(NAME, username) == "token-1"
    credential = ring.get_credential(NAME, username)
    assert (credential.username, credential.password) == ("aws", "token-1")
    assert executable.calls == [f"keyring --mode=creds --output=json get {URL}"]
    assert elsewhere.asked == []


@pytest.mark.parametrize("username", OTHER_USERS)
def test_for_another_user_it_is_left_to_its_url(ring, executable, elsewhere, poetry, username):
    elsewhere.add("stale", get_password="token of last week")
    assert ring.get_password(NAME, username) is None
    assert ring.get_credential(NAME, username) is None
    assert executable.calls == []
    assert elsewhere.asked == []


@pytest.mark.parametrize("url", ["https://pypi.acme.example/simple/", None, 42])
def test_the_name_of_another_source_goes_to_the_others(ring, executable, elsewhere, poetry, monkeypatch, url):
    monkeypatch.setattr(poetry, "url", url)
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(NAME, "bob") == "secret"
    assert ring.get_password("poetry-repository-other", "bob") == "secret"
    assert executable.calls == []


@pytest.mark.parametrize("config", [None, object(), types.SimpleNamespace(get=None)])
def test_a_poetry_that_keeps_its_sources_elsewhere_is_no_failure(ring, elsewhere, monkeypatch, config):
    monkeypatch.setitem(sys.modules, "poetry.config.config", types.SimpleNamespace(_default_config=config))
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(NAME, "bob") == "secret"


def test_what_is_stored_under_a_name_is_stored_and_deleted(ring, elsewhere, poetry):
    plain = elsewhere.add("plain")
    ring.set_password(NAME, "aws", "")
    assert plain.secrets == {(NAME, "aws"): ""}


def test_outside_of_poetry_the_executable_knows_its_sources(ring, executable, elsewhere):
    elsewhere.add("stale", get_password="token of last week")
    assert ring.get_password(NAME, "aws") == "token-1"
    assert ring.get_credential(NAME, None).password == "token-1"
    assert executable.calls == [f"keyring --mode=creds --output=json get {NAME}"]
    assert elsewhere.asked == []


@pytest.mark.parametrize("username", ["aws", "bob"])
def test_outside_of_poetry_the_names_of_others_go_to_the_others(ring, executable, elsewhere, username):
    executable.does("exit 1")
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(NAME, username) == "secret"


def test_without_the_executable_names_go_to_the_others(ring, elsewhere, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    elsewhere.add("plain", get_password="secret")
    assert ring.get_password(NAME, "aws") == "secret"


class AuthenticatorRepositoryConfig:
    """Poetry's own, as far as it asks a keyring: what it gets is sent to `url`."""

    def __init__(self, name, url):
        self.name, self.url = name, url

    def get_http_credentials(self, ring):
        return ring.get_password(f"poetry-repository-{self.name}", "aws")


def test_a_name_is_worth_the_url_that_the_password_goes_to(ring, executable, elsewhere, poetry, monkeypatch):
    """`poetry.toml` and `pyproject.toml` may give one name to two hosts; the second is not in Poetry's settings."""
    assert AuthenticatorRepositoryConfig("artifact", "https://evil.example/simple/").get_http_credentials(ring) is None
    assert executable.calls == []
    monkeypatch.setattr(poetry, "url", "https://evil.example/simple/")
    assert AuthenticatorRepositoryConfig("artifact", URL).get_http_credentials(ring) == "token-1"


class PoetryRuntimeError(Exception):
    """As in Poetry 2.1 and 2.5: shown by its own text, without a stack trace."""

    def __init__(self, reason, messages=None, exit_code=1):
        super().__init__(reason)
        self.text = reason

    def __str__(self):
        return re.sub("<.*?>", "", self.text)


@pytest.fixture
def refused(ring, executable, monkeypatch):
    """What is raised for a failure where Poetry has this kind of error of its own."""
    executable.does("echo 'codeartifact-keyring: role <x> signed out' >&2; exit 1")

    def ask(kind):
        module = types.SimpleNamespace(PoetryRuntimeError=kind)
        monkeypatch.setitem(sys.modules, "poetry.console.exceptions", module)
        with pytest.raises(CodeArtifactError) as caught:
            ring.get_credential(URL, None)
        return caught.value

    return ask


def test_a_failure_is_of_the_kind_that_poetry_shows_as_a_line(refused):
    error = refused(PoetryRuntimeError)
    assert isinstance(error, PoetryRuntimeError)
    assert str(error) == error.text == "codeartifact-keyring: role <x> signed out"


class Swallowed(RuntimeError):
    pass


class OtherwiseMade(Exception):
    def __init__(self, one, two):
        pass


@pytest.mark.parametrize("kind", [Swallowed, KeyringError, OtherwiseMade, None, "PoetryRuntimeError", int])
def test_another_kind_is_not_taken(refused, kind):
    error = refused(kind)
    assert type(error) is CodeArtifactError
    assert str(error) == "codeartifact-keyring: role <x> signed out"
