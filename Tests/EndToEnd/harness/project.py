"""Projects as users write them: a pyproject.toml for Poetry or uv, with a plain source URL and no credential."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from standin import Repository, sdist, wheel
from standin.wheels import EIGHT

ALL_EIGHT = tuple(f"acme-{name}" for name in EIGHT)


def poetry_application(
    directory: Path,
    repository: Repository,
    dependencies: Iterable[str] = (),
    priority: str = "primary",
    more: str = "",
    url: str | None = None,
) -> Path:
    """An application that takes its packages from the repository; `url` is another way to write where that is."""
    directory.mkdir(parents=True, exist_ok=True)
    listed = "".join(f'{name} = "*"\n' for name in dependencies)
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndynamic = ["dependencies"]\n\n'
        f'[tool.poetry]\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = ">=3.9"\n{listed}\n'
        f'[[tool.poetry.source]]\nname = "artifact"\nurl = "{url or repository.index_url}"\npriority = "{priority}"\n{more}'
    )
    return directory


def poetry_library(directory: Path, name: str) -> Path:
    """A package that can be published."""
    module = name.replace("-", "_")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{module}.py").write_text('ORIGIN = "published"\n')
    (directory / "pyproject.toml").write_text(
        # As Poetry 1.8 wants it, which knows of no [project].
        f'[tool.poetry]\nname = "{name}"\nversion = "1.0.0"\ndescription = ""\nauthors = []\n\n'
        '[tool.poetry.dependencies]\npython = ">=3.9"\n\n'
        '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n'
    )
    return directory


def built_poetry_library(directory: Path, name: str) -> Path:
    """The same with its files in `dist`, ready to be published."""
    poetry_library(directory, name)
    (directory / "dist").mkdir()
    for distribution in (wheel(name), sdist(name)):
        (directory / "dist" / distribution.filename).write_bytes(distribution.content)
    return directory


def uv_application(
    directory: Path,
    repository: Repository,
    dependencies: Iterable[str] = ALL_EIGHT,
    authenticate: str | None = "always",
) -> Path:
    """An application for uv whose only index is the repository."""
    directory.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{name}"' for name in dependencies)
    always = f'authenticate = "{authenticate}"\n' if authenticate else ""
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = [{listed}]\n\n'
        f'[[tool.uv.index]]\nname = "artifact"\nurl = "{repository.index_url}"\ndefault = true\n{always}'
    )
    return directory


def pdm_application(directory: Path, url: str, dependencies: Iterable[str] = ALL_EIGHT) -> Path:
    """An application for PDM whose only source is at the URL."""
    directory.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{name}"' for name in dependencies)
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = [{listed}]\n\n'
        f'[tool.pdm]\ndistribution = false\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{url}"\nverify_ssl = true\n'
    )
    return directory
