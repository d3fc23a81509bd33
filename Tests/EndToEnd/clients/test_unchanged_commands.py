"""What worked before `configure` works after it, with the same results, and so it does after `unconfigure`: nothing here is
about CodeArtifact."""

from __future__ import annotations

import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from harness.environments import empty_environment, environment, program, python
from harness.home import joined
from harness.poetry import VERSIONS
from harness.project import built_poetry_library, poetry_library
from standin import wheel

PLUGINS = (
    '[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["public-one"]\n\n'
    '[tool.poetry]\npackage-mode = false\n\n[tool.poetry.requires-plugins]\nsome-plugin = "*"\n'
)
UV = '[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["public-one"]\n'
# What Poetry and uv keep in HOME.
STATE = (".cache", ".config/pypoetry", ".local/share/pypoetry", ".local/share/uv")
LISTED = (
    "import keyring; from importlib import metadata; keyring.get_keyring(); "
    "print(sorted(each.metadata['Name'] for each in metadata.distributions()))"
)


def offer(standin, site: Path) -> None:
    """Puts all that is installed into the public index: what is there already is never downloaded."""
    for each in metadata.distributions(path=[str(site)]):
        standin.public_index.index.add(wheel(each.metadata["Name"], each.version, origin="public"))


@pytest.fixture
def public(standin):
    for name in ("public-one", "some-plugin"):
        standin.public_index.index.add(wheel(name, origin="public"))
    return standin.public_index


class Commands:
    """Ordinary commands, each in a project of its own, run one after the other in one HOME."""

    def __init__(self, home, tmp_path, poetry):
        self.home, self.folder = home, tmp_path
        self.environment = empty_environment(tmp_path / "environment", "twine")
        self.poetry = (poetry / "bin/python", "-m", "poetry")
        self.keyring = (self.environment / "bin/python", "-m", "keyring")
        home.env |= {"UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON": str(python()), "UV_NO_CACHE": "1"}
        home.env |= {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "POETRY_VIRTUALENVS_OPTIONS_NO_PIP": "true"}

    def all(self):
        """Name, words, project, and the standard input of each."""
        poetry, pip, uv = (*self.poetry, "-n"), program("pip"), program("uv")
        twine = program("twine")
        here = ["--python", self.environment / "bin/python"]
        upload = ["--non-interactive", "--repository-url", "https://pypi.acme.example/", "dist/other-1.0.0.tar.gz"]
        yield "poetry config http-basic", [*poetry, "config", "http-basic.other", "bob", "hunter2"]
        yield "poetry config pypi-token", [*poetry, "config", "pypi-token.pypi", "hunter3"]
        yield "poetry config repositories", [*poetry, "config", "repositories.other", "https://pypi.acme.example/"]
        yield "poetry config --list", [*poetry, "config", "--list"]
        yield "poetry publish --dry-run", [*poetry, "publish", "--dry-run", "-r", "other"], "built"
        yield "poetry config --unset pypi-token", [*poetry, "config", "--unset", "pypi-token.pypi"]
        yield "poetry config --unset http-basic", [*poetry, "config", "--unset", "http-basic.other"]
        yield "poetry config --unset what is not there", [*poetry, "config", "--unset", "pypi-token.nothing"]
        yield "poetry install", [*poetry, "install"], "plugins"
        yield "poetry lock", [*poetry, "lock"], "library"
        yield "poetry add", [*poetry, "add", "public-one"], "library"
        yield "poetry show", [*poetry, "show", "--latest"], "plugins"
        yield "poetry check", [*poetry, "check"], "library"
        yield "poetry self lock", [*poetry, "self", "lock"]
        yield "poetry self show", [*poetry, "self", "show"]
        yield "poetry self show plugins", [*poetry, "self", "show", "plugins"]
        yield "poetry self add", [*poetry, "self", "add", "--dry-run", "some-plugin"]
        yield "poetry self sync", [*poetry, "self", "sync", "--dry-run"]
        yield "pip install", [pip, *here, "install", "--quiet", "--target", "packages", "public-one"], "library"
        yield "pip list", [pip, *here, "list"]
        yield "pip freeze", [pip, *here, "freeze", "--all"]
        yield "pip check", [pip, *here, "check"]
        yield "pip download", [pip, "download", "--quiet", "--no-input", "nothing-of-this-name"], "library"
        yield "uv sync", [uv, "sync", "--quiet"], "uv"
        yield "uv pip list", [uv, "pip", "list", *here]
        yield (
            "uv pip install",
            [uv, "pip", "install", "--quiet", "--target", "packages", "public-one", *here],
            "library",
        )
        yield "uv tool list", [uv, "tool", "list"]
        yield "twine check", [twine, "check", "dist/other-1.0.0-py3-none-any.whl"], "built"
        yield "twine upload", [twine, "upload", *upload], "built"
        yield "keyring set", [*self.keyring, "set", "example.org", "anna"], None, "hunter2\n"
        yield "keyring get", [*self.keyring, "get", "example.org", "anna"]
        yield "keyring del", [*self.keyring, "del", "example.org", "anna"]
        yield "keyring list", [*self.keyring, "--list-backends"]
        yield "importlib.metadata", [self.environment / "bin/python", "-c", LISTED]
        yield "importlib.metadata of Poetry", [self.poetry[0], "-c", LISTED]

    def results(self):
        """How each of them ends, by its name: the exit code, what it says, and the files that it leaves."""
        projects = self.folder / "projects"
        for left in (projects, *(self.home.directory / name for name in STATE)):
            shutil.rmtree(left, ignore_errors=True)
        for name, text in (("plugins", PLUGINS), ("uv", UV)):
            (projects / name).mkdir(parents=True)
            (projects / name / "pyproject.toml").write_text(text)
        poetry_library(projects / "library", "other")
        built_poetry_library(projects / "built", "other")
        found = {}
        for name, words, *more in self.all():
            project = projects / (more[0] if more and more[0] else "library")
            done = self.home.run(*words, cwd=project, text=more[1] if len(more) > 1 else None, timeout=240)
            found[name] = (done.returncode, self._plain(done.stdout), self._left(project))
        return found

    def _left(self, project):
        config = self.home.directory / ".config/pypoetry"
        settings = [path.read_text() for name in ("auth.toml", "config.toml") if (path := config / name).exists()]
        return settings, sorted(
            str(path.relative_to(project))
            for path in project.rglob("*")
            if not {"bin", "__pycache__"} & set(path.relative_to(project).parts)
        )

    @staticmethod
    def _plain(text):
        """Without what differs from one run to the next."""
        return re.sub(r"\(?[0-9]+(\.[0-9]+)?s\)?|[0-9.]+ms|Using version .*", "", text)


