"""Fixtures that observe what clients do.

`recorder`       notes how often the program is started and what it is asked: `recorder.count`, `recorder.about_others(host)`.
`client_report`  the table at the end of the run: `client_report.add(Row(...))` adds a row and asserts what every client must do.
`measure`        runs a task with a cold and a warm cache and adds its row: `measure("pip", "26.3", "install", run, limit=1)`.
`no_leaks`       fails a test that leaves a token in an argument list, an environment, a client's output or a file; for a whole
                 module `pytestmark = pytest.mark.usefixtures("no_leaks")`, for exceptions `no_leaks.may_print("uv")`.
"""

from __future__ import annotations

import pytest

from .leaks import Leaks
from .client_report import ClientReport, Measure
from .process_watch import process_watch
from .recorder import compiled, recording
from .tokens import fingerprints

_REPORT = pytest.StashKey[ClientReport]()


def pytest_configure(config):
    config.stash[_REPORT] = ClientReport()


def pytest_terminal_summary(terminalreporter, config):
    client_report = config.stash[_REPORT]
    if client_report.rows:
        terminalreporter.section("clients")
        for line in client_report.table():
            terminalreporter.write_line(line)


@pytest.fixture
def client_report(pytestconfig):
    """The table of all clients' tasks."""
    return pytestconfig.stash[_REPORT]


@pytest.fixture(scope="session")
def recorder_program(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def recorder(installed, recorder_program):
    """What the installed program is started for, in this test."""
    with recording(installed, recorder_program) as recorder:
        yield recorder
        assert not fingerprints(recorder.record), "a token is in the arguments of the program"


@pytest.fixture
def measure(client_report, standin, recorder):
    """Runs a task of a client twice, and adds the row."""
    return Measure(client_report, standin, recorder)


@pytest.fixture(scope="session")
def watch():
    """Looks at all processes from now on."""
    with process_watch() as running:
        yield running


@pytest.fixture
def no_leaks(standin, bare_home, tmp_path, watch):
    """Fails the test when a minted token is where it must not be."""
    watch.findings()
    leaks = Leaks(standin, bare_home, tmp_path, watch)
    yield leaks
    found = leaks.all()
    assert not found, "a token is in: " + "; ".join(found)
