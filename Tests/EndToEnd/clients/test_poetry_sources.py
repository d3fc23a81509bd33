"""Package sources of each priority, written with and without a slash at the end: only CodeArtifact's need a token."""

from __future__ import annotations

import pytest
from harness.project import poetry_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

PUBLIC = '\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n'


@pytest.fixture
def lock(poetry, recorder):
    def run(project):
        poetry("lock", cwd=project).ok()
        return (project / "poetry.lock").read_text()

    return run


@pytest.mark.parametrize(
    ("priority", "slash"), [("supplemental", ""), ("explicit", "/")], ids=["supplemental, no slash", "explicit, slash"]
)
def test_beside_the_public_index(lock, recorder, standin, repository, tmp_path, priority, slash):
    """What is on the public index comes from there, and nothing is asked about it."""
    standin.public_index.index.add(wheel("public-one", origin="public"))
    project = poetry_application(
        tmp_path / "application",
        repository,
        ["acme-eight", "public-one"],
        priority=priority,
        more=PUBLIC,
        url=repository.index_url.rstrip("/") + slash,
    )
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(
        text.replace('acme-eight = "*"', 'acme-eight = {version = "*", source = "artifact"}\n')
    )
    if priority == "explicit":
        # What the package needs is looked for elsewhere, unless it is named too.
        for name in ("acme-six", "acme-seven"):
            standin.public_index.index.add(wheel(name, origin="public"))
    locked = lock(project)
    assert repository.host in locked and "public-one" in locked
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)
    assert recorder.about_others(repository.host) == []


def test_two_repositories_of_a_domain(lock, recorder, standin, repository, tmp_path):
    other = standin.add_repository(repository.domain, "other")
    standin.seed(other, [wheel("acme-nine")])
    second = f'\n[[tool.poetry.source]]\nname = "second"\nurl = "{other.index_url}"\npriority = "primary"\n'
    project = poetry_application(tmp_path / "application", repository, ["acme-one", "acme-nine"], more=second)
    locked = lock(project)
    assert "acme-one" in locked and "acme-nine" in locked
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)


def test_a_public_package_alone(lock, recorder, standin, repository, tmp_path):
    standin.public_index.index.add(wheel("public-one", origin="public"))
    project = poetry_application(tmp_path / "application", repository, ["public-one"], priority="explicit", more=PUBLIC)
    lock(project)
    assert (recorder.calls, standin.mint_count, standin.repository_requests()) == ([], 0, [])


def test_sources_that_poetry_forgets(poetry, recorder, standin, locked):
    """With any repository in the environment Poetry knows of no other, and asks with the URL of each file."""
    poetry.home.env["POETRY_REPOSITORIES_ELSE_URL"] = "https://pypi.acme.example/"
    poetry("install", cwd=locked.directory).ok()
    assert poetry.origin(locked.directory, "acme_eight") == "private"
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)
