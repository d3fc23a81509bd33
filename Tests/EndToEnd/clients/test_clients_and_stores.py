"""Clients with each store, and with the AWS CLI for a provider: one token, and nobody else who could read it."""

from __future__ import annotations

import shutil

import pytest
from harness import without_kernel_keyring
from harness.environments import program, python
from harness.client_report import threads
from harness.pip_versions import NEWEST, pip
from harness.project import ALL_EIGHT, pdm_application, uv_application

pytestmark = pytest.mark.usefixtures("no_leaks")

WITHOUT_KERNEL = (python(), without_kernel_keyring.__file__)


@pytest.fixture(params=["private file", "Secret Service", "kernel and Secret Service", "aws-cli"])
def place(request, home):
    """Where the token comes from and rests, and how a command is started so."""
    if "Secret Service" in request.param:
        request.getfixturevalue("desktop")
    if request.param == "aws-cli":
        home.env["CODEARTIFACT_KEYRING_PROVIDER"] = "aws-cli"
    return request.param, WITHOUT_KERNEL if request.param in ("private file", "Secret Service") else ()


def test_pip(place, configured, measure, repository, tmp_path):
    where, prefix = place
    configured.env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_INDEX_URL": repository.index_url}

    def install(attempt):
        target = tmp_path / f"target-{attempt}"
        configured.run(*prefix, pip(NEWEST), "install", "--no-input", "--target", target, "acme-one").ok()

    measure("pip", NEWEST, f"install 1, {where}", install, limit=1)


def test_uv(place, configured, measure, repository, tmp_path):
    where, prefix = place
    configured.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    project = uv_application(tmp_path / "application", repository)

    def sync(_):
        configured.run("rm", "-rf", project / ".venv", project / "uv.lock", configured.directory / ".cache/uv")
        configured.run(*prefix, program("uv"), "sync", cwd=project).ok()

    measure("uv", "0.13.9", f"lock and sync 8, {where}", sync, limit=1)


def test_many_processes_of_pdm(place, configured, measure, installed, repository, tmp_path):
    """They ask within milliseconds of one another, on a cold store."""
    where, prefix = place
    configured.env["PDM_CHECK_UPDATE"] = "false"
    project = pdm_application(tmp_path / "application", repository.index_url, ALL_EIGHT)
    pdm = program("pdm", "commands")

    def prepare():
        for folder in (project / ".venv", configured.directory / ".cache" / "pdm"):
            shutil.rmtree(folder, ignore_errors=True)
        configured.run(python(), "-m", "venv", "--without-pip", project / ".venv").ok()

    def sync(_):
        prepare()
        configured.run(*prefix, pdm, "sync", cwd=project).ok()

    prepare()
    configured.run(*prefix, pdm, "lock", cwd=project).ok()
    configured.run(*prefix, installed.keyring, "del", repository.index_url, "aws").ok()
    measure("PDM", "2.29.3", f"sync 8, command, {where}", sync, limit=threads(8))
