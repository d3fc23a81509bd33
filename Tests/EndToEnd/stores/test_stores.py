"""Where tokens rest: the kernel keyring, gnome-keyring, a private file."""

from __future__ import annotations

import stat
from pathlib import Path

import harness.without_kernel_keyring
import pytest
from harness.environments import python

SCHEMA = "io.github.codeartifact-keyring.Token"


@pytest.fixture
def get(home, installed, repository):
    """Asks for the token of the repository; `sandboxed` refuses the kernel keyring to the process."""

    def ask(sandboxed=False):
        wrapper = [python(), harness.without_kernel_keyring.__file__] if sandboxed else []
        return home.run(*wrapper, installed.keyring, "get", repository.index_url, "aws").ok()

    return ask


def secret_tool_search(home):
    """What secret-tool finds of codeartifact-keyring: exit code and, with tokens redacted, its output."""
    return home.run("secret-tool", "search", "--all", "application", "codeartifact-keyring")


def holding_a_token(home) -> list[Path]:
    """The user's files in which a token can be read."""
    return home.files_holding("eyJ2ZXIiOj")


def test_the_sandbox_refuses_the_kernel_keyring(home, installed):
    """Without this the tests below would show nothing."""
    assert home.run("keyctl", "show", "@u").returncode == 0
    refused = home.run(python(), harness.without_kernel_keyring.__file__, "keyctl", "show", "@u")
    assert refused.returncode != 0
    assert "Operation not permitted" in refused.stderr or "Permission denied" in refused.stderr


def test_the_kernel_keyring_alone(get, home, standin, kernel):
    first = get()
    assert first.fingerprint == standin.mints[0].fingerprint
    assert len(kernel.keys()) >= 1
    assert get().fingerprint == first.fingerprint
    assert standin.mint_count == 1
    assert holding_a_token(home) == []


def test_a_token_in_the_kernel_keyring_is_gone_when_cleared(get, standin, kernel):
    get()
    kernel.clear()
    get()
    assert standin.mint_count == 2


def test_secret_tool_finds_the_token(desktop, get, home, standin, repository):
    get()
    found = secret_tool_search(home).ok()
    said = found.raw_stdout + found.raw_stderr
    assert f"schema = {SCHEMA}" in found.output
    for name, value in {
        "application": "codeartifact-keyring",
        "domain": repository.domain,
        "owner": repository.owner,
        "region": repository.region,
    }.items():
        assert f"attribute.{name} = {value}" in found.output
    assert found.fingerprint == standin.mints[0].fingerprint
    attributes = [line for line in said.splitlines() if line.startswith("attribute.")]
    assert [line.split()[0] for line in attributes if "expir" in line.lower()] == [], "the expiry is in the secret"
    assert sum(line.startswith("attribute.domain") for line in attributes) == 1, "one item"


def test_gnome_keyring_serves_when_the_kernel_forgot(desktop, get, home, standin, kernel):
    first = get()
    assert len(kernel.keys()) >= 1
    kernel.clear()
    assert get().fingerprint == first.fingerprint
    assert standin.mint_count == 1
    assert holding_a_token(home) == []


def test_gnome_keyring_serves_where_the_kernel_refuses(desktop, get, home, standin):
    first = get(sandboxed=True)
    assert get(sandboxed=True).fingerprint == first.fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1
    assert holding_a_token(home) == []


def test_a_locked_gnome_keyring_is_not_prompted(desktop, get, home, standin, kernel):
    """Only its in-memory collection is open; nobody is there to unlock the other."""
    desktop.lock(home)
    first = get()
    kernel.clear()
    assert get().fingerprint == first.fingerprint
    assert standin.mint_count == 1
    assert home.run("kill", "-0", str(desktop.keyring_pid)).returncode == 0, "the daemon is still alive"


@pytest.mark.parametrize("bus", ["no bus", "dead bus", "bus without provider"])
def test_a_private_file_serves_where_nothing_else_does(get, home, standin, request, bus):
    if bus == "dead bus":
        home.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={home.runtime}/nobody-listens"
    elif bus == "bus without provider":
        request.getfixturevalue("bus_without_provider")
    first = get(sandboxed=True)
    assert first.fingerprint == standin.mints[0].fingerprint
    assert get(sandboxed=True).fingerprint == first.fingerprint
    assert standin.mint_count == 1

    folder = home.runtime / "codeartifact-keyring"
    holding = holding_a_token(home)
    assert holding != []
    assert [path for path in holding if folder not in path.parents] == []
    directories = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in directories} == {"0o700"}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in files} == {"0o600"}


def test_a_damaged_file_is_replaced_by_a_new_token(get, home, standin):
    get(sandboxed=True)
    for path in holding_a_token(home):
        path.write_bytes(b"\x00garbage")
    assert get(sandboxed=True).fingerprint == standin.mints[1].fingerprint
    assert standin.mint_count == 2


def test_a_token_about_to_expire_is_replaced(get, standin):
    """Expiry is what AWS said, not what was asked for; less than five minutes are too few for a build."""
    standin.tokens.forced_expiration = standin.clock.now() + 240
    get()
    standin.tokens.forced_expiration = None
    assert get().fingerprint == standin.mints[1].fingerprint
    assert standin.mint_count == 2


def test_another_identity_gets_another_token(get, home, standin):
    first = get()
    other = standin.iam.add_user("berta")
    home.sign_in(other)
    second = get()
    assert first.fingerprint != second.fingerprint
    assert [mint.caller.rsplit("/", 1)[1] for mint in standin.mints] == ["anna", "berta"]


def test_one_token_serves_every_repository_of_a_domain(get, home, installed, standin, repository):
    get()
    other = standin.add_repository(repository.domain, "other")
    assert home.run(installed.keyring, "get", other.index_url, "aws").ok().fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1
