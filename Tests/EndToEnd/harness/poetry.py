"""Poetry in the versions that people have: the fixture `poetry`, once for each."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from standin import Repository, StandIn, eight_wheels

from .environments import program
from .home import Home
from .process import Result
from .project import ALL_EIGHT, poetry_application

# The version, and the environment that it is in.
VERSIONS = {"1.8.5": "poetry-1.8", "2.1.4": "poetry-2.1", "2.5.1": "poetry"}
# For what is no matter of the version.
newest = pytest.mark.parametrize("poetry", ["2.5.1"], indirect=True)


@dataclass
class Poetry:
    """One version, run as a user who has the product configured."""

    version: str
    home: Home

    def __call__(self, *arguments: str | Path, cwd: Path) -> Result:
        return self.home.run(self.program, *arguments, "--no-interaction", cwd=cwd, timeout=240)

    @property
    def program(self) -> Path:
        return program("poetry", VERSIONS[self.version])

    def forget_downloads(self, project: Path) -> None:
        """Makes the next install fetch everything again."""
        shutil.rmtree(project / ".venv", ignore_errors=True)
        shutil.rmtree(self.home.directory / ".cache" / "pypoetry", ignore_errors=True)

    def origin(self, project: Path, module: str) -> str:
        """Which index a module that was installed comes from."""
        code = f"import {module}; print({module}.ORIGIN)"
        return self.home.run(project / ".venv/bin/python", "-c", code).ok().stdout.strip()


@pytest.fixture(params=VERSIONS)
def poetry(request, configured):
    configured.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    # Nobody imports pip from these environments; to unpack it takes as long as all the rest.
    configured.env["POETRY_VIRTUALENVS_OPTIONS_NO_PIP"] = "true"
    return Poetry(request.param, configured)


@dataclass(frozen=True)
class LockedProject:
    """A project of eight packages whose poetry.lock is there already, in a home that has asked for nothing yet."""

    directory: Path
    repository: Repository


class LockFiles:
    """Projects with their poetry.lock, made once for each version: only copies are given out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # The lock file names the repository: one for all tests, and another one for each run of them.
        self._domain = f"acme-{secrets.token_hex(4)}"

    def copy(self, version: str, standin: StandIn, directory: Path) -> LockedProject:
        made = self._folder / version / "application"
        if not made.exists():
            self._make(version, made)
        shutil.copytree(made, directory)
        return LockedProject(directory, self._repository(standin))

    def _repository(self, standin: StandIn) -> Repository:
        repository = standin.add_repository(self._domain)
        standin.seed(repository, eight_wheels())
        return repository

    def _make(self, version: str, directory: Path) -> None:
        with StandIn() as standin:
            repository = self._repository(standin)
            poetry_application(directory, repository, ALL_EIGHT)
            # Without the product: what these projects are for is to see how it is used.
            home = Home.make(self._folder / version)
            home.connect_to(standin)
            home.env["POETRY_HTTP_BASIC_ARTIFACT_USERNAME"] = "aws"
            home.env["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"] = standin.issue_token(repository)
            Poetry(version, home)("lock", cwd=directory).ok()


@pytest.fixture(scope="session")
def lock_files(tmp_path_factory):
    return LockFiles(tmp_path_factory.mktemp("lock-files"))


@pytest.fixture
def locked(poetry, standin, lock_files, tmp_path):
    return lock_files.copy(poetry.version, standin, tmp_path / "locked")
