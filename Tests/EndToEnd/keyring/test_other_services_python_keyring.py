"""Other services: Python's own keyring still sets, gets and deletes their secrets when the backend comes first."""

from __future__ import annotations

import os
import signal

import pytest
from harness.environments import program, python
from harness.project import poetry_library
from harness.secret_service import monitor

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
SHELF = """
import json, os, pathlib
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

class Keyring(KeyringBackend):
    priority = 0.5
    path = pathlib.Path(os.environ["HOME"]) / "shelf.json"

    def _load(self):
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def get_password(self, service, username):
        return self._load().get(f"{service}|{username}")

    def set_password(self, service, username, password):
        self.path.write_text(json.dumps({**self._load(), f"{service}|{username}": password}))

    def delete_password(self, service, username):
        left = self._load()
        if left.pop(f"{service}|{username}", None) is None:
            raise PasswordDeleteError("not found")
        self.path.write_text(json.dumps(left))
"""


@pytest.fixture
def earlier_backend(home):
    """A backend that the user chose before codeartifact-keyring was installed."""
    home.write("site/shelf.py", SHELF)
    home.env["PYTHONPATH"] = str(home.directory / "site")
    home.write(KEYRINGRC, "[backend]\ndefault-keyring=shelf.Keyring\n")


@pytest.fixture
def pykeyring(home):
    """Python's own keyring command."""
    return lambda *arguments, text=None: home.run(python(), "-m", "keyring", *arguments, text=text)


def round_trip(pykeyring):
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    assert pykeyring("get", "example.org", "anna").ok().stdout == "hunter2\n"
    pykeyring("set", "example.org", "anna", text="hunter3\n").ok()
    assert pykeyring("get", "example.org", "anna").ok().stdout == "hunter3\n"
    pykeyring("del", "example.org", "anna").ok()
    gone = pykeyring("get", "example.org", "anna")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert pykeyring("del", "example.org", "anna").returncode == 1


def test_with_gnome_keyring(desktop, configured, pykeyring):
    round_trip(pykeyring)


def test_gnome_keyring_holds_what_python_stored(desktop, configured, pykeyring):
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    found = configured.run("secret-tool", "lookup", "service", "example.org", "username", "anna").ok()
    assert found.stdout == "hunter2"


def test_secrets_from_before_are_still_found(desktop, home, installed, pykeyring):
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    home.run(installed.program, "configure").ok()
    assert pykeyring("get", "example.org", "anna").ok().stdout == "hunter2\n"
    home.run(installed.program, "unconfigure").ok()
    assert pykeyring("get", "example.org", "anna").ok().stdout == "hunter2\n"


def test_with_the_backend_the_user_had_chosen(earlier_backend, configured, pykeyring):
    round_trip(pykeyring)


def test_the_chosen_backend_wins_over_gnome_keyring(earlier_backend, desktop, configured, pykeyring):
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    assert "hunter2" in (configured.directory / "shelf.json").read_text()
    found = configured.run("secret-tool", "lookup", "service", "example.org", "username", "anna")
    assert (found.returncode, found.stdout) == (1, "")


def test_a_disabled_keyring_stays_disabled_for_others(desktop, home, installed, pykeyring, standin, repository):
    """A disabled keyring stays disabled; CodeArtifact services are still answered."""
    home.run("secret-tool", "store", "--label=x", "service", "example.org", "username", "anna", text="hunter2").ok()
    pykeyring("--disable").ok()
    home.run(installed.program, "configure").ok()
    assert pykeyring("get", "example.org", "anna").stdout == ""
    answer = pykeyring("get", repository.index_url, "aws").ok()
    assert answer.fingerprint == standin.mints[0].fingerprint


@pytest.mark.parametrize("service", ["example.org", "nothing.example.org"])
@pytest.mark.parametrize("words", [["get"], ["--mode=creds", "get"]], ids=" ".join)
def test_a_locked_keyring_is_not_unlocked(desktop, configured, pykeyring, tmp_path, words, service):
    """Python's backend would ask for its password before it looks for anything, and wait for as long as it takes."""
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    desktop.lock(configured)
    with monitor(configured, tmp_path) as monitored:
        locked = pykeyring(*words, service, "anna")
        assert (locked.returncode, locked.stdout) == (1, "")
        assert "SearchItems" in monitored.calls()
        assert monitored.saw_nothing_forbidden()
    assert desktop.is_alive() and not desktop.is_unlocked(configured)


