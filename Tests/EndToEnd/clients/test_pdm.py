"""PDM with nothing but a source URL: with Python's keyring beside it, and with the `keyring` command."""

from __future__ import annotations

import shutil

import pytest
from harness.environments import program, python
from harness.client_report import threads
from harness.project import pdm_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

VERSION = "2.29.3"
# The environment with keyring in it, and the one without, where PDM looks for the command on PATH.
KEYRING_ACCESS = {"module": "modules", "command": "commands"}


def with_user(url):
    return url.replace("https://", "https://aws@")


@pytest.fixture(params=KEYRING_ACCESS)
def keyring_access(request):
    return request.param


@pytest.fixture
def pdm(configured, keyring_access):
    """Runs PDM as the configured user."""
    configured.env |= {"PDM_CHECK_UPDATE": "false", "PDM_NON_INTERACTIVE": "1"}

    def run(*arguments, cwd):
        return configured.run(program("pdm", KEYRING_ACCESS[keyring_access]), *arguments, cwd=cwd)

    run.home = configured
    return run


def fresh(pdm, project):
    """Takes away what a run left, PDM's cache included, and makes a new environment: PDM installs into it."""
    for folder in (project / ".venv", pdm.home.directory / ".cache" / "pdm"):
        shutil.rmtree(folder, ignore_errors=True)
    pdm.home.run(python(), "-m", "venv", "--without-pip", project / ".venv").ok()


@pytest.mark.parametrize("url", [str, with_user], ids=["plain", "aws@"])
def test_lock_and_sync(pdm, measure, recorder, installed, keyring_access, repository, tmp_path, url):
    project = pdm_application(tmp_path / "application", url(repository.index_url))
    form = f"{keyring_access}, aws@" if url is with_user else keyring_access

    def lock(_):
        fresh(pdm, project)
        (project / "pdm.lock").unlink(missing_ok=True)
        pdm("lock", cwd=project).ok()

    def sync(_):
        fresh(pdm, project)
        pdm("sync", cwd=project).ok()
        (site,) = project.glob(".venv/lib/*/site-packages/acme_eight.py")
        assert 'ORIGIN = "private"' in site.read_text()

    measure("PDM", VERSION, f"lock 8, {form}", lock, limit=1)
    assert recorder.about_others(repository.host) == []
    if url is with_user:
        return
    pdm.home.run(installed.keyring, "del", repository.index_url, "aws").ok()
    # All threads ask at once: each starts the command, and the module answers them all with one process.
    measure("PDM", VERSION, f"sync 8, {form}", sync, limit=1 if keyring_access == "module" else threads(8))
    assert recorder.about_others(repository.host) == []


@pytest.mark.parametrize("named", [False, True], ids=["", "user named"])
def test_publish(pdm, measure, recorder, keyring_access, standin, repository, tmp_path, named):
    project = pdm_application(tmp_path / "library", repository.index_url, [])
    options = ["--repository", repository.publish_url, *(["--username", "aws"] if named else [])]

    def publish(attempt):
        file = wheel("acme-published", f"{attempt}.0")
        shutil.rmtree(project / "dist", ignore_errors=True)
        (project / "dist").mkdir()
        (project / "dist" / file.filename).write_bytes(file.content)
        pdm("publish", "--no-build", *options, cwd=project).ok()
        assert len(standin.files(repository, "acme-published")) == attempt

    measure("PDM", VERSION, f"publish, {keyring_access}" + (", user named" if named else ""), publish, limit=3)
    # Where PDM starts the command, it asks it for a name of its own first.
    named_so = {call.service for call in recorder.calls} - {repository.publish_url}
    assert named_so == (set() if keyring_access == "module" else {"pdm-repository-__unknown__"})
