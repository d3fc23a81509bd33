"""What people install from, made once from the last build: the fixture `release`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .environments import ROOT, program, python
from .project import ALL_EIGHT, poetry_application, uv_application

RELEASE = ROOT / "Sources" / "packaging" / "release"


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """A directory with all that is released, made from the last build."""
    directory = tmp_path_factory.mktemp("release")
    subprocess.run(
        [RELEASE, "--no-build", "--output", directory], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    return directory


def the(release: Path, ending: str) -> Path:
    """The file of a release whose name ends so."""
    (found,) = release.glob(f"*{ending}")
    return found


def clients_install(run, home, standin, repository, tmp_path, pip=None, poetry=None):
    """Real Poetry, pip and uv install from the repository, with nothing but its URL; one token serves all."""
    home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never", "POETRY_VIRTUALENVS_IN_PROJECT": "true"}
    project = poetry_application(tmp_path / "with-poetry", repository, ["acme-one"])
    run(*(poetry or [program("poetry")]), "install", "--no-interaction", cwd=project).ok()
    assert list(project.glob(".venv/lib/python*/site-packages/acme_one*")), "Poetry has installed it"
    target = ["--target", tmp_path / "with-pip", *ALL_EIGHT]
    run(*(pip or [program("pip")]), "install", "--no-input", "--index-url", repository.index_url, *target, cwd="/").ok()
    assert (tmp_path / "with-pip" / "acme_eight.py").exists() or list((tmp_path / "with-pip").glob("acme_eight*"))
    project = uv_application(tmp_path / "with-uv", repository)
    run(program("uv"), "sync", cwd=project).ok()
    assert standin.mint_count == 1
    del home.env["UV_PYTHON"]