def test_poetry_beside_a_locked_keyring(desktop, configured, tmp_path):
    """It asks for the password of a repository of another host, and unlocks nothing."""
    library = poetry_library(tmp_path / "library", "acme-published")
    configured.env["POETRY_REPOSITORIES_ELSEWHERE_URL"] = "http://127.0.0.1:9/"
    desktop.lock(configured)
    with monitor(configured, tmp_path) as monitored:
        words = "publish --build --repository elsewhere --no-interaction".split()
        failed = configured.run(program("poetry"), *words, cwd=library, timeout=240)
        assert failed.returncode != 0, "nobody listens there"
        assert "SearchItems" in monitored.calls()
        assert monitored.saw_nothing_forbidden()
    assert not desktop.is_unlocked(configured)


def test_a_keyring_that_never_answers(desktop, configured, pykeyring):
    pykeyring("set", "example.org", "anna", text="hunter2\n").ok()
    os.kill(desktop.keyring_pid, signal.SIGSTOP)
    silent = pykeyring("get", "example.org", "anna")
    assert (silent.returncode, silent.stdout) == (1, "")


def test_a_password_in_a_service_is_not_shown(desktop, configured, pykeyring):
    """An argument list can be read by every user of the machine."""
    service = "https://anna:precious@example.org/simple"
    trap = configured.write("bin/codeartifact-keyring", '#!/bin/sh\necho "$@" >>"$HOME/seen"\nexit 1\n', mode=0o755)
    pykeyring("set", service, "anna", text="hunter2\n").ok()
    configured.env["PATH"] = f"{trap.parent}:{configured.env['PATH']}"
    assert pykeyring("get", service, "anna").ok().stdout == "hunter2\n"
    seen = configured.directory / "seen"
    assert not seen.exists() or "precious" not in seen.read_text()


def test_secrets_of_other_collections_stay_readable(desktop, configured, pykeyring):
    """Who has told Python's backend to use another collection is still served from it."""
    session = "/org/freedesktop/secrets/collection/session"
    configured.env["KEYRING_PROPERTY_PREFERRED_COLLECTION"] = session
    round_trip(pykeyring)


def test_names_that_look_like_options(desktop, configured, pykeyring):
    pykeyring("set", "--", "--help", "-b", text="hunter2\n").ok()
    assert pykeyring("get", "--", "--help", "-b").ok().stdout == "hunter2\n"


def test_nowhere_to_store_is_an_error(configured, pykeyring):
    """Without a Secret Service there is no backend: a secret must not be lost in silence."""
    configured.env["PATH"] = "/usr/bin:/bin"
    assert pykeyring("set", "example.org", "anna", text="hunter2\n").returncode != 0


def test_codeartifact_services_in_python(configured, pykeyring, standin, repository):
    assert pykeyring("get", repository.index_url, "aws").ok().stdout == "<token>\n"
    assert pykeyring("--mode=creds", "get", repository.index_url).ok().stdout == "aws\n<token>\n"
    for username in ("__token__", "__poetry_source_empty_username__", "bob"):
        refused = pykeyring("get", repository.index_url, username)
        assert (refused.returncode, refused.stdout) == (1, "")
    assert standin.mint_count == 1


def test_set_and_delete_on_codeartifact_services(desktop, configured, pykeyring, standin, repository):
    """Storing succeeds and stores nothing; deleting forgets the cached token."""
    first = pykeyring("get", repository.index_url, "aws").ok()
    pykeyring("set", repository.index_url, "aws", text="typed by hand\n").ok()
    assert pykeyring("get", repository.index_url, "aws").ok().fingerprint == first.fingerprint
    assert configured.run("secret-tool", "search", "service", repository.index_url).stdout == ""
    pykeyring("del", repository.index_url, "aws").ok()
    second = pykeyring("get", repository.index_url, "aws").ok()
    assert second.fingerprint == standin.mints[-1].fingerprint != first.fingerprint
    assert standin.mint_count == 2
