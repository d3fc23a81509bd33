"""Whatever a Secret Service does wrong: a token is answered, nothing is prompted, nothing hangs."""

from __future__ import annotations

import json
import time

import pytest
from harness.process import finish, start

MODES = {
    "as it should be": {},
    "locked, with a collection in memory": {"default": "locked"},
    "locked, and nothing else": {"default": "locked", "session": False},
    "no default collection": {"default": "none"},
    "no collection at all": {"default": "none", "session": False},
    "a prompt that never ends": {"prompts": ["CreateItem", "Delete"], "prompt": "never"},
    "a prompt that is dismissed": {"prompts": ["CreateItem", "Delete"], "prompt": "dismissed"},
    "slow": {"delay": 0.1},
    "silent": {"silent": ["*"]},
    "silent when a session is opened": {"silent": ["OpenSession"]},
    "silent when asked for a secret": {"silent": ["GetSecret"]},
    "silent when a secret is stored": {"silent": ["CreateItem", "SetSecret"]},
    "silent at the end": {"silent": ["Close"]},
    "no sessions": {"errors": ["OpenSession"]},
    "no search": {"errors": ["SearchItems"]},
    "no aliases": {"errors": ["ReadAlias"]},
    "no properties": {"errors": ["Get", "GetAll"]},
    "a plain session in an encrypted one's place": {"plain": True},
    "nonsense when a session is opened": {"garble": ["OpenSession"]},
    "nonsense when searched": {"garble": ["SearchItems"]},
    "nonsense for a secret": {"garble": ["GetSecret"]},
    "nonsense for everything else": {"garble": ["ReadAlias", "Get", "GetAll", "CreateItem", "Close"]},
}


# Threats: A Secret Service
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())
def test_a_token_is_answered(secret_service, lookup, standin, mode):
    secret_service.set(**mode)
    first = lookup().ok()
    assert (first.stdout, first.stderr) == ("<token>\n", "")
    assert first.fingerprint == standin.mints[0].fingerprint
    for _ in range(3):
        again = lookup().ok()
        assert again.fingerprint == standin.mints[-1].fingerprint
    assert standin.mint_count <= 2, "a token that could be kept nowhere readable went to a file the second time"
    assert "SearchItems" in secret_service.calls() or mode, "the mock was asked"
    assert secret_service.was_asked_nothing_forbidden()


@pytest.mark.parametrize("default", ["unlocked", "locked"])
def test_the_token_is_stored_in_the_service(secret_service, lookup, home, standin, default):
    secret_service.set(default=default)
    first = lookup().ok()
    assert home.files_holding("eyJ2ZXIiOj") == []
    assert lookup().ok().fingerprint == first.fingerprint
    assert standin.mint_count == 1
    assert "CreateItem" in secret_service.calls()
    assert secret_service.was_asked_nothing_forbidden()


def test_an_item_that_is_locked_is_not_touched(secret_service, lookup, home, standin):
    """KeePassXC shows its items so to each new program; the token then goes where it can be read."""
    lookup().ok()
    secret_service.set(items_locked=True)
    before = len(secret_service.calls())
    assert lookup().ok().fingerprint == standin.mints[1].fingerprint
    assert lookup().ok().fingerprint == standin.mints[1].fingerprint
    assert not {"GetSecret", "GetSecrets", "SetSecret", "CreateItem", "Delete"} & set(secret_service.calls()[before:])
    assert home.files_holding("eyJ2ZXIiOj") != []
    assert secret_service.was_asked_nothing_forbidden()


def test_a_token_is_replaced_without_asking_anybody(secret_service, lookup, standin, installed, repository):
    """Some services ask their user when an item is created over another, or deleted."""
    secret_service.set(prompts=["Replace", "Delete"], prompt="never")
    lookup().ok()
    lookup(installed.program, "token", "--refresh", repository.index_url).ok()
    assert lookup().ok().fingerprint == standin.mints[1].fingerprint
    assert standin.mint_count == 2
    calls = secret_service.calls()
    assert (calls.count("CreateItem"), calls.count("SetSecret")) == (1, 1)
    assert secret_service.was_asked_nothing_forbidden()


def test_a_token_is_forgotten_without_asking_anybody(secret_service, lookup, standin, installed, repository):
    """Where deleting would ask the user, the secret is overwritten."""
    secret_service.set(prompts=["Delete"], prompt="never")
    lookup().ok()
    lookup(installed.keyring, "del", repository.index_url, "aws").ok()
    assert lookup().ok().fingerprint == standin.mints[1].fingerprint
    assert standin.mint_count == 2
    assert secret_service.was_asked_nothing_forbidden()


@pytest.mark.parametrize(("age", "deletions"), [(0, 0), (12 * 3600, 0), (25 * 3600, 1)])
def test_a_token_of_another_day_is_removed(secret_service, lookup, installed, standin, age, deletions):
    """Nothing would read it again, where each day has credentials of its own."""
    secret_service.set(age=age)
    lookup().ok()
    secret_service.set()
    before = len(secret_service.calls())
    other = standin.add_repository("other")
    lookup(installed.keyring, "get", other.index_url, "aws").ok()
    calls = secret_service.calls()[before:]
    assert (calls.count("CreateItem"), calls.count("Delete"), calls.count("GetSecret")) == (1, deletions, 0)
    assert secret_service.was_asked_nothing_forbidden()


def test_a_token_of_another_day_stays_where_somebody_would_be_asked(secret_service, lookup, installed, standin):
    secret_service.set(age=25 * 3600, prompts=["Delete"], prompt="never")
    lookup().ok()
    other = standin.add_repository("other")
    for _ in range(2):
        assert lookup(installed.keyring, "get", other.index_url, "aws").ok().fingerprint == standin.mints[1].fingerprint
    assert standin.mint_count == 2
    assert secret_service.was_asked_nothing_forbidden()


