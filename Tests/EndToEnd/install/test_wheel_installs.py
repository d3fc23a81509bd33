"""The wheel in each form in which Python developers install it: it works for its clients, is upgraded, and once it is
removed nothing that `configure` wrote breaks Python's keyring."""

from __future__ import annotations

import json
import shutil
import sys
from importlib import metadata

import pytest
from harness.environments import empty_environment, environment, program, python
from harness.home import SYSTEM_PATH, joined
from harness.installation import run_installer
from harness.packages import real_keyring, real_pip, real_poetry
from harness.project import poetry_application
from harness.release import clients_install, the
from standin import wheel

NAME = "codeartifact-keyring"
KEYRINGRC = ".config/python_keyring/keyringrc.cfg"


@pytest.fixture
def run(bare_home):
    return lambda *argv, cwd=None: bare_home.run(*argv, cwd=cwd, timeout=300)


@pytest.fixture
def developer(bare_home, user):
    """A user with AWS credentials."""
    bare_home.sign_in(user)
    bare_home.env |= {"PATH": joined(bare_home.directory / ".local/bin"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return bare_home


@pytest.fixture
def public(standin):
    """A public index with what the wheel depends on."""
    for each in (*real_keyring(), real_pip(), wheel("public-one", origin="public")):
        standin.public_index.index.add(each)


class Tool:
    """An environment of its own, made by uv or pipx, with its command in `~/.local/bin`."""

    def __init__(self, run, home, wheel, by):
        self.run, self.home, self.wheel, self.by = run, home, wheel, by
        self.words = [program("uv"), "tool"] if by == "uv" else [program("pipx", "commands")]

    def install(self, *options):
        if self.by == "uv":
            self.home.env["UV_PYTHON_DOWNLOADS"] = "never"
            options = ("--python", python(), *options)
        self.run(*self.words, "install", *options, self.wheel).ok()

    def upgrade(self):
        self.install("--reinstall" if self.by == "uv" else "--force")

    def uninstall(self):
        self.run(*self.words, "uninstall", NAME).ok()


@pytest.fixture
def tool(release, run, developer, public):
    return lambda by: Tool(run, developer, the(release, ".whl"), by)


@pytest.mark.parametrize("by", ["uv", "pipx"])
def test_as_a_tool(tool, run, developer, standin, repository, tmp_path, by):
    tool = tool(by)
    tool.install()
    shown = run(NAME, "configure").ok().stdout
    assert f"{developer.directory}/.local/bin/keyring: linked to " in shown
    # An upgrade is in use at once.
    tool.upgrade()
    findings = json.loads(run(NAME, "doctor", "--json").stdout)["findings"]
    assert [item["severity"] for item in findings if item["area"] == "program"] == ["ok"]
    clients_install(run, developer, standin, repository, tmp_path)
    tool.uninstall()
    assert (developer.directory / KEYRINGRC).exists(), "nobody has run `unconfigure`"
    works_without_the_program(run, repository, tmp_path)
    tool.install()
    run(NAME, "unconfigure").ok()
    tool.uninstall()
    assert what_configure_left(developer) == []


def test_one_tool_after_another(tool, run, developer, repository):
    """Removed without `unconfigure`, and installed in another way."""
    for by in ("uv", "pipx"):
        one = tool(by)
        one.install()
        run(NAME, "configure").ok()
        assert f"/{by}/" in str((developer.directory / ".local/bin/keyring").resolve())
        assert run(python(), "-m", "keyring", "get", repository.index_url, "aws").ok().stdout == "<token>\n"
        if by == "uv":
            # install.sh does not take the place of its command, and says how to remove it.
            refused = run_installer(developer, developer.directory / ".local", "--no-build")
            assert refused.returncode == 1
            assert f"Remove it first: {developer.directory}/.local/bin/{NAME} unconfigure && uv tool " in refused.stderr
            one.uninstall()
    run(NAME, "unconfigure").ok()
    assert what_configure_left(developer) == []


def what_configure_left(home):
    names = [str(path.relative_to(home.directory)) for path in home.directory.rglob("*")]
    return [
        name for name in names if "python_keyring" in name or name.endswith(("configured.json", ".local/bin/keyring"))
    ]


def works_without_the_program(run, repository, tmp_path):
    """Python's keyring and its clients work for all that is not CodeArtifact's; for that they say what to do."""
    keyring = (python(), "-m", "keyring")
    nothing = run(*keyring, "get", "example.org", "anna")
    assert (nothing.returncode, nothing.output) == (1, "")
    refused = run(*keyring, "get", repository.index_url, "aws")
    assert refused.returncode == 1
    assert "codeartifact-keyring: the program is neither " in refused.stderr
    assert " FILE.whl. To use Python's keyring without it, run: sed -i " in refused.stderr
    target = tmp_path / "without"
    run(program("pip"), "install", "--quiet", "--no-input", "--target", target / "pip", "public-one").ok()
    run(program("uv"), "pip", "install", "--quiet", "--target", target / "uv", "--python", python(), "public-one").ok()
    project = target / "poetry"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["public-one"]\n'
        "[tool.poetry]\npackage-mode = false\n"
    )
    run(program("poetry"), "install", "--no-interaction", cwd=project).ok()
    private = poetry_application(target / "private", repository, ["acme-one"])
    failed = run(program("poetry"), "install", "--no-interaction", cwd=private)
    assert failed.returncode == 1
    assert "codeartifact-keyring: the program is neither " in failed.output


def poetry_self_add(developer, index, tmp_path, file):
    """Poetry in an environment of this test's own, and all that is in it in the public index."""
    site = next(environment("poetry").glob("lib/python*/site-packages"))
    for each in metadata.distributions(path=[str(site)]):
        index.add(wheel(each.metadata["Name"], each.version, origin="public"))
    poetry = empty_environment(tmp_path / "poetry", "poetry")
    own = (poetry / "bin/python", "-m", "poetry", "--no-interaction", "self")
    return poetry, (*own, "add", file), (*own, "remove", NAME)


def pipx_inject(developer, index, tmp_path, file):
    """Poetry as pipx has installed it, from a public index with nothing else but pip."""
    for each in (*real_poetry(), real_pip()):
        index.add(each)
    pipx = program("pipx", "commands")
    developer.run(pipx, "install", "poetry", timeout=600).ok()
    poetry = (developer.directory / ".local/bin/poetry").resolve().parent.parent
    return poetry, (pipx, "inject", "poetry", file), (pipx, "uninject", "poetry", NAME)


@pytest.mark.parametrize("ways_of", [poetry_self_add, pipx_inject])
def test_in_the_environment_of_poetry(release, run, developer, standin, repository, tmp_path, ways_of):
    """No `configure` is needed for Poetry: the backend is found there."""
    developer.env |= {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "PATH": SYSTEM_PATH}
    own_poetry, add, remove = ways_of(developer, standin.public_index.index, tmp_path, the(release, ".whl"))
    poetry = (own_poetry / "bin/python", "-m", "poetry", "--no-interaction")
    run(*add).ok()
    project = poetry_application(tmp_path / "application", repository, ["acme-one"])
    run(*poetry, "install", cwd=project).ok()
    assert standin.mint_count == 1
    keyrings = [path.read_text() for path in own_poetry.glob("bin/keyring")]
    assert not any("codeartifact" in text for text in keyrings), "that name is Python's own keyring's"
    if ways_of == poetry_self_add:
        assert NAME in run(*poetry, "self", "show").ok().stdout
    # A plugin that a project requires has to fit it, which is found where it was installed from.
    standin.public_index.index.add(wheel("some-plugin", origin="public"))
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "pyproject.toml").write_text(
        '[tool.poetry]\npackage-mode = false\n[tool.poetry.requires-plugins]\nsome-plugin = "*"\n'
    )
    run(*poetry, "install", cwd=plugins).ok()
    run(*remove).ok()
    assert [path for path in own_poetry.rglob("*codeartifact*") if path.is_file()] == []
    shutil.rmtree(project / ".venv")
    failed = run(*poetry, "install", "--no-cache", cwd=project)
    assert failed.returncode == 1, "nobody is asked any more"


def test_in_the_environment_of_a_project(release, run, developer, public, standin, repository, tmp_path):
    """As in an image, with pip: its own keyring provider finds the backend, and so does twine."""
    venv = tmp_path / "project"
    run(sys.executable, "-m", "venv", "--without-pip", venv).ok()
    pip = (program("pip"), "--python", venv / "bin/python")
    run(*pip, "install", "--quiet", real_pip_requirement(), the(release, ".whl")).ok()
    own = (venv / "bin/python", "-m", "pip", "--no-input", "--keyring-provider", "import", "--quiet")
    run(*own, "install", "--index-url", repository.index_url, "acme-one").ok()
    assert standin.mint_count == 1
    run(*own, "check").ok()
    run(*own, "uninstall", "--yes", NAME).ok()
    assert [path for path in venv.rglob("*codeartifact*") if path.is_file()] == []


def real_pip_requirement():
    """pip of the version that the public index has."""
    return f"pip=={real_pip().version}"
