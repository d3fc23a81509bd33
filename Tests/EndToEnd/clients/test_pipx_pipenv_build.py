"""pipx, pipenv and build, which have a pip of their own do the asking."""

from __future__ import annotations

import shutil

import pytest
from harness.environments import program, python
from harness.packages import application, backend, real_pip, source_tree

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def client(configured):
    """The configured user, whose pip does not look for a newer pip."""
    configured.env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return configured


def test_build(client, measure, recorder, standin, repository, tmp_path):
    """The build backend is private: `build` gets it into an environment of its own."""
    standin.seed(repository, [backend()])
    client.env["PIP_INDEX_URL"] = repository.index_url
    project = source_tree(tmp_path / "project", "acme-built")

    def build(_):
        shutil.rmtree(project / "dist", ignore_errors=True)
        client.run(python("commands"), "-m", "build", cwd=project).ok()
        assert len(list((project / "dist").iterdir())) == 2

    # The wheel is built from the source distribution, in an environment of its own.
    measure("build", "1.6.1", "sdist and wheel, private backend", build, limit=2)
    assert recorder.about_others(repository.host) == []


def test_pipx(client, measure, recorder, standin, repository):
    """The first time it makes an environment for itself, whose pip it brings up to date from the same index: that is done
    by the pip that came with Python, which may be one that needs the user in the URL."""
    standin.seed(repository, [application("acme-tool", requires=("acme-one",)), real_pip()])
    client.env["PIP_INDEX_URL"] = repository.index_url.replace("https://", "https://aws@")

    def install(_):
        client.run(program("pipx", "commands"), "install", "--force", "acme-tool").ok()
        assert client.run(client.directory / ".local/bin/acme-tool").ok().stdout == "private\n"

    measure("pipx", "1.18.4", "install", install, limit=2, note="the first time one for pip itself")
    assert recorder.count == 1
    assert recorder.about_others(repository.host) == []


def test_pipenv(client, measure, recorder, installed, repository, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pipfile").write_text(
        f'[[source]]\nname = "acme"\nurl = "{repository.index_url}"\nverify_ssl = true\n\n[packages]\nacme-one = "*"\n'
    )
    # It keeps pip.conf, and so the setting in it, from the pip that installs.
    client.env |= {"PIPENV_KEYRING_PROVIDER": "subprocess", "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1"}
    pipenv = program("pipenv", "commands")
    client.run(python("commands"), "-m", "virtualenv", "--no-download", project / ".venv").ok()

    def lock(_):
        client.run(pipenv, "lock", cwd=project).ok()

    def sync(_):
        shutil.rmtree(package, ignore_errors=True)
        client.run(pipenv, "sync", cwd=project).ok()
        assert package.exists()

    (site,) = project.glob(".venv/lib/*/site-packages")
    package = site / "acme_one-1.0.0.dist-info"
    # Two for the resolver, and two for the hashes of each package.
    measure("pipenv", "2026.10.3", "lock", lock, limit=4)
    client.run(installed.keyring, "del", repository.index_url, "aws").ok()
    measure("pipenv", "2026.10.3", "sync", sync, limit=2)
    assert recorder.about_others(repository.host) == []

    recorder.forget()
    del client.env["PIPENV_KEYRING_PROVIDER"]
    shutil.rmtree(package)
    assert client.run(pipenv, "sync", cwd=project).returncode != 0
    assert recorder.calls == []
