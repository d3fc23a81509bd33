"""`login` for all that a project needs: one sign-in, a token for each domain."""

from __future__ import annotations

import secrets

import pytest
from harness.aws_files import write_sso_token, write_config, write_keys


@pytest.fixture
def domains(standin):
    """Three repositories in two domains."""
    first, second = (f"acme-{secrets.token_hex(4)}" for _ in range(2))
    add = standin.add_repository
    return [add(first), add(first, "releases"), add(second, region="eu-central-1")]


@pytest.fixture
def project(tmp_path, domains):
    sources = "".join(
        f'[[tool.poetry.source]]\nname = "s{number}"\nurl = "{one.index_url}"\n\n' for number, one in enumerate(domains)
    )
    public = '[[tool.uv.index]]\nname = "public"\nurl = "https://pypi.org/simple/"\n'
    folder = tmp_path / "project" / "src"
    folder.mkdir(parents=True)
    (folder.parent / "pyproject.toml").write_text(sources + public)
    return folder


def test_a_project_of_several_domains(person, standin, domains, project):
    with person.login(cwd=project) as terminal:
        person.confirm(terminal)
        result = terminal.finish().ok()
    assert person.asked("/device_authorization") == 1
    assert standin.mint_count == 2, "one for each domain"
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [domains[0].domain, domains[2].domain]
    assert "eu-central-1" in lines[1]
    for one in domains:
        answer = person.home.run(person.developer.installation.keyring, "get", one.index_url, "aws").ok()
        assert answer.fingerprint in {mint.fingerprint for mint in standin.mints}
    assert standin.mint_count == 2


@pytest.mark.parametrize("name", ["requirements.txt", "Pipfile"])
def test_a_project_of_pips(person, standin, domains, tmp_path, name):
    """It has no pyproject.toml."""
    text = {
        "requirements.txt": f"--index-url {domains[2].index_url}\nacme-one\n",
        "Pipfile": f'[[source]]\nname = "acme"\nurl = "{domains[2].index_url}"\nverify_ssl = true\n',
    }[name]
    (tmp_path / name).write_text(text)
    write_sso_token(person.home, person.center.sign_in())
    with person.login(cwd=tmp_path) as terminal:
        result = terminal.finish().ok()
    assert result.stdout.startswith(f"{domains[2].domain} (111122223333, eu-central-1): ")
    assert standin.mint_count == 1


def test_urls_on_the_command_line(person, standin, domains):
    write_sso_token(person.home, person.center.sign_in())
    with person.login(domains[0].index_url, domains[2].host, domains[1].publish_url) as terminal:
        result = terminal.finish().ok()
    assert len(result.stdout.splitlines()) == standin.mint_count == 2


def test_one_domain_that_fails_does_not_stop_the_others(person, standin, domains, project):
    write_sso_token(person.home, person.center.sign_in())
    standin.control_plane.domains.discard((domains[0].domain, domains[0].owner, domains[0].region))
    with person.login(cwd=project, watched=False) as terminal:
        result = terminal.finish()
    assert result.returncode == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == [domains[2].domain]
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"codeartifact-keyring: {domains[0].domain}: Domain {domains[0].domain} ")
    assert "does not exist" in line


def test_every_failure_is_told(person, standin, project):
    write_sso_token(person.home, person.center.sign_in())
    standin.control_plane.domains.clear()
    with person.login(cwd=project, watched=False) as terminal:
        result = terminal.finish()
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 2


def test_one_code_for_several_domains(person, home, standin, user, project):
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, requires_mfa=True)
    dev = {"role_arn": role.arn, "source_profile": "base", "mfa_serial": device.serial, "region": "us-east-1"}
    write_config(home, {"base": {"region": "us-east-1"}, "dev": dev})
    write_keys(home, {"base": user})
    with person.login(cwd=project) as terminal:
        terminal.wait_for(device.serial)
        terminal.type(device.code() + "\n")
        terminal.finish().ok()
    assert terminal.shown.count(device.serial) == 1
    assert (standin.mint_count, len(standin.sts.assumed)) == (2, 1)


def test_in_no_project_the_session_is_signed_in_to(person, standin, tmp_path):
    """What a failed lookup tells to run works in every folder."""
    with person.login("--profile", "dev", cwd=tmp_path) as terminal:
        person.confirm(terminal)
        result = terminal.finish().ok()
    assert result.stdout == 'signed in with profile "dev" (SSO session "corp")\n'
    assert standin.mint_count == 0
    assert person.developer.served()


def test_in_no_project_and_with_no_session(person, home, standin, user, tmp_path):
    del home.env["AWS_PROFILE"]
    home.sign_in(user)
    with person.login(cwd=tmp_path, watched=False) as terminal:
        result = terminal.finish()
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert "no CodeArtifact source in this folder's project" in line
    assert "codeartifact-keyring login https://" in line
    assert standin.connections == []


def test_a_project_file_with_a_mistake(person, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.poetry\n")
    with person.login(cwd=tmp_path, watched=False) as terminal:
        result = terminal.finish()
    assert result.returncode == 1
    assert "pyproject.toml" in result.stderr
