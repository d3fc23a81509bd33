"""`logout`: tokens are forgotten in every store, whoever they were got for; and `status`, which lists them."""

from __future__ import annotations

import json
import secrets

import pytest
from harness import without_kernel_keyring
from harness.environments import python


@pytest.fixture
def tokens(home, installed):
    """The tokens that `status` lists: domain, stores, identity."""

    def tokens():
        shown = json.loads(home.run(installed.program, "status", "--json").ok().stdout)["tokens"]
        return [(token["domain"], tuple(token["stores"])) for token in shown]

    return tokens


@pytest.fixture
def other(standin):
    return standin.add_repository(f"other-{secrets.token_hex(4)}")


def get(home, installed, repository, *before):
    return home.run(*before, installed.keyring, "get", repository.index_url, "aws").ok()


def test_a_domain_with_all_its_identities_and_durations(home, installed, standin, repository, other, desktop, tokens):
    get(home, installed, repository)
    home.run(installed.program, "env", "--duration", "15m", repository.index_url).ok()
    get(home, installed, other)
    home.sign_in(standin.iam.add_user("bob"))
    get(home, installed, repository)
    both = ("kernel", "secret-service")
    assert tokens() == sorted([*[(repository.domain, both)] * 3, (other.domain, both)])
    result = home.run(installed.program, "logout", repository.index_url).ok()
    assert result.output == ""
    assert tokens() == [(other.domain, both)]
    get(home, installed, repository)
    assert standin.mint_count == 5, "a new token replaces the deleted one"


def test_all_of_them_in_every_store(home, installed, standin, repository, other, kernel, tokens):
    """A pinned store is not the only one: what was kept before it was pinned is forgotten too."""
    get(home, installed, repository)
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    get(home, installed, other)
    (home.runtime / "codeartifact-keyring" / "last-failure.json").write_text("{}")
    assert tokens() == [(other.domain, ("file",))]
    home.run(installed.program, "logout", "--all").ok()
    assert tokens() == []
    del home.env["CODEARTIFACT_KEYRING_STORE"]
    assert tokens() == []
    assert (home.runtime / "codeartifact-keyring" / "last-failure.json").exists(), "no more than tokens"
    home.run(installed.program, "logout", "--all").ok()


def test_damaged_entries_too(home, installed, repository):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    get(home, installed, repository)
    [path] = [path for path in home.files() if path.suffix == ".json" and len(path.stem) == 32]
    path.write_bytes(b"\xff" * 20_000)
    home.run(installed.program, "logout", "--all").ok()
    assert not path.exists()


def test_without_a_url_the_project_is_meant(home, installed, repository, other, tokens, tmp_path):
    get(home, installed, repository)
    get(home, installed, other)
    (tmp_path / "pyproject.toml").write_text(f"[tool.uv]\nindex-url = '{other.index_url}'\n")
    home.run(installed.program, "logout", cwd=tmp_path).ok()
    assert tokens() == [(repository.domain, ("kernel",))]


def test_locked_tokens_are_told_of(home, installed, repository, desktop):
    """Nobody can forget them without asking their user; they must not be thought gone."""
    get(home, installed, repository)
    desktop.lock(home)
    for words in (["--all"], [repository.index_url]):
        result = home.run(installed.program, "logout", *words)
        assert result.returncode == 1
        assert "tokens in it are locked. Unlock it" in result.stderr


def test_where_no_kernel_keyring_is_allowed(home, installed, repository):
    """As in a container: files are all there is."""
    container = (python(), without_kernel_keyring.__file__)
    get(home, installed, repository, *container)
    shown = json.loads(home.run(*container, installed.program, "status", "--json").ok().stdout)["tokens"]
    assert [token["stores"] for token in shown] == [["file"]]
    home.run(*container, installed.program, "logout", "--all").ok()
    assert json.loads(home.run(*container, installed.program, "status", "--json").ok().stdout)["tokens"] == []


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["--all", "https://x.example/"], 2, "--all removes all tokens"),
        ([], 1, "Name its URL, or run: codeartifact-keyring logout --all"),
        (["https://pypi.org/simple/"], 1, "is not a CodeArtifact repository"),
    ],
)
def test_what_cannot_be_done_is_said(home, installed, words, code, expected):
    result = home.run(installed.program, "logout", *words)
    assert (result.returncode, result.stdout) == (code, "")
    assert expected in result.stderr
