"""`unconfigure` without a client, as before uninstalling: what was kept is forgotten, and nothing but that."""

from __future__ import annotations

import json

import pytest

NAME = "codeartifact-keyring"
FORGOTTEN = "cached tokens: removed\n"


@pytest.fixture
def get(home, installed, repository):
    return lambda: home.run(installed.keyring, "get", repository.index_url, "aws").ok()


@pytest.fixture
def unconfigure(home, installed):
    return lambda *clients: home.run(installed.program, "unconfigure", *clients)


@pytest.fixture
def tokens(home, installed):
    return lambda: json.loads(home.run(installed.program, "status", "--json").ok().stdout)["tokens"]


@pytest.fixture
def folders(home):
    """The directory of codeartifact-keyring's own files."""
    return home.runtime / NAME, home.directory / ".cache" / NAME


def test_in_every_store(home, installed, unconfigure, get, tokens, kernel, desktop, folders):
    home.run(installed.program, "configure").ok()
    # Files that have only just been written are not trusted yet: then no response is cached.
    assert any(get() and kernel.cached_responses() for _ in range(100))
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    get()
    (token,) = home.files_holding('"token"')
    token.with_name(token.name + ".codeartifact-keyring").write_bytes(token.read_bytes())
    del home.env["CODEARTIFACT_KEYRING_STORE"]
    assert kernel.keys()
    assert kernel.cached_responses()
    assert tokens()[0]["stores"] == ["kernel", "secret-service", "file"]
    result = unconfigure().ok()
    assert result.stdout.endswith(FORGOTTEN)
    assert result.stderr == ""
    assert not any(folder.exists() for folder in folders)
    assert not kernel.keys()
    assert not kernel.cached_responses()
    assert tokens() == []


def test_without_a_runtime_directory(home, unconfigure, get, folders):
    """There it is in the cache, with what went wrong last."""
    del home.env["XDG_RUNTIME_DIR"]
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    get()
    (folders[1] / "last-failure.json").write_text("{}")
    (folders[1] / "secret-service.silent").write_text("")
    assert unconfigure().ok().stdout == FORGOTTEN
    assert home.contents() == {}
    assert not folders[1].exists()


def test_a_client_that_is_named_is_all_that_is_meant(home, installed, unconfigure, get, tokens):
    home.run(installed.program, "configure").ok()
    get()
    for client in ("poetry", "pip", "uv"):
        assert FORGOTTEN not in unconfigure(client).ok().stdout
    assert tokens()


def test_where_nothing_was_kept_nothing_is_said(home, unconfigure, folders):
    result = unconfigure().ok()
    assert result.output == ""
    assert home.contents() == {}
    assert not any(folder.exists() for folder in folders)


def test_locked_tokens_keep_nobody_from_uninstalling(unconfigure, home, get, desktop, kernel, folders):
    get()
    desktop.lock(home)
    result = unconfigure().ok()
    assert result.stdout == FORGOTTEN, "those of the kernel keyring"
    (line,) = result.stderr.splitlines()
    assert "tokens in it are locked. Unlock it" in line
    assert not kernel.keys()
    assert not any(folder.exists() for folder in folders)


def test_a_service_that_does_not_answer_keeps_nobody_from_it(unconfigure, get, bus_starting, kernel, folders):
    get()
    bus_starting("sleep 60")
    result = unconfigure().ok()
    assert result.stdout == FORGOTTEN
    assert len(result.stderr.splitlines()) == 1
    assert not kernel.keys()
    assert not any(folder.exists() for folder in folders)


@pytest.mark.parametrize("because", ["it is a link", "others may write to it", "of what else is in it"])
def test_other_programs_files_stay(unconfigure, get, tmp_path, folders, because):
    folder = folders[1]
    folder.parent.mkdir()
    place = tmp_path / "elsewhere" if because == "it is a link" else folder
    place.mkdir(mode=0o777 if because == "others may write to it" else 0o700)
    place.chmod(0o777 if because == "others may write to it" else 0o700)
    if because == "it is a link":
        folder.symlink_to(place)
    kept = {"notes.txt"} if because == "of what else is in it" else {"notes.txt", "x.lock", "last-failure.json"}
    for name in {"x.lock", "last-failure.json", "notes.txt"}:
        (place / name).write_text("mine")
    get()
    result = unconfigure().ok()
    assert FORGOTTEN in result.stdout
    assert {path.name for path in place.iterdir()} == kept
    assert folder.exists()
