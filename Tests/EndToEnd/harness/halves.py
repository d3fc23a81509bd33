"""The tests in two halves that take about as long: those of the clients, with those that need the true root; the others.

The halves can run side by side when each has a kernel keyring of its own: see Tests/run.
"""

from __future__ import annotations

from itertools import groupby

CLIENTS = {"recorder", "measure", "no_leaks", "client_report", "poetry", "doctor_env", "release"}
TRUE_ROOT = {"other_user", "debian"}
# Long ones, so that the halves take about as long.
LONG = {"test_aws_cli_agreement.py", "test_kills.py"}


def pytest_addoption(parser):
    parser.addoption("--half", choices=("clients", "others"), help="run one half of the tests")


def pytest_collection_modifyitems(config, items):
    half = config.getoption("--half")
    if half is None:
        return
    kept, dropped = [], []
    for _, group in groupby(items, key=lambda item: item.path):
        module = list(group)
        used = {name for item in module for name in item.fixturenames}
        belongs = "clients" if used & (CLIENTS | TRUE_ROOT) or module[0].path.name in LONG else "others"
        (kept if belongs == half else dropped).extend(module)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept
