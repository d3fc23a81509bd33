"""However many processes ask at once, AWS is asked once."""

from __future__ import annotations

import os
import signal
import time

import pytest
from harness.process import finish, start
from harness.open_files import owner_of_port

CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
MANY = 32


@pytest.fixture
def ask(home, installed, repository):
    """Starts a `keyring get`."""
    return lambda: start([installed.keyring, "get", repository.index_url, "aws"], home.env, home.directory)


def minting_ports(standin) -> list[int]:
    """The client ports of the connections that were made to mint."""
    return [port for host, port in list(standin.connections) if host == CONTROL_PLANE]


def wait_until(condition, deadline=30):
    """The first true value of the condition."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("it did not come to pass")


def test_thirty_two_processes_on_a_cold_cache(ask, standin):
    standin.faults.mint_delay = 1.5
    results = [finish(process) for process in [ask() for _ in range(MANY)]]
    assert [result.returncode for result in results] == [0] * MANY
    assert {result.stdout for result in results} == {"<token>\n"}
    assert {result.stderr for result in results} == {""}
    assert {result.fingerprint for result in results} == {standin.mints[0].fingerprint}
    assert standin.mint_count == 1
    assert len(minting_ports(standin)) == 1


def test_another_takes_over_from_one_that_is_killed(ask, standin):
    standin.faults.mint_delay = 8
    processes = {process.pid: process for process in [ask() for _ in range(MANY)]}
    port = wait_until(lambda: minting_ports(standin))[0]
    victim = wait_until(lambda: owner_of_port(port))
    assert victim != os.getpid()
    standin.faults.mint_delay = 0
    os.kill(victim, signal.SIGKILL)
    results = {pid: finish(process) for pid, process in processes.items()}
    assert victim in results, "the process that talks to AWS is one of those that were started"
    assert results.pop(victim).returncode == -signal.SIGKILL
    assert [result.returncode for result in results.values()] == [0] * (MANY - 1)
    assert len({result.fingerprint for result in results.values()} - {""}) == 1
    assert len(minting_ports(standin)) == 2, "exactly one took over"


def test_another_takes_over_from_one_that_is_stopped(ask, standin):
    """A process that Ctrl-Z or a debugger stops would hold up every lookup. It costs one mint more at the most."""
    standin.faults.mint_delay = 8
    first = ask()
    port = wait_until(lambda: minting_ports(standin))[0]
    assert wait_until(lambda: owner_of_port(port)) == first.pid
    os.kill(first.pid, signal.SIGSTOP)
    standin.faults.mint_delay = 0
    try:
        others = [finish(process, timeout=30) for process in [ask() for _ in range(4)]]
    finally:
        os.kill(first.pid, signal.SIGCONT)
    assert [result.returncode for result in others] == [0] * 4
    assert len({result.fingerprint for result in others}) == 1
    assert len(minting_ports(standin)) == 2, "exactly one took over"
    assert finish(first).returncode == 0


def test_each_domain_takes_its_own_token(home, installed, standin, repository):
    standin.faults.mint_delay = 0.5
    others = [standin.add_repository(f"{repository.domain}-{number}") for number in range(3)]
    started = [
        start([installed.keyring, "get", one.index_url, "aws"], home.env, home.directory)
        for one in [repository, *others] * 4
    ]
    results = [finish(process).ok() for process in started]
    assert len({result.fingerprint for result in results}) == 4
    assert sorted(mint.domain for mint in standin.mints) == sorted(one.domain for one in [repository, *others])


def test_a_failure_is_not_repeated_by_all_who_wait(ask, standin, home):
    """Every one of them says why, and nobody hangs."""
    home.sign_in(standin.iam.add_user("bob", allowed=set()))
    results = [finish(process) for process in [ask() for _ in range(8)]]
    assert [(result.returncode, result.stdout) for result in results] == [(1, "")] * 8
    assert all(result.stderr.startswith("codeartifact-keyring: ") for result in results)
    assert standin.mint_count == 0


@pytest.mark.parametrize("moment", ["9999999999.0", "inf", "1e300", "nan"])
def test_a_failure_from_the_future_is_not_told(ask, home, installed, moment):
    """A clock that was set back since, or a damaged file, must not end every lookup."""
    finish(ask()).ok()
    home.run(installed.program, "logout", "--all").ok()
    locks = [*home.runtime.rglob("*.lock"), *home.directory.rglob("*.lock")]
    assert locks
    for lock in locks:
        lock.write_text(f"{moment}\nno AWS on that day\n")
    assert finish(ask()).ok().stderr == ""
