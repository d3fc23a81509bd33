"""`doctor`: the sources that a project names, with real clients. `DoctorProjectTests` has the table of what is wrong."""

from __future__ import annotations

import pytest
from harness.doctor_env import Finding, only, script
from harness.environments import program
from harness.project import uv_application

POETRY = '[tool.poetry]\nname = "a"\n\n[[tool.poetry.source]]\nname = "acme"\nurl = "{}"\npriority = "explicit"\n'
UV = '[[tool.uv.index]]\nname = "acme"\nurl = "{}"\n'
PDM = '[[tool.pdm.source]]\nname = "acme"\nurl = "{}"\n'


def with_user(doctor_env, name="aws"):
    return doctor_env.repository.index_url.replace("//", f"//{name}@")


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.txt"])
def test_as_they_should_be_written(doctor_env, name):
    """In a requirements file quotes are as in a shell."""
    text = {"pyproject.toml": POETRY, "requirements.txt": '--index-url "{}"\nx\n'}[name]
    doctor_env.project(text.format(doctor_env.repository.index_url), name)
    assert doctor_env.failures() == []
    [finding] = [item for item in doctor_env.findings() if item.area == "project"]
    assert finding.what == "1 source, correctly configured"
    assert [item.what for item in doctor_env.findings() if item.area == "repository"] == [
        "internal of DOMAIN answers (HTTP 200)"
    ]


def test_a_token_in_a_url(doctor_env):
    path = doctor_env.project(POETRY.format(with_user(doctor_env, f"aws:{doctor_env.old_token()}")))
    [finding] = only(doctor_env, "project")
    assert finding.what == "source acme holds a token that expired 3 d ago: poetry sends it instead of asking keyring"
    assert doctor_env.fix() == ["./pyproject.toml: the token was removed"]
    assert path.read_text() == POETRY.format(doctor_env.repository.index_url)


def test_an_index_for_which_uv_asks_nobody(doctor_env):
    doctor_env.with_clients("uv")
    project = uv_application(doctor_env.folder, doctor_env.repository, authenticate=None)
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        "problem",
        'source artifact has neither authenticate = "always" nor aws@ in its URL: uv does not ask keyring',
        "./pyproject.toml:9",
        "sed -i '9a authenticate = \"always\"' ./pyproject.toml",
    )
    lock = [program("uv"), "lock", "--python", "/usr/bin/python3"]
    doctor_env.home.env["UV_KEYRING_PROVIDER"] = "subprocess"
    assert doctor_env.home.run(*lock, cwd=project).returncode != 0, "uv says so too"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    doctor_env.home.run(*lock, cwd=project).ok()


def test_a_uv_that_says_nothing(doctor_env):
    script(doctor_env.tools / "uv", "#!/bin/sh\nexit 1\n")
    assert only(doctor_env, "uv") == [
        Finding("uv", "warning", "TOOLS/uv did not print its version", command="TOOLS/uv --version")
    ]


@pytest.mark.parametrize("option", [(), ("--local",)], ids=["for the user", "for the project"])
def test_poetry_publishes_to_the_simple_index(doctor_env, home, option):
    """Set by Poetry itself, and corrected by it."""
    doctor_env.with_clients("poetry").project(POETRY.format(doctor_env.repository.index_url))
    name, poetry = "repositories.acme", program("poetry")
    home.run(poetry, "config", *option, name, doctor_env.repository.index_url, cwd=doctor_env.folder).ok()
    [finding] = only(doctor_env, "project")
    right = doctor_env.repository.publish_url.replace(doctor_env.repository.domain, "DOMAIN")
    assert finding == Finding(
        "project",
        "problem",
        "source acme is for publishing, but its URL ends in /simple, which does not accept uploads",
        "./poetry.toml:2" if option else "~/.config/pypoetry/config.toml:2",
        " ".join(["poetry config", *option, name, right]),
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_poetry_publishes_where_it_reads(doctor_env):
    """`poetry publish -r` takes a source's URL as it is, unless a repository has the same name."""
    doctor_env.with_clients("poetry")
    doctor_env.project(POETRY.format(doctor_env.repository.index_url))
    assert doctor_env.failures() == []
    [note] = doctor_env.notes("poetry")
    assert note == Finding(
        "poetry",
        "note",
        "poetry publish -r acme uploads to its URL, which ends in /simple and does not accept uploads",
        "./pyproject.toml:6",
        f"poetry config repositories.acme {doctor_env.repository.publish_url}".replace(
            doctor_env.repository.domain, "DOMAIN"
        ),
    )
    doctor_env.run_command(note)
    assert doctor_env.notes("poetry") == []
    doctor_env.project(POETRY.format(doctor_env.repository.index_url).replace("]", "]\npackage-mode = false", 1))
    doctor_env.home.run(program("poetry"), "config", "--unset", "repositories.acme").ok()
    assert doctor_env.notes("poetry") == []


def test_the_project_is_that_of_the_folder_above(doctor_env):
    doctor_env.project(POETRY.format(with_user(doctor_env)))
    below = doctor_env.folder / "src" / "acme"
    below.mkdir(parents=True)
    doctor_env.folder, above = below, doctor_env.folder
    [finding] = only(doctor_env, "project")
    assert finding.place == f"{above}/pyproject.toml:6"
