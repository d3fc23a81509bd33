"""`[tool.codeartifact-keyring]` in a committed `pyproject.toml`: lookups and commands honour it, and it can do no harm."""

from __future__ import annotations

import json
import os

import pytest


@pytest.fixture
def two(home, standin, user):
    """A user with the profiles `default` and `acme-dev`, signed in to neither by the environment."""
    dev = standin.iam.add_user("dev")
    sections = {"default": user, "acme-dev": dev}
    home.write(
        ".aws/credentials",
        "".join(
            f"[{name}]\n" + "".join(f"{key.lower()} = {value}\n" for key, value in keys.environment().items())
            for name, keys in sections.items()
        ),
    )
    home.sign_out()
    return sections


@pytest.fixture
def project(tmp_path, repository):
    """Writes the table, and returns the folder."""
    folder = tmp_path / "project"
    folder.mkdir()

    def write(lines, match=None):
        match = match or f'{{ domain = "{repository.domain}" }}'
        table = f"[[tool.codeartifact-keyring.domain]]\nmatch = {match}\n{lines}\n"
        (folder / "pyproject.toml").write_text(f'[project]\nname = "x"\n\n{table}')
        return folder

    return write


@pytest.fixture
def lookup(home, installed, standin, repository):
    def lookup(cwd):
        result = home.run(installed.keyring, "get", repository.index_url, "aws", cwd=cwd).ok()
        assert result.stderr == ""
        [mint] = [mint for mint in standin.mints if mint.fingerprint == result.fingerprint]
        return mint.caller.rsplit("/", 1)[1]

    return lookup


def test_lookups_in_the_project_use_its_profile(two, project, lookup, standin, tmp_path):
    folder = project('profile = "acme-dev"\nduration = "1h"')
    below = folder / "src/app"
    below.mkdir(parents=True)
    assert [lookup(folder), lookup(below), lookup(tmp_path), lookup(folder)] == ["dev", "dev", "anna", "dev"]
    assert [(mint.caller.rsplit("/", 1)[1], mint.duration) for mint in standin.mints] == [
        ("dev", 3600),
        ("anna", 43200),
    ]


def test_a_member_of_a_workspace_uses_the_table_above_it(two, project, lookup):
    folder = project('profile = "acme-dev"')
    member = folder / "packages/a"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["codeartifact-keyring"]\n')
    assert [lookup(member), lookup(member)] == ["dev", "dev"]
    table = (folder / "pyproject.toml").read_text()
    (member / "pyproject.toml").write_text(table.replace("acme-dev", "default"))
    assert [lookup(member), lookup(folder)] == ["anna", "dev"]


# Threats: Another user of the machine
@pytest.mark.parametrize("mode", [0o1777, 0o777])
def test_another_users_file_in_a_folder_of_everybody_is_not_read(two, project, lookup, other_user, mode):
    folder = project('profile = "acme-dev"')
    os.chown(folder / "pyproject.toml", other_user.uid, other_user.uid)
    below = folder / "work"
    below.mkdir()
    assert [lookup(folder), lookup(below)] == ["dev", "dev"]
    folder.chmod(mode)
    assert [lookup(folder), lookup(below)] == ["anna", "anna"]
    os.chown(folder / "pyproject.toml", 0, 0)
    assert [lookup(folder), lookup(below)] == ["dev", "dev"]


def test_commands_use_it_too(home, installed, two, project, standin, repository, lookup):
    folder = project('profile = "acme-dev"')
    home.run(installed.program, "token", repository.index_url, cwd=folder).ok()
    assert lookup(folder) == "dev"
    [row] = json.loads(home.run(installed.program, "status", "--json", repository.index_url).ok().stdout)["tokens"]
    assert row["identity"] == 'profile "acme-dev"'
    assert standin.mint_count == 1


def test_the_user_goes_before_the_project(home, two, project, lookup, user):
    folder = project('profile = "acme-dev"')
    home.env["AWS_PROFILE"] = "default"
    assert lookup(folder) == "anna"
    del home.env["AWS_PROFILE"]
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "default"
    assert lookup(folder) == "anna"
    del home.env["CODEARTIFACT_KEYRING_PROFILE"]
    home.sign_in(user)
    assert lookup(folder) == "anna"


# Threats: A project
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('role_arn = "arn:aws:iam::666677778888:role/evil"', "a project cannot set role_arn"),
        ('credential_process = "touch /tmp/evil"', "a project cannot set credential_process"),
        ('endpoint_url = "https://evil.example"', "a project cannot set endpoint_url"),
        ('profil = "acme-dev"', 'unknown key "profil"'),
        ('profile = "no-such"', 'AWS profile "no-such" (from '),
        ('duration = "5m"', '"5m" is not a duration from 15m to 12h'),
    ],
)
def test_what_a_project_may_not_say_stops_the_lookup(
    home, installed, two, project, repository, standin, lines, expected
):
    folder = project(lines)
    result = home.run(installed.keyring, "get", repository.index_url, "aws", cwd=folder)
    assert (result.returncode, result.stdout) == (1, "")
    assert expected in result.stderr and f"{folder}/pyproject.toml" in result.stderr
    assert standin.connections == []


def test_other_peoples_services_are_not_stopped(home, installed, project):
    """What is wrong with the table is no business of theirs."""
    folder = project('role_arn = "x"')
    result = home.run(installed.keyring, "get", "https://other.example/simple/", "aws", cwd=folder)
    assert (result.returncode, result.output.strip()) == (1, "")


def test_another_domain_is_not_concerned(home, two, project, lookup):
    assert lookup(project('profile = "acme-dev"', match='{ domain = "other" }')) == "anna"


def test_an_unreadable_project_file_is_passed_over(home, two, project, lookup):
    folder = project('profile = "acme-dev"')
    (folder / "pyproject.toml").unlink()
    (folder / "pyproject.toml").mkdir()
    assert lookup(folder) == "anna"
