"""A many_machines of cold machines that start in the same second, against AWS's limit on the rate of its API."""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter

import pytest
from harness.home import Home
from harness.process import Result

MACHINES = 400
# AWS's own quota is of this order.
MINTS_PER_SECOND = 40
TIMEOUT = 30
REQUESTS_PER_MACHINE = 4

# Waits at the barrier, then becomes the lookup: the race begins when all are there.
_AT_THE_BARRIER = 'read -r _ <"$BARRIER"; exec "$@" 2>"$HOME/stderr" >"$HOME/stdout"'


@pytest.fixture
def many_machines(tmp_path, standin, user):
    """Many machines, each with a home of its own and no cached token."""
    barrier = tmp_path / "barrier"
    os.mkfifo(barrier)
    machines = []
    for number in range(MACHINES):
        base = tmp_path / str(number)
        base.mkdir()
        home = Home.make(base)
        home.connect_to(standin)
        home.sign_in(user)
        # The kernel keyring is one for all processes of a user, which these machines must not share.
        home.env |= {"CODEARTIFACT_KEYRING_STORE": "file", "BARRIER": str(barrier)}
        machines.append(home)
    return barrier, machines


def start(home: Home, words) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["/bin/sh", "-c", _AT_THE_BARRIER, "sh", *map(str, words)],
        env=home.env,
        cwd=home.directory,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def result(home: Home, code: int) -> Result:
    return Result((), code, *((home.directory / name).read_text() for name in ("stdout", "stderr")))


def test_every_machine_gets_its_token(many_machines, standin, installed, repository):
    standin.faults.mints_per_second = MINTS_PER_SECOND
    barrier, machines = many_machines
    processes = [start(home, [installed.keyring, "get", repository.index_url, "aws"]) for home in machines]
    # Opening for writing returns when somebody reads; whoever comes to read later finds a line as well.
    with open(barrier, "w") as gate:
        gate.write("go\n" * MACHINES)
        gate.flush()
        # Each says for itself after thirty seconds that it has failed: the deadline here is for what hangs.
        end = time.monotonic() + 3 * TIMEOUT
        codes = [process.wait(max(0.1, end - time.monotonic())) for process in processes]
    results = [result(home, code) for home, code in zip(machines, codes, strict=True)]
    asked = [record for record in standin.requests if record.service == "control-plane"]
    statuses = Counter(record.status for record in asked)
    print(f"\n{MACHINES} machines, {len(asked)} requests: {dict(statuses)}")
    assert Counter(one.stderr for one in results if one.returncode != 0) == {}
    assert len({one.fingerprint for one in results}) == MACHINES, "each one its own"
    assert standin.mint_count == MACHINES
    assert statuses[429] > 0, "without the limit this test shows nothing"
    assert len(asked) <= REQUESTS_PER_MACHINE * MACHINES
