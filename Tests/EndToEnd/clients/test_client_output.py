"""What a client shows when there is no token to be had, and what it tells when it is told to tell everything."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time

import pytest
from harness.environments import program, python
from harness.pip_versions import NEWEST, pip, too_new_a_python, url_for
from harness.project import pdm_application, uv_application
from harness.tokens import Redacted, redact
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

REASON = "codeartifact-keyring: No AWS credentials found"


@pytest.fixture
def home(home):
    home.env |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PDM_CHECK_UPDATE": "false",
        "UV_PYTHON": str(python()),
        "UV_PYTHON_DOWNLOADS": "never",
        "COLUMNS": "200",
    }
    return home


@pytest.fixture
def command(configured, repository, tmp_path):
    """Makes the command of a client that needs the token, and the folder it is run in."""

    def make(name, *verbose):
        name, _, variant = name.partition(" ")
        if name == "pip":
            options = ["--no-input", *verbose, "--no-cache-dir", "--target", tmp_path / "target"]
            if variant == "import":
                options += ["--keyring-provider", "import"]
                return [program("pip", "modules"), "install", *options, "-i", repository.index_url, "acme-one"], None
            return [pip(variant), "install", *options, "-i", url_for(variant, repository), "acme-one"], None
        if name == "uv":
            return [program("uv"), "sync", *verbose], uv_application(tmp_path / "uv", repository, ["acme-one"])
        if name == "PDM":
            project = pdm_application(tmp_path / "pdm", repository.index_url, ["acme-one"])
            configured.run(python(), "-m", "venv", "--without-pip", project / ".venv").ok()
            return [program("pdm", variant), "lock", *verbose], project
        file = wheel("acme-published")
        path = configured.write(f"dist/{file.filename}", file.content)
        if name == "twine":
            where = ["--non-interactive", "--repository-url", repository.publish_url]
            return [program("twine", "modules"), "upload", *verbose, *where, path], None
        if name == "hatch":
            return [
                program("hatch", "modules"),
                *verbose,
                "publish",
                "-n",
                "-r",
                repository.publish_url,
                "-u",
                "aws",
                path,
            ], None
        project = tmp_path / "library"
        project.mkdir()
        (project / "acme_published.py").write_text('"""Published."""\n__version__ = "1.0"\n')
        (project / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
            '[project]\nname = "acme-published"\ndynamic = ["version", "description"]\n'
        )
        configured.env |= {"FLIT_USERNAME": "aws", "FLIT_INDEX_URL": repository.publish_url}
        return [program("flit", "modules"), *verbose, "publish", "--format", "wheel"], project

    return make


# Where the reason is shown; in the others it is thrown away, and `status` has it.
SHOWN = ["pip 23.1.2", "pip 25.3", "pip import", "uv", "twine", "hatch", "flit"]
HIDDEN = ["pip 26.3", "PDM modules", "PDM commands"]


def marked(name):
    return pytest.param(name, marks=too_new_a_python) if name.startswith("pip 23.") else name


@pytest.mark.parametrize("name", [marked(name) for name in (*SHOWN, *HIDDEN)])
def test_no_token(configured, command, standin, repository, name):
    """Nothing is uploaded and nothing is installed; no request goes out that has a password."""
    argv, folder = command(name)
    configured.sign_out()
    result = configured.run(*argv, cwd=folder)
    assert result.returncode != 0
    assert (REASON in re.sub(r"[\s│]+", " ", result.output)) == (name in SHOWN), result.describe()
    assert REASON.partition(": ")[2] in configured.run("codeartifact-keyring", "status", repository.index_url).output
    assert standin.mint_count == 0
    assert {request.status for request in standin.repository_requests()} <= {401}
    assert standin.files(repository, "acme-published") == []


VERBOSE = {
    "pip 23.1.2": "-vvv",
    "pip 25.3": "-vvv",
    "pip 26.3": "-vvv",
    "pip import": "-vvv",
    "uv": "-vvv",
    "PDM modules": "-vv",
    "PDM commands": "-vv",
    "twine": "--verbose",
    "flit": "--debug",
}


@pytest.mark.parametrize("name", [marked(name) for name in VERBOSE])
def test_debug_output(configured, command, standin, name):
    """Neither output nor logs hold the token; that is looked for after each test."""
    argv, folder = command(name, VERBOSE[name])
    configured.run(*argv, cwd=folder).ok()
    assert standin.mint_count == 1


def test_pip_offers_to_save_what_was_typed(configured, installed, standin, repository, tmp_path):
    """A token that is typed is not stored: it would take precedence over new ones. To pip, storing it succeeds."""
    typed = Redacted(standin.issue_token(repository))
    keys = configured.env.copy()
    configured.sign_out()
    argv = [pip(NEWEST), "install", "-i", repository.index_url, "--target", tmp_path / "target", "acme-one"]
    shown, code = converse(
        configured, argv, {"User for": "aws\n", "Password:": f"{typed}\n", "Save credentials": "y\n"}
    )
    assert code == 0, redact(shown)
    assert "Traceback" not in shown
    # With a sign-in there is a new one: nothing was kept.
    configured.env = keys
    result = configured.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert result.fingerprint == standin.mints[0].fingerprint


def converse(home, argv, answers, deadline=60):
    """Runs a command on a terminal and types what each question is answered with."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [str(word) for word in argv],
        env=home.env,
        cwd=home.directory,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    shown, waiting, end = "", dict(answers), time.monotonic() + deadline
    try:
        while time.monotonic() < end:
            if not select.select([leader], [], [], 0.1)[0]:
                continue
            try:
                shown += os.read(leader, 65536).decode(errors="replace")
            except OSError:
                break
            for question in [question for question in waiting if question in shown]:
                os.write(leader, waiting.pop(question).encode())
        code = process.wait(max(1, end - time.monotonic()))
    finally:
        process.kill()
        os.close(leader)
    assert not waiting, f"not asked: {list(waiting)}; shown: {redact(shown)}"
    return shown, code
