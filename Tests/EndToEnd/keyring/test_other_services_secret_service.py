"""Other people's secrets where no other `keyring` is on PATH: in exactly the schema of Python's keyring, both ways."""

from __future__ import annotations

import json
import os
import signal

import pytest
from harness.environments import python

BACKEND = "keyring.backends.SecretService.Keyring"
ITEMS = """
import json, secretstorage
collection = secretstorage.get_default_collection(secretstorage.dbus_init())
print(json.dumps([
    {"label": item.get_label(), "attributes": item.get_attributes()} for item in collection.get_all_items()
]))
"""
PASSWORDS = {
    "ascii": "hunter2",
    "spaces": "  two  words  ",
    "umlauts": "pässwörd ß",
    "emoji": "🔑☃\u200d",
    "quotes": "a'b\"c`$(d)\\",
    "long": "0123456789abcdef" * 4096,
}
NAMES = {
    "plain": ("example.org", "anna"),
    "url": ("https://user@pypi.example.org:8443/simple/?a=b#c", "anna@example.org"),
    "unicode": ("sërvice ☃", "änna"),
    "quotes": ('it\'s "it"', "o'neill"),
}


@pytest.fixture
def keyring_command(home, installed):
    """The `keyring` command, which is this program."""
    return lambda *words, text=None: home.run(installed.keyring, *words, text=text, timeout=25)


@pytest.fixture
def python_keyring(home):
    """Python's keyring with its SecretService backend."""

    def run(*words, text=None):
        environment = home.env
        home.env = environment | {"PYTHON_KEYRING_BACKEND": BACKEND}
        try:
            return home.run(python(), "-m", "keyring", *words, text=text, timeout=25)
        finally:
            home.env = environment

    return run


@pytest.fixture
def items(home):
    """What is in the default collection."""
    return lambda: json.loads(home.run(python(), "-c", ITEMS).ok().stdout)


@pytest.fixture
def both(keyring_command, python_keyring):
    return {"keyring_command": keyring_command, "python_keyring": python_keyring}


@pytest.mark.parametrize(
    "writer, reader",
    [
        ("keyring_command", "python_keyring"),
        ("python_keyring", "keyring_command"),
        ("keyring_command", "keyring_command"),
    ],
)
@pytest.mark.parametrize("password", PASSWORDS.values(), ids=PASSWORDS.keys())
def test_either_reads_what_the_other_stored(desktop, both, writer, reader, password):
    both[writer]("set", "example.org", "anna", text=password + "\n").ok()
    assert both[reader]("get", "example.org", "anna").ok().stdout == password + "\n"


@pytest.mark.parametrize("service, username", NAMES.values(), ids=NAMES.keys())
def test_names_of_all_kinds(desktop, keyring_command, python_keyring, service, username):
    keyring_command("set", service, username, text="hunter2\n").ok()
    assert python_keyring("get", service, username).ok().stdout == "hunter2\n"
    python_keyring("set", service, username, text="hunter3\n").ok()
    assert keyring_command("get", service, username).ok().stdout == "hunter3\n"


@pytest.mark.parametrize("writer", ["keyring_command", "python_keyring"])
def test_exactly_the_schema_of_python(secret_service, both, writer):
    """gnome-keyring itself adds a schema to each item as soon as it has written it to the disk; the mock does not."""
    both[writer]("set", "example.org", "anna", text="hunter2\n").ok()
    (stored,) = secret_service.created()
    assert stored == {
        "collection": "/org/freedesktop/secrets/collection/login",
        "attributes": {"application": "Python keyring library", "service": "example.org", "username": "anna"},
        "label": "Password for 'anna' on 'example.org'",
        "type": "text/plain",
    }


@pytest.mark.parametrize(
    "first, second",
    [
        ("keyring_command", "python_keyring"),
        ("python_keyring", "keyring_command"),
        ("keyring_command", "keyring_command"),
    ],
)
def test_no_duplicates(desktop, both, items, first, second):
    both[first]("set", "example.org", "anna", text="hunter2\n").ok()
    both[second]("set", "example.org", "anna", text="hunter3\n").ok()
    assert len(items()) == 1
    for reader in both.values():
        assert reader("get", "example.org", "anna").ok().stdout == "hunter3\n"


@pytest.mark.parametrize(
    "writer, remover", [("keyring_command", "python_keyring"), ("python_keyring", "keyring_command")]
)
def test_either_deletes_what_the_other_stored(desktop, both, items, writer, remover):
    both[writer]("set", "example.org", "anna", text="hunter2\n").ok()
    both[writer]("set", "example.org", "berta", text="hunter3\n").ok()
    both[remover]("del", "example.org", "anna").ok()
    assert [item["attributes"]["username"] for item in items()] == ["berta"]
    for keyring in both.values():
        gone = keyring("get", "example.org", "anna")
        assert (gone.returncode, gone.stdout) == (1, "")
        assert keyring("get", "example.org", "berta").ok().stdout == "hunter3\n"
        assert keyring("del", "example.org", "anna").returncode == 1


