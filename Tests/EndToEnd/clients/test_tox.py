"""tox 4, which hands on none of the variables of AWS: `doctor` says which of them did not reach a lookup."""

from __future__ import annotations

import pytest
from harness.environments import program
from harness.home import profile_files

# Those that connect to the stand-in are not part of what is tested.
TOX_INI = """[tox]
env_list = py
skip_missing_interpreters = false

[testenv]
runner = {runner}
skip_install = true
set_env =
{environment}
deps = -r requirements.txt
commands = python -c "import acme_one; print(acme_one.ORIGIN)"
"""


@pytest.mark.parametrize("runner", ["virtualenv", "uv-venv-runner"], ids=["pip", "tox-uv"])
def test_the_profile_does_not_reach_the_lookup(doctor_env, home, user, runner):
    doctor_env.with_clients("uv", "pip")
    home.sign_out()
    for name, content in profile_files({"dev": {"region": "us-east-1"}}, {"dev": user}).items():
        home.write(name, content)
    home.env["AWS_PROFILE"] = "dev"
    doctor_env.project(
        f"--index-url {doctor_env.repository.index_url.replace('//', '//aws@')}\nacme-one\n", "requirements.txt"
    )
    names = [*doctor_env.standin.environment(), "AWS_EC2_METADATA_DISABLED"]
    passed = "".join(f"    {name} = {home.env[name]}\n" for name in names)
    doctor_env.project(TOX_INI.format(runner=runner, environment=passed.rstrip()), "tox.ini")

    def tox():
        return home.run(program("tox"), "run", "--recreate", "--no-provision", cwd=doctor_env.folder)

    assert tox().returncode != 0
    [finding] = doctor_env.failures()
    assert (finding.area, finding.severity) == ("history", "warning")
    assert "No AWS credentials" in finding.what
    assert (
        "that lookup ran without AWS_PROFILE, which is set here. If it ran in tox, set pass_env = AWS_*" in finding.what
    )
    assert finding.command == "sed -i '5a pass_env = AWS_*' ./tox.ini"
    doctor_env.run_command(finding)
    assert "private" in tox().ok().output
    assert doctor_env.failures() == []


def test_a_profile_in_the_project_needs_no_variable(doctor_env, home, user):
    home.sign_out()
    for name, content in profile_files({"dev": {"region": "us-east-1"}}, {"dev": user}).items():
        home.write(name, content)
    match = f'match = {{ domain = "{doctor_env.repository.domain}" }}'
    doctor_env.project(f'[[tool.codeartifact-keyring.domain]]\n{match}\nprofile = "dev"\n')
    home.run(doctor_env.installation.keyring, "get", doctor_env.repository.index_url, "aws", cwd=doctor_env.folder).ok()
    assert doctor_env.failures() == []
