"""pip and uv with the token that is already cached."""

from __future__ import annotations

import pytest
from harness.environments import program, python
from harness.project import ALL_EIGHT, uv_application
from standin import sdist


@pytest.fixture
def warm(configured, installed, standin, repository):
    """A configured user whose token is cached already."""
    result = configured.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert result.fingerprint == standin.mints[-1].fingerprint
    assert standin.mint_count == 1
    configured.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    return configured


def origin(home, folder, module="acme_eight"):
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {module} as m; print(m.ORIGIN)"
    return home.run(python(), "-c", code).ok().stdout.strip()


def test_pip_needs_only_a_plain_index_url(warm, standin, repository, tmp_path):
    warm.run(
        program("pip"), "install", "--index-url", repository.index_url, "--target", tmp_path / "target", *ALL_EIGHT
    ).ok()
    assert origin(warm, tmp_path / "target") == "private"
    assert standin.mint_count == 1


def test_pip_reads_the_index_url_from_its_configuration(warm, standin, repository, tmp_path):
    pip = program("pip")
    warm.run(pip, "config", "--user", "set", "global.index-url", repository.index_url).ok()
    warm.run(pip, "install", "--no-input", "--target", tmp_path / "target", *ALL_EIGHT).ok()
    assert origin(warm, tmp_path / "target") == "private"
    assert standin.mint_count == 1


def test_pip_with_the_user_in_the_url(warm, standin, repository, tmp_path):
    url = repository.index_url.replace("https://", "https://aws@")
    warm.run(program("pip"), "install", "--index-url", url, "--target", tmp_path / "target", *ALL_EIGHT).ok()
    assert standin.mint_count == 1


def test_pip_builds_a_source_distribution(warm, standin, repository, tmp_path):
    """The pip that prepares the build is another process, which knows only the configuration."""
    standin.seed(repository, [sdist("acme-source")])
    warm.env["PIP_INDEX_URL"] = repository.index_url
    warm.run(program("pip"), "install", "--target", tmp_path / "target", "acme-source").ok()
    assert origin(warm, tmp_path / "target", "acme_source") == "sdist"
    assert standin.mint_count == 1


def test_pip_fails_when_there_is_no_token(warm, standin, repository, kernel, tmp_path):
    kernel.clear()
    warm.sign_out()
    target = ["--target", tmp_path / "target"]
    result = warm.run(program("pip"), "install", "--no-input", "--index-url", repository.index_url, *target, "acme-one")
    assert result.returncode == 1
    assert standin.mint_count == 1


def test_uv_locks_and_syncs(warm, standin, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository)
    warm.run(program("uv"), "lock", cwd=project).ok()
    warm.run(program("uv"), "sync", cwd=project).ok()
    shown = warm.run(project / ".venv/bin/python", "-c", "import acme_eight; print(acme_eight.ORIGIN)").ok()
    assert shown.stdout == "private\n"
    assert standin.mint_count == 1
    assert standin.unauthorized_count == 0


def test_uv_pip_installs(warm, standin, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository)
    uv = program("uv")
    warm.run(uv, "venv", cwd=project).ok()
    # UV_PYTHON would be the environment that is installed into.
    warm.run(uv, "pip", "install", "--python", project / ".venv", *ALL_EIGHT, cwd=project).ok()
    shown = warm.run(project / ".venv/bin/python", "-c", "import acme_eight; print(acme_eight.ORIGIN)").ok()
    assert shown.stdout == "private\n"
    assert standin.mint_count == 1


def test_uv_with_the_user_in_the_url(warm, standin, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository, authenticate=None)
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(text.replace('url = "https://', 'url = "https://aws@'))
    warm.run(program("uv"), "sync", cwd=project).ok()
    assert standin.mint_count == 1


def test_uv_shows_why_there_is_no_token(warm, standin, repository, kernel, tmp_path):
    kernel.clear()
    warm.sign_out()
    result = warm.run(program("uv"), "lock", cwd=uv_application(tmp_path / "application", repository))
    assert result.returncode != 0
    assert "codeartifact-keyring: No AWS credentials found" in result.output
    assert standin.mint_count == 1
