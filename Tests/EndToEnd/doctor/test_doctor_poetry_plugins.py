"""`doctor` finds Poetry plugins for CodeArtifact, in Poetry's own Python and in a project's `requires-plugins`."""

from __future__ import annotations

import pytest
from harness.doctor_env import Finding, only, script
from harness.environments import empty_environment

BROKEN = "poetry-codeartifact-plugin"


@pytest.fixture
def poetry(doctor_env, tmp_path):
    """Real Poetry, in an environment into which plugins can be installed."""
    directory = empty_environment(tmp_path / "poetry", "poetry", "pip")
    run = "from poetry.console.application import main\nraise SystemExit(main())\n"
    script(directory / "bin/poetry", f"#!{directory}/bin/python\n{run}")
    doctor_env.with_clients("poetry").put_on_path("poetry", directory / "bin/poetry")
    return directory


def plugin(poetry, name, version, text):
    """Installs a plugin of Poetry's."""
    (packages,) = poetry.glob("lib/python*/site-packages")
    module = name.replace("-", "_")
    folder = packages / f"{module}-{version}.dist-info"
    script(folder / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    script(folder / "entry_points.txt", f"[poetry.application.plugin]\nplugin = {module}:Plugin\n")
    script(folder / "RECORD", f"{module}.py,,\n" + "".join(f"{folder.name}/{file},,\n" for file in RECORDED))
    script(folder / "INSTALLER", "pip\n")
    script(packages / f"{module}.py", text)


RECORDED = ("METADATA", "entry_points.txt", "RECORD", "INSTALLER")
# What 1.0.3 imports, and Poetry 2 has under another name.
IMPORTS = "from poetry.exceptions import PoetryException\n"
QUIET = "from poetry.plugins.application_plugin import ApplicationPlugin\n\n\nclass Plugin(ApplicationPlugin):\n"
QUIET += "    def activate(self, application):\n        pass\n"


def test_a_plugin_that_poetry_2_cannot_load(doctor_env, poetry):
    doctor_env.home.run(poetry / "bin/poetry", "--version").ok()
    plugin(poetry, BROKEN, "1.0.3", IMPORTS)
    assert "PoetryException" in doctor_env.home.run(poetry / "bin/poetry", "check").output
    [finding] = only(doctor_env, "poetry")
    assert finding == Finding(
        "poetry",
        "problem",
        f"{BROKEN} 1.0.3 cannot be loaded by Poetry 2: every poetry command fails",
        command=f"{poetry}/bin/python -m pip uninstall {BROKEN}",
    )
    doctor_env.home.run("/bin/sh", "-c", f"{finding.full_command} --yes").ok()
    assert doctor_env.failures() == []
    doctor_env.home.run(poetry / "bin/poetry", "--version").ok()


@pytest.mark.parametrize("name", ["poetry-codeartifact-auth", "poetry-codeartifact-login", BROKEN])
def test_a_plugin_that_is_redundant(doctor_env, poetry, name):
    plugin(poetry, name, "1.2.0", QUIET)
    assert doctor_env.failures() == []
    [finding] = doctor_env.notes("poetry")
    assert finding.what == f"{name} 1.2.0 is redundant: Poetry gets tokens without it"


def test_a_plugin_that_the_project_requires(doctor_env, poetry):
    text = doctor_env.with_source().folder.joinpath("pyproject.toml").read_text()
    path = doctor_env.project(
        f'{text}\n[tool.poetry.requires-plugins]\n{BROKEN} = "*"\npoetry-codeartifact-login = "^0.3"\n'
    )
    [broken] = only(doctor_env, "poetry")
    [redundant] = [note for note in doctor_env.notes("poetry") if "login" in note.what]
    assert (broken.place, redundant.place) == ("./pyproject.toml:6", "./pyproject.toml:7")
    for finding in (redundant, broken):
        doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text() == f"{text}\n[tool.poetry.requires-plugins]\n"
