"""`doctor`: a client fails, because of what it finds before it asks or because it asks nobody. After the command that `doctor`
prints, the client works."""

from __future__ import annotations

import pytest
from harness.doctor_env import only
from harness.environments import program, python
from harness.project import built_poetry_library, pdm_application


def pip_with_a_variable_that_is_not_set(doctor_env):
    url = doctor_env.url_with("${CODEARTIFACT_AUTH_TOKEN}")
    doctor_env.with_clients("pip").project(f"--index-url \\\n  {url}\nacme-one\n", "requirements.txt")
    return "pip", (program("pip"), "install", "--no-input", "--no-deps", "--target", "target", "-r", "requirements.txt")


def uv_pip_with_a_setting_of_its_own(doctor_env):
    doctor_env.with_clients("uv").project('[pip]\nkeyring-provider = "disabled"\n', "uv.toml")
    doctor_env.home.env["UV_INDEX_URL"] = doctor_env.repository.index_url.replace("//", "//aws@")
    return "uv", (program("uv"), "pip", "install", "--no-deps", "--target", "target", "acme-one")


def pdm_with_the_password_of_a_source(doctor_env):
    project = pdm_application(doctor_env.folder, doctor_env.repository.index_url, ["acme-one"])
    with (project / "pyproject.toml").open("a") as file:
        file.write(f'username = "aws"\npassword = "{doctor_env.old_token()}"\n')
    doctor_env.home.run(python(), "-m", "venv", "--without-pip", project / ".venv").ok()
    return "pdm", (program("pdm", "modules"), "lock")


def poetry_with_a_token_for_publishing(doctor_env):
    built_poetry_library(doctor_env.folder, "acme-published")
    doctor_env.project(f'[repositories.artifact]\nurl = "{doctor_env.repository.publish_url}"\n', "poetry.toml")
    doctor_env.with_clients("python", "poetry").home.env["POETRY_PYPI_TOKEN_ARTIFACT"] = doctor_env.old_token()
    return "poetry", (program("poetry"), "publish", "-r", "artifact")


@pytest.mark.parametrize(
    "failing",
    [
        pip_with_a_variable_that_is_not_set,
        uv_pip_with_a_setting_of_its_own,
        pdm_with_the_password_of_a_source,
        poetry_with_a_token_for_publishing,
    ],
)
def test_the_command_helps(doctor_env, failing):
    home = doctor_env.home
    home.env |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PDM_CHECK_UPDATE": "false", "UV_PYTHON": str(python())}
    area, command = failing(doctor_env)
    assert home.run(*command, cwd=doctor_env.folder).returncode != 0
    [finding] = only(doctor_env, area)
    if finding.command.startswith("unset "):
        del home.env[finding.command.removeprefix("unset ")]
    elif finding.command.startswith("export "):
        name = finding.command.removeprefix("export ").partition("=")[0]
        value = home.run("/bin/sh", "-c", f"{finding.full_command}; printenv {name}", cwd=doctor_env.folder).ok()
        home.env[name] = value.raw_stdout.strip()
    else:
        doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    home.run(*command, cwd=doctor_env.folder).ok()