def test_an_encrypted_session_is_asked_for_first(secret_service, lookup):
    """This mock knows none, which real services do."""
    lookup().ok()
    before = len(secret_service.notes())
    lookup().ok()
    first, second = [note["algorithm"] for note in secret_service.notes()[before:] if "algorithm" in note]
    assert first.startswith("dh-")
    assert second == "plain"


@pytest.mark.parametrize("call", ["OpenSession", "SearchItems", "GetSecret"])
def test_a_service_that_dies_midway(secret_service, lookup, standin, call):
    lookup().ok()
    secret_service.set(die=call)
    again = lookup().ok()
    assert again.stderr == ""
    assert again.fingerprint == standin.mints[-1].fingerprint
    assert secret_service.was_asked_nothing_forbidden()


def marker(home):
    return home.runtime / "codeartifact-keyring" / "secret-service.silent"


# Threats: A Secret Service
def test_a_silent_service_is_left_alone(secret_service, lookup, home, standin):
    """It is asked once in five minutes, by whichever process."""
    secret_service.set(silent=["*"])
    start_of_first = time.monotonic()
    lookup().ok()
    first = time.monotonic() - start_of_first
    asked = len(secret_service.calls())
    assert asked >= 1
    start_of_second = time.monotonic()
    lookup().ok()
    second = time.monotonic() - start_of_second
    assert len(secret_service.calls()) == asked, "nobody asked again"
    assert first < 10 and second < first
    assert home.files_holding("eyJ2ZXIiOj") != []

    moment, bus = marker(home).read_text().split("\n")
    assert marker(home).stat().st_mode & 0o777 == 0o600
    marker(home).write_text(f"{float(moment) - 301}\n{bus}")
    secret_service.set(silent=[])
    lookup().ok()
    assert len(secret_service.calls()) > asked, "five minutes later it is asked again"


def test_another_session_of_the_user_is_not_silent(secret_service, lookup, home):
    lookup().ok()
    marker(home).write_text(f"{time.time()}\n0123456789abcdef")
    asked = len(secret_service.calls())
    lookup().ok()
    assert len(secret_service.calls()) > asked


@pytest.mark.parametrize(
    "note", ["", "\n", "nan\n", "inf\n{bus}", "1e300\n{bus}", "-1\n{bus}", "later\n{bus}", "\x00\xff"]
)
def test_a_damaged_note_of_silence(secret_service, lookup, home, note):
    """It is as if it were not there."""
    secret_service.set(silent=["*"])
    lookup().ok()
    bus = marker(home).read_text().split("\n")[1]
    secret_service.set(silent=[])
    marker(home).write_text(note.replace("{bus}", bus))
    asked = len(secret_service.calls())
    lookup().ok()
    assert len(secret_service.calls()) > asked


def test_without_a_directory_to_note_it_in(secret_service, lookup, home, standin):
    """Within one process the service is still asked only once."""
    secret_service.set(silent=["*"])
    del home.env["XDG_RUNTIME_DIR"]
    home.env["XDG_CACHE_HOME"] = "/proc/nowhere"
    assert lookup().ok().fingerprint == standin.mints[0].fingerprint
    assert len(secret_service.calls()) == 1


def test_many_at_once_wait_once(secret_service, home, installed, repository, standin):
    """A build that asks for many passwords while the service is silent: all are answered."""
    secret_service.set(silent=["*"])
    command = [installed.keyring, "get", repository.index_url, "aws"]
    results = [finish(one, 60).ok() for one in [start(command, home.env, home.directory) for _ in range(24)]]
    assert {result.fingerprint for result in results} == {standin.mints[0].fingerprint}
    assert standin.mint_count == 1
    assert secret_service.was_asked_nothing_forbidden()


def test_one_session_at_a_time(secret_service, lookup, home, installed, standin):
    """Bursts of new sessions abort some versions of gnome-keyring."""
    secret_service.set(delay=0.01)
    hosts = [standin.add_repository(f"burst-{number}") for number in range(12)]
    command = [installed.keyring, "get"]
    started = [start([*command, one.index_url, "aws"], home.env, home.directory) for one in hosts for _ in range(2)]
    for process in started:
        finish(process, 60).ok()
    assert secret_service.most_sessions_at_once() == 1
    opened = [note for note in secret_service.notes() if "open_sessions" in note]
    assert 12 <= len(opened) == secret_service.calls().count("Close"), "each session is closed"


PINNED = {
    "silent": {"silent": ["*"]},
    "locked": {"default": "locked", "session": False},
    "prompting": {"prompts": ["CreateItem"], "prompt": "never"},
}


@pytest.mark.parametrize("mode", PINNED.values(), ids=PINNED.keys())
def test_pinned_it_fails_loudly(secret_service, lookup, home, mode):
    secret_service.set(**mode)
    home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
    failed = lookup()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("codeartifact-keyring: Secret Service cannot be used: ")
    assert failed.stderr.count("\n") == 1
    assert home.files_holding("eyJ2ZXIiOj") == []
    assert secret_service.was_asked_nothing_forbidden()


def test_pinned_it_is_the_only_one(secret_service, home, installed, repository, kernel, standin):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
    for _ in range(2):
        home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mint_count == 1
    assert kernel.keys() == set(), "no quick copy beside it"
    assert home.files_holding("eyJ2ZXIiOj") == []


def test_attributes_hold_no_secret(secret_service, lookup, home, user):
    """They can be read while the service is locked."""
    lookup().ok()
    notes = json.dumps(secret_service.notes())
    assert user.secret_access_key not in notes
    assert "eyJ2ZXIiOj" not in notes
