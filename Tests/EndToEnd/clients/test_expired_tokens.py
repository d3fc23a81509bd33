"""A token that is no longer taken: it ended in the middle of a run, or it was revoked while it looked good.

CodeArtifact is said to answer a bad token with 404 at times, which to a client is a package that is not there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from harness.environments import program, python
from harness.pip_versions import VERSIONS, pip, url_for
from harness.project import ALL_EIGHT, pdm_application, uv_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")


@dataclass
class Client:
    """A client at a task of several requests; `run` does it again, whatever an earlier run left."""

    run: Callable[[], object]
    # Whether a 401 in the middle makes it ask again, and what it says when a token is refused for good.
    asks_again: bool
    says_at_401: str
    says_at_404: str


@pytest.fixture
def client(request, configured, repository, tmp_path):
    configured.env |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PDM_CHECK_UPDATE": "false",
        "UV_PYTHON": str(python()),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    name, _, variant = request.param.partition(" ")
    return {"pip": _pip, "uv": _uv, "PDM": _pdm, "twine": _twine}[name](configured, repository, tmp_path, variant)


CLIENTS = [
    *(pytest.param(f"pip {of.values[0]}", marks=of.marks) if hasattr(of, "values") else f"pip {of}" for of in VERSIONS),
    "uv",
    "PDM modules",
    "PDM commands",
    "twine",
]
every_client = pytest.mark.parametrize("client", CLIENTS, indirect=True)


def _pip(home, repository, folder, version):
    def run():
        shutil.rmtree(folder / "target", ignore_errors=True)
        options = ["--no-input", "--no-cache-dir", "--index-url", url_for(version, repository)]
        return home.run(pip(version), "install", *options, "--target", folder / "target", *ALL_EIGHT)

    return Client(run, True, "Credentials not correct", "No matching distribution found for acme-one")


def _uv(home, repository, folder, _):
    project = uv_application(folder / "uv", repository)

    def run():
        home.run("rm", "-rf", project / ".venv", project / "uv.lock", home.directory / ".cache/uv")
        return home.run(program("uv"), "sync", cwd=project)

    return Client(run, False, "401 Unauthorized", "was not found in the package registry")


def _pdm(home, repository, folder, environment):
    project = pdm_application(folder / "pdm", repository.index_url)
    home.run(python(), "-m", "venv", "--without-pip", project / ".venv").ok()

    def run():
        home.run("rm", "-rf", project / "pdm.lock", home.directory / ".cache/pdm")
        return home.run(program("pdm", environment), "lock", cwd=project)

    # Within one process the backend gives the same answer for a minute.
    return Client(run, environment == "commands", "Unable to find candidates", "Unable to find candidates")


def _twine(home, repository, folder, _):
    names = [f"acme-published-{number}" for number in range(4)]
    files = [home.write(f"dist/{file.filename}", file.content) for file in map(wheel, names)]

    def run():
        options = ["--non-interactive", "--disable-progress-bar", "--repository-url", repository.publish_url]
        # What an earlier run has uploaded is there already.
        return home.run(program("twine", "modules"), "upload", *options, *files[-2:] if run.again else files)

    run.again = False
    return Client(run, False, "401 Unauthorized", "404 Not Found")


@every_client
def test_a_token_that_ends_in_the_middle(client, standin, repository):
    """The first lives for a minute, and after two good answers that minute is over at AWS's."""

    def over(at):
        good = [request for request in at.repository_requests() if request.status == 200]
        if len(good) == 2 and at.clock.offset == 0:
            at.tokens.forced_expiration = None
            at.clock.advance(100)

    standin.tokens.forced_expiration = time.time() + 60
    standin.on_event = over
    result = client.run()
    assert standin.clock.offset == 100
    assert (result.returncode == 0) == client.asks_again, result.describe()
    if not client.asks_again:
        assert client.says_at_401 in result.output
        client.run.again = True
        client.run().ok()
    assert standin.mint_count == 2


@pytest.mark.parametrize("status", [401, 404])
@every_client
def test_a_token_that_was_revoked(client, configured, installed, standin, repository, status):
    """Nothing tells that it is no good, so it is handed out; forgetting it is the remedy."""
    configured.run(installed.keyring, "get", repository.index_url, "aws").ok()
    standin.tokens.revoke_all()
    standin.faults.bad_token_status = status
    result = client.run()
    assert result.returncode != 0
    assert (client.says_at_401 if status == 401 else client.says_at_404) in result.output
    assert standin.mint_count == 1, "a refusal is not taken for a reason to mint: any client may ask twice"
    if status == 401:
        configured.run(installed.keyring, "del", repository.index_url, "aws").ok()
    else:
        configured.run(installed.program, "token", "--refresh", repository.index_url).ok()
    client.run().ok()
    assert standin.mint_count == 2


@pytest.mark.parametrize("client", ["pip 26.3", "uv", "PDM commands"], indirect=True)
def test_no_public_package_replaces_one_that_answers_404(client, configured, standin, repository):
    """Where the private index is the only one, as the README has it."""
    standin.public_index.index.add(wheel("acme-one", "9.0.0", origin="public"))
    configured.run("keyring", "get", repository.index_url, "aws").ok()
    standin.tokens.revoke_all()
    standin.faults.bad_token_status = 404
    assert client.run().returncode != 0
    assert [request.host for request in standin.requests if request.service == "public-index"] == []
