"""The fixtures: one architecture's release, and the systems it is installed on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness.environments import ROOT
from roots import SUITES, make_root, runs_here

pytest_plugins = ["harness.fixtures"]


def pytest_addoption(parser):
    parser.addoption(
        "--arch", choices=SUITES, default="x86_64", help="whose release is tested; it is in .build-release"
    )


@pytest.fixture(scope="session")
def architecture(request):
    return request.config.getoption("--arch")


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """Finds one file of the release by how its name ends; it lies where every system sees it."""
    directory = shutil.copytree(ROOT / ".build-release", tmp_path_factory.mktemp("release") / "files")

    def the(ending: str) -> Path:
        (found,) = directory.glob(f"*{ending}")
        return found

    return the


@pytest.fixture(scope="session")
def emulated(architecture):
    """While it lasts, this machine runs programs of the architecture."""
    with runs_here(architecture):
        yield


@pytest.fixture(scope="session")
def root(request, emulated, architecture, tmp_path_factory):
    """A Debian of the architecture with Python and libcurl and nothing more; one at a time."""
    return make_root(architecture, request.param, tmp_path_factory.mktemp(request.param))


def pytest_generate_tests(metafunc):
    if "root" in metafunc.fixturenames:
        suites = SUITES[metafunc.config.getoption("--arch")]
        metafunc.parametrize("root", suites, indirect=True, scope="session")
