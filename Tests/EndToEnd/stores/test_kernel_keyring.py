"""The kernel keyring in sessions that do not hold it, over its quota, and where it is refused."""

from __future__ import annotations

import harness.without_kernel_keyring
import pytest
from harness.environments import python
from harness.kernel_keyring import PREFIX

REFUSALS = ["EPERM", "ENOSYS", "EACCES", "EDQUOT", "ENOMEM", "EINVAL", "EKEYREVOKED", "EKEYREJECTED"]


def holding_a_token(home):
    return home.files_holding("eyJ2ZXIiOj")


def test_a_fresh_session_keyring(home, installed, repository, standin):
    """As tmux, ssh and systemd's units have it: the user's keyring is not in it."""
    for _ in range(3):
        home.run("keyctl", "session", "-", installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mint_count == 1
    assert holding_a_token(home) == []


def test_from_one_session_to_another(home, installed, repository, standin):
    command = [installed.keyring, "get", repository.index_url, "aws"]
    home.run("keyctl", "session", "-", *command).ok()
    home.run(*command).ok()
    home.run("keyctl", "session", "named", *command).ok()
    assert standin.mint_count == 1


def test_an_ordinary_user(other_user, repository, standin):
    for _ in range(2):
        other_user.run("keyctl", "session", "-", other_user.keyring, "get", repository.index_url, "aws").ok()
    other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mint_count == 1
    assert holding_a_token(other_user.home) == []
    # Neither in what the kernel shows to all nor to another user.
    assert "codeartifact-keyring" in other_user.run("keyctl", "rdescribe", own_key(other_user)).ok().stdout
    other_user.run("prlimit", "--as=12000000", other_user.keyring, "get", repository.index_url, "aws").ok()


def own_key(user) -> str:
    """The key that holds the token; beside it are those of the fast path."""
    keys = user.run("keyctl", "rlist", "@u").ok().stdout.split()
    (key,) = [key for key in keys if f";{PREFIX}" in user.run("keyctl", "rdescribe", key).stdout]
    return key


# Threats: Another user of the machine
def test_another_user_cannot_read_it(other_user, home, repository):
    other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
    key = own_key(other_user)
    other = ["setpriv", "--reuid=199999", "--regid=199999", "--clear-groups"]
    for command in ("pipe", "read", "rdescribe"):
        assert home.run(*other, "keyctl", command, key, cwd=other_user.base).returncode != 0


def test_it_forgets_by_itself(other_user, repository, standin):
    standin.tokens.forced_expiration = standin.clock.now() + 3600
    other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
    key = int(own_key(other_user))
    listed = other_user.run("cat", "/proc/keys").ok().stdout.splitlines()
    (line,) = [line for line in listed if line.startswith(f"{key:08x} ")]
    assert line.split()[3] in ("59m", "60m", "1h"), "the kernel's time limit is the token's expiry"


def test_tokens_come_before_cached_responses(other_user, repository, standin):
    """The quota is used up but for what the answers take: they go, and the token is kept."""
    domains = [standin.add_repository(f"acme-{number}").index_url for number in range(4)]
    for url in [repository.index_url + f"{number}/" for number in range(20)] + domains:
        other_user.run(other_user.keyring, "get", url, "aws").ok()
    kept = tokens_kept(other_user)
    fill = f'for n in $(seq 1 250); do keyctl add user "filler$n" {"x" * 400} @u || exit 0; done'
    other_user.run("sh", "-c", fill)
    another = standin.add_repository("acme-another").index_url
    other_user.run(other_user.keyring, "get", another, "aws").ok()
    assert tokens_kept(other_user) == kept + 1


def tokens_kept(other_user) -> int:
    """Keys that were revoked, or never got their content for want of room, stand in the list for a while."""
    lines = other_user.run("cat", "/proc/keys").ok().stdout.splitlines()
    flags = [line.split()[1] for line in lines if f" {PREFIX}" in line]
    return sum("I" in one and "R" not in one for one in flags)


def test_the_quota_is_used_up(other_user, repository, standin):
    """Two hundred keys, or twenty thousand bytes: the private file serves instead, and nobody is bothered."""
    fill = 'for n in $(seq 1 250); do keyctl add user "filler$n" x @u || exit 0; done'
    said = other_user.run("sh", "-c", fill)
    assert "quota" in said.stderr.lower(), "the quota really is used up"
    for _ in range(2):
        answer = other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    assert standin.mint_count == 1
    assert holding_a_token(other_user.home) != []


@pytest.mark.parametrize("refusal", REFUSALS)
def test_refused(home, installed, repository, standin, refusal):
    wrapper = [python(), harness.without_kernel_keyring.__file__, f"--errno={refusal}"]
    for _ in range(2):
        answer = home.run(*wrapper, installed.keyring, "get", repository.index_url, "aws", timeout=25).ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    assert standin.mint_count == 1
    assert holding_a_token(home) != []


@pytest.mark.parametrize("refusal", REFUSALS)
def test_pinned_it_fails_loudly(home, installed, repository, refusal):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "kernel"
    wrapper = [python(), harness.without_kernel_keyring.__file__, f"--errno={refusal}"]
    failed = home.run(*wrapper, installed.keyring, "get", repository.index_url, "aws", timeout=25)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("codeartifact-keyring: the kernel keyring ")
    assert failed.stderr.count("\n") == 1
    assert holding_a_token(home) == []
