"""The C libraries' memory: nothing is read or freed that must not be, and nothing leaks that grows."""

from __future__ import annotations

import re
import shutil

import pytest
import secretstorage
from jeepney.io.blocking import open_dbus_connection

pytestmark = pytest.mark.skipif(
    not shutil.which("valgrind"), reason="valgrind is not installed (apt-get install valgrind)"
)


@pytest.fixture
def checked(home, tmp_path):
    """Runs a command under valgrind and says how many blocks of memory were in use at its end."""

    def run(*command) -> int:
        log = tmp_path / "valgrind.txt"
        # GLib keeps some memory on purpose, which looks like possibly lost.
        options = ["--leak-check=full", "--errors-for-leak-kinds=definite", "--error-exitcode=99", f"--log-file={log}"]
        environment = home.env
        home.env = environment | {"G_SLICE": "always-malloc"}
        try:
            result = home.run("valgrind", *options, *command, timeout=300)
        finally:
            home.env = environment
        said = log.read_text()
        assert result.returncode == 0, f"{result.describe()}\n{said}"
        assert "ERROR SUMMARY: 0 errors" in said, said
        return int(re.search(r"in use at exit: [\d,]+ bytes in ([\d,]+) blocks", said)[1].replace(",", ""))

    return run


@pytest.fixture
def words(installed, repository):
    # The main executable itself: valgrind would check the fast path only.
    return {verb: [installed.program, "keyring", verb, repository.index_url, "aws"] for verb in ("get", "del")}


def test_the_front(home, installed, checked, repository):
    asked = [installed.keyring, "get", repository.index_url, "aws"]
    for _ in range(20):
        home.run(*asked).ok()
    # Too little space for the program.
    home.run("prlimit", "--as=12000000", *asked).ok()
    checked(*asked)


@pytest.mark.parametrize("store", ["kernel", "file"])
def test_each_store(home, checked, words, store):
    home.env["CODEARTIFACT_KEYRING_STORE"] = store
    checked(*words["get"])
    checked(*words["get"])
    checked(*words["del"])


def test_gnome_keyring(desktop, home, checked, lookup, words, kernel):
    """In slow motion it may well be too slow to be waited for; with luck it is not."""
    lookup().ok()
    checked(*words["get"])
    kernel.clear()
    checked(*words["del"])


@pytest.mark.parametrize(
    "mode",
    [{}, {"silent": ["GetSecret"]}, {"garble": ["GetSecret"]}],
    ids=str,
)
def test_a_service_that_misbehaves(secret_service, lookup, checked, words, home, kernel, mode):
    lookup().ok()
    secret_service.set(**mode)
    checked(*words["get"])


def test_no_leak_that_grows(secret_service, home, lookup, checked, words, kernel):
    """Sixty secrets are read in one lookup, and no more memory is left in use than after one."""
    lookup().ok()
    after_one = checked(*words["get"])
    connection = open_dbus_connection(home.env["DBUS_SESSION_BUS_ADDRESS"])
    collection = secretstorage.get_default_collection(connection)
    (item,) = collection.search_items({"application": "codeartifact-keyring"})
    for number in range(60):
        attributes = item.get_attributes() | {"copy": str(number)}
        collection.create_item(f"copy {number}", attributes, item.get_secret(), replace=False)
    connection.close()
    # In slow motion there is not always time for all of them: a service that took too long is left alone, with what its
    # thread had in hand. A leak would grow every time.
    grown = []
    for _ in range(8):
        kernel.clear()
        (home.runtime / "codeartifact-keyring" / "secret-service.silent").unlink(missing_ok=True)
        read_before = secret_service.calls().count("GetSecret")
        after_many = checked(*words["get"])
        read = secret_service.calls().count("GetSecret") - read_before
        if read > 10:
            grown.append((after_many - after_one) / read)
            if grown[-1] < 0.5:
                return
    assert grown == [], "blocks left in use for each secret read, in each try"
    pytest.skip("this machine is too busy to read many secrets in time under valgrind")