def test_commands_work_as_before(bare_home, installed, standin, public, tmp_path):
    poetry = empty_environment(tmp_path / "poetry", "poetry")
    offer(standin, next(environment("poetry").glob("lib/python*/site-packages")))
    bare_home.env["PATH"] = joined(installed.bin)
    commands = Commands(bare_home, tmp_path, poetry)
    before = commands.results()
    assert len(before) >= 20
    bare_home.run(installed.program, "configure").ok()
    after = commands.results()
    bare_home.run(installed.program, "unconfigure").ok()
    for name, result in before.items():
        assert after[name] == result, name
    assert commands.results() == before


@pytest.mark.parametrize("version", ["2.1.4", "2.5.1"])
def test_a_project_that_requires_a_plugin(configured, standin, public, tmp_path, version):
    """Poetry takes every distribution on `sys.path` for one that the plugin has to fit."""
    offer(standin, next(environment(VERSIONS[version]).glob("lib/python*/site-packages")))
    (tmp_path / "pyproject.toml").write_text(PLUGINS)
    configured.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    poetry = program("poetry", VERSIONS[version])
    configured.run(poetry, "install", "--no-interaction", cwd=tmp_path, timeout=240).ok()
    assert (tmp_path / ".poetry/plugins/some_plugin.py").exists()
    (tmp_path / ".poetry/plugins/config.toml").unlink()
    words = ["codeartifact-keyring", "exec", "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/x/"]
    configured.env["CODEARTIFACT_TOKEN"] = "given"
    configured.run(*words, "--", poetry, "install", "--no-interaction", cwd=tmp_path, timeout=240).ok()
    assert (tmp_path / ".poetry/plugins/some_plugin.py").exists()
