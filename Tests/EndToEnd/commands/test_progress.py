"""A long wait is told of on a terminal, and nowhere else; nothing of it is left in the end."""

from __future__ import annotations

import pytest
from harness.terminal import Terminal

ERASER = "\r\x1b[K"


@pytest.fixture
def slow(home, standin, repository):
    """A mint that takes its time."""
    home.env["TERM"] = "xterm"
    standin.faults.mint_delay = 1.6
    return f"getting a token for {repository.domain} ("


@pytest.fixture
def words(installed, repository):
    return {
        "token": [installed.program, "token", repository.index_url],
        "login": [installed.program, "login", repository.index_url],
        "keyring get": [installed.keyring, "get", repository.index_url, "aws"],
    }


@pytest.mark.parametrize("command", ["token", "login"])
def test_on_a_terminal(home, slow, words, command):
    with Terminal(words[command], home.env, home.directory, watched=True) as terminal:
        terminal.wait_for(ERASER + slow)
        terminal.finish().ok()
    assert terminal.screen == ""
    assert terminal.shown.endswith(ERASER)
    assert "\n" not in terminal.shown, "always the same line"


@pytest.mark.parametrize("command", ["token", "login", "keyring get"])
def test_in_a_pipe(home, slow, words, command):
    """A terminal beside the streams is no reason."""
    with Terminal(words[command], home.env, home.directory) as terminal:
        result = terminal.finish().ok()
    assert (result.stderr, terminal.shown) == ("", "")


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ("keyring get", {}),
        ("token", {"TERM": "dumb"}),
        ("token", {"TERM": ""}),
    ],
)
def test_where_it_is_not_wanted(home, slow, words, command, variables):
    """A lookup of a client says nothing, and not every terminal can wipe a line."""
    home.env |= variables
    with Terminal(words[command], home.env, home.directory, watched=True) as terminal:
        terminal.finish().ok()
    assert terminal.shown == ""


def test_a_short_wait_is_not_told_of(home, installed, words, repository):
    home.env["TERM"] = "xterm"
    home.run(*words["token"]).ok()
    with Terminal(words["token"], home.env, home.directory, watched=True) as terminal:
        terminal.finish().ok()
    assert terminal.shown == ""


def test_a_failure_is_told_on_a_line_of_its_own(home, slow, words, standin, repository):
    standin.control_plane.domains.clear()
    with Terminal(words["token"], home.env, home.directory, watched=True) as terminal:
        assert terminal.finish().returncode == 1
    assert terminal.screen.startswith("codeartifact-keyring: Domain ")
    assert slow not in terminal.screen


def test_a_narrow_terminal(home, slow, words):
    """A line that was broken into two could not be wiped."""
    with Terminal(words["token"], home.env, home.directory, watched=True, columns=24) as terminal:
        terminal.wait_for(ERASER + "getting a token")
        terminal.finish().ok()
    shown = [line for line in terminal.shown.split(ERASER) if line]
    assert shown
    assert max(map(len, shown)) < 24


def test_an_interrupt(home, slow, words, standin):
    with Terminal(words["token"], home.env, home.directory, watched=True) as terminal:
        terminal.wait_for(slow)
        terminal.type("\x03")
        assert terminal.finish().returncode == -2
    assert slow not in terminal.screen
