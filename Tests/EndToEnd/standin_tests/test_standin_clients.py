"""Real Poetry, pip and uv are served by the stand-in, with the token handed to them by hand."""

from __future__ import annotations

import pytest
from harness.environments import program, python
from harness.project import ALL_EIGHT, poetry_application, poetry_library, uv_application
from standin import sdist

PYTHON = str(python())


@pytest.fixture
def token_at_hand(bare_home, standin, repository):
    token = standin.issue_token(repository)
    bare_home.env |= {
        "POETRY_HTTP_BASIC_ARTIFACT_USERNAME": "aws",
        "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD": token,
        "UV_INDEX_ARTIFACT_USERNAME": "aws",
        "UV_INDEX_ARTIFACT_PASSWORD": token,
        "PIP_INDEX_URL": repository.index_url.replace("https://", f"https://aws:{token}@"),
        "POETRY_VIRTUALENVS_IN_PROJECT": "true",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "UV_PYTHON": PYTHON,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return bare_home


def test_poetry_locks_installs_and_publishes(token_at_hand, standin, repository, tmp_path):
    home, poetry = token_at_hand, program("poetry")
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    home.run(poetry, "lock", "-n", cwd=project).ok()
    home.run(poetry, "install", "-n", cwd=project).ok()
    shown = home.run(project / ".venv/bin/python", "-c", "import acme_eight; print(acme_eight.ORIGIN)").ok()
    assert shown.stdout == "private\n"
    library = poetry_library(tmp_path / "library", "acme-published")
    home.run(poetry, "config", "repositories.artifact", repository.publish_url).ok()
    home.run(poetry, "publish", "-n", "--build", "-r", "artifact", cwd=library).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.unauthorized_count == 0


def test_pip_installs_wheels_and_builds_a_source_distribution(token_at_hand, standin, repository, tmp_path):
    standin.seed(repository, [sdist("acme-source")])
    pip = program("pip")
    token_at_hand.run(pip, "install", "--target", tmp_path / "target", *ALL_EIGHT, "acme-source").ok()
    shown = token_at_hand.run(
        PYTHON,
        "-c",
        f"import sys; sys.path.insert(0, {str(tmp_path / 'target')!r}); import acme_source as s; print(s.ORIGIN)",
    )
    assert shown.ok().stdout == "sdist\n"


def test_uv_locks_syncs_and_publishes(token_at_hand, standin, repository, tmp_path):
    home, uv = token_at_hand, program("uv")
    project = uv_application(tmp_path / "application", repository, authenticate=None)
    home.run(uv, "lock", cwd=project).ok()
    home.run(uv, "sync", cwd=project).ok()
    shown = home.run(project / ".venv/bin/python", "-c", "import acme_eight; print(acme_eight.ORIGIN)").ok()
    assert shown.stdout == "private\n"
    library = poetry_library(tmp_path / "library", "acme-published")
    home.run(program("poetry"), "build", "-n", cwd=library).ok()
    home.env |= {
        "UV_PUBLISH_URL": repository.publish_url,
        "UV_PUBLISH_USERNAME": "aws",
        "UV_PUBLISH_PASSWORD": home.env["UV_INDEX_ARTIFACT_PASSWORD"],
    }
    home.run(uv, "publish", cwd=library).ok()
    assert len(standin.files(repository, "acme-published")) == 2


def test_a_wrong_token_is_refused(token_at_hand, repository, tmp_path):
    token_at_hand.env["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"] = "wrong"
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    assert token_at_hand.run(program("poetry"), "lock", "-n", cwd=project).returncode != 0