def test_items_of_other_programs_are_not_overwritten(desktop, home, keyring_command, items):
    """They may carry the same names; Python's keyring reads them too, and writes one of its own."""
    words = ["service", "example.org", "username", "anna", "of", "another"]
    home.run("secret-tool", "store", "--label=x", *words, text="precious").ok()
    keyring_command("set", "example.org", "anna", text="hunter2\n").ok()
    assert len(items()) == 2
    assert home.run("secret-tool", "lookup", *words).ok().stdout == "precious"


def test_credentials_without_a_user_name(desktop, keyring_command, python_keyring):
    python_keyring("set", "example.org", "anna", text="hunter2\n").ok()
    assert keyring_command("--mode", "creds", "get", "example.org").ok().stdout == "anna\nhunter2\n"


def test_a_locked_keyring_is_an_error_without_a_prompt(desktop, home, keyring_command, python_keyring):
    python_keyring("set", "example.org", "anna", text="hunter2\n").ok()
    desktop.lock(home)
    for words, text in ((("get",), None), (("set",), "hunter3\n"), (("del",), None)):
        failed = keyring_command(*words, "example.org", "anna", text=text)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert "locked" in failed.stderr and failed.stderr.count("\n") == 1
    nothing = keyring_command("get", "example.org", "berta")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (1, "", "")
    assert desktop.is_alive() and not desktop.is_unlocked(home)


def test_it_is_never_stored_in_memory_only(ssh_session, keyring_command):
    """Python's keyring would not find it there, and it would be lost at logout."""
    failed = keyring_command("set", "example.org", "anna", text="hunter2\n")
    assert failed.returncode == 1
    assert "default collection" in failed.stderr
    assert keyring_command("get", "example.org", "anna").returncode == 1


def test_without_a_secret_service_storing_is_an_error(bus_without_provider, keyring_command):
    failed = keyring_command("set", "example.org", "anna", text="hunter2\n")
    assert failed.returncode == 1
    assert failed.stderr.count("\n") == 1
    assert keyring_command("get", "example.org", "anna").returncode == 1


def test_a_stopped_service_does_not_hang(desktop, keyring_command):
    keyring_command("set", "example.org", "anna", text="hunter2\n").ok()
    os.kill(desktop.keyring_pid, signal.SIGSTOP)
    for words, text in ((("get",), None), (("set",), "hunter3\n"), (("del",), None)):
        assert keyring_command(*words, "example.org", "anna", text=text).returncode == 1


@pytest.mark.parametrize(
    "mode",
    [
        {"default": "locked"},
        {"default": "none"},
        {"items_locked": True},
        {"prompts": ["CreateItem", "Replace", "Delete"], "prompt": "never"},
        {"silent": ["*"]},
        {"silent": ["GetSecret", "CreateItem", "Delete"]},
        {"garble": ["GetSecret", "SearchItems"]},
        {"errors": ["OpenSession"]},
    ],
    ids=str,
)
def test_no_prompt_is_ever_started(secret_service, keyring_command, mode):
    secret_service.set(**mode)
    keyring_command("set", "example.org", "anna", text="hunter2\n")
    keyring_command("get", "example.org", "anna")
    keyring_command("del", "example.org", "anna")
    assert secret_service.calls() != []
    assert secret_service.was_asked_nothing_forbidden()


def test_without_libsecret(desktop, home, keyring_command, lookup, standin, tmp_path):
    """A file that is no library stands in its place: nothing is found or stored, and tokens go to another store."""
    keyring_command("set", "example.org", "anna", text="hunter2\n").ok()
    (tmp_path / "libsecret-1.so.0").write_bytes(b"")
    home.env["LD_LIBRARY_PATH"] = str(tmp_path)
    assert keyring_command("get", "example.org", "anna").returncode == 1
    refused = keyring_command("set", "example.org", "anna", text="hunter3\n")
    assert refused.returncode == 1
    assert "libsecret" in refused.stderr
    assert lookup().ok().stdout == lookup().ok().stdout
    assert standin.mint_count == 1


@pytest.mark.parametrize(
    "listen", ["unix:abstract=/tmp/{name}", "unix:path={directory}/a%20bus", "unix:dir={directory}"]
)
def test_a_bus_at_every_kind_of_socket(bus_at, keyring_command, tmp_path, listen):
    """A name beside the file system, and a path with something to escape in it."""
    with bus_at(listen.format(name=tmp_path.name, directory=tmp_path)) as bus:
        assert bus.address.startswith("unix:")
        keyring_command("set", "example.org", "anna", text="hunter2\n").ok()
        assert keyring_command("get", "example.org", "anna").ok().stdout == "hunter2\n"


def test_a_bus_that_is_not_at_a_socket(bus_at, keyring_command):
    """libsecret speaks to it, as it does for all that is written."""
    with bus_at("tcp:host=127.0.0.1,port=0", authentication="DBUS_COOKIE_SHA1") as bus:
        assert bus.address.startswith("tcp:")
        keyring_command("set", "example.org", "anna", text="hunter2\n").ok()
        assert keyring_command("get", "example.org", "anna").ok().stdout == "hunter2\n"


def test_a_needed_prompt_is_an_error(secret_service, keyring_command):
    """Nothing is stored then, and the user must know."""
    secret_service.set(prompts=["CreateItem"], prompt="never")
    failed = keyring_command("set", "example.org", "anna", text="hunter2\n")
    assert failed.returncode == 1
    assert "requires a prompt" in failed.stderr
