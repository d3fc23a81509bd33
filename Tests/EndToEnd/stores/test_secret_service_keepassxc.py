"""KeePassXC, which offers a prompt for each item that is created: none is started, and the token goes elsewhere."""

from __future__ import annotations

import pytest
from harness.secret_service import monitor


def test_a_token_is_answered(keepass, lookup, home, standin, tmp_path):
    with monitor(home, tmp_path) as monitored:
        for _ in range(3):
            result = lookup().ok()
            assert (result.stdout, result.stderr) == ("<token>\n", "")
            assert result.fingerprint == standin.mints[0].fingerprint
        assert standin.mint_count == 1
        assert "SearchItems" in monitored.calls()
        assert monitored.saw_nothing_forbidden()
    assert keepass.is_alive()
    assert home.files_holding("eyJ2ZXIiOj") != []


def test_refreshing_and_forgetting(keepass, lookup, home, installed, repository, tmp_path):
    with monitor(home, tmp_path) as monitored:
        for _ in range(2):
            lookup(installed.program, "token", "--refresh", repository.index_url).ok()
        lookup(installed.keyring, "del", repository.index_url, "aws").ok()
        assert monitored.saw_nothing_forbidden()
    assert keepass.is_alive()


@pytest.fixture
def keyring_command(home, installed):
    """The `keyring` command, which is this program."""
    return lambda *words, text=None: home.run(installed.keyring, *words, text=text, timeout=25)


def test_others_secrets(keepass, home, keyring_command, request, tmp_path):
    """What other programs stored is read, and replaced in place; an item is never created, which would ask the user."""
    words = ["application", "Python keyring library", "service", "example.org", "username", "anna"]
    home.run("secret-tool", "store", "--label=x", *words, text="hunter2").ok()
    with monitor(home, tmp_path) as monitored:
        found = keyring_command("get", "example.org", "anna")
        replaced = keyring_command("set", "example.org", "anna", text="hunter3\n")
        refused = keyring_command("set", "example.org", "berta", text="hunter4\n")
        keyring_command("del", "example.org", "anna")
        assert monitored.saw_nothing_forbidden()
    assert keepass.is_alive()
    assert refused.returncode == 1 and refused.stderr != ""
    if "confirming" in request.node.name:
        assert (found.returncode, replaced.returncode) == (1, 1)
        assert "locked" in replaced.stderr
    else:
        assert found.ok().stdout == "hunter2\n"
        replaced.ok()
