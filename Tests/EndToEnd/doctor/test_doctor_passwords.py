"""`doctor`: old tokens and other passwords that real clients stored where they find them before they ask. Which files and
variables are read, and what is said of each, is in `DoctorPasswordTests`."""

from __future__ import annotations

import pytest
from harness.doctor_env import (
    GOOD,
    HOST,
    INDEX,
    OLD,
    OTHER,
    PIP_CONF,
    SECRET,
    Finding,
    only,
    virtual_environment,
)
from harness.environments import program, python

WORDS = pytest.mark.parametrize("words", [OLD, OTHER], ids=["an old token", "another password"])


def test_in_netrc(doctor_env, home):
    """Users keep such files under version control, and link to them: the link stays, and the file's mode."""
    others = "machine pypi.example login bob password hunter2\n\n", "# the end\nmachine a.example\n  login c\n"
    entry = f"machine {doctor_env.repository.host} login aws password {doctor_env.old_token()}\n"
    target = home.write("dotfiles/netrc", entry.join(others))
    (home.directory / ".netrc").symlink_to(target)
    [finding] = only(doctor_env, "files")
    assert (finding.place, finding.fixable) == ("~/.netrc:3", True)
    assert finding.command == "sed -i --follow-symlinks '3d' ~/.netrc"
    assert doctor_env.fix() == ["~/.netrc: the token was removed"]
    assert (home.directory / ".netrc").is_symlink()
    assert target.read_text() == "".join(others)
    assert oct(target.stat().st_mode & 0o777) == "0o600"


def test_in_a_file_that_uv_config_file_names_from_the_folder(doctor_env, home):
    url = doctor_env.url_with(doctor_env.old_token())
    doctor_env.project(f'keyring-provider = "subprocess"\n[[index]]\nname = "acme"\nurl = "{url}"\n', "uv-ci.toml")
    home.env["UV_CONFIG_FILE"] = "uv-ci.toml"
    [finding] = only(doctor_env, "project")
    assert finding.what == f"source acme holds {OLD}: uv sends it instead of asking keyring"
    assert (finding.place, finding.command) == ("uv-ci.toml:4", "sed -i '4s|//[^/]*@|//aws@|' uv-ci.toml")
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


@WORDS
def test_in_the_users_pip_conf(doctor_env, home, passwords, words):
    """Stored by pip itself, as `aws codeartifact login` has it do. `--fix` removes tokens and nothing else."""
    url = doctor_env.url_with(passwords[words])
    home.run(program("pip"), "config", "--user", "set", "global.index-url", url).ok()
    path = home.directory / PIP_CONF
    before = path.read_bytes()
    [finding] = only(doctor_env, "pip")
    assert finding == Finding(
        "pip",
        "problem",
        f"index-url holds {words}: pip sends it instead of asking keyring",
        f"~/{PIP_CONF}:3",
        f"pip config --user set global.index-url https://aws@{INDEX}",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.doctor("--fix")
        assert path.read_bytes() == before, "only the user may remove what is not a token"
        doctor_env.with_clients("pip")
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        assert doctor_env.fix() == [f"~/{PIP_CONF}: the token was removed"]
        assert path.read_bytes() == before.replace(f":{passwords[words]}@".encode(), b"@")
    assert "://aws@" in path.read_text()


def test_in_a_pip_conf_for_all_users_and_in_that_of_an_environment(doctor_env, home, tmp_path):
    home.env["XDG_CONFIG_DIRS"] = str(tmp_path / "etc")
    shared = tmp_path / "etc/pip/pip.conf"
    shared.parent.mkdir(parents=True)
    lines = f"[global]\nextra-index-url =\n    https://pypi.org/simple/\n    {doctor_env.url_with(doctor_env.old_token())}\n"
    shared.write_text(lines)
    venv = virtual_environment(doctor_env, doctor_env.folder / ".venv", pip="26.3")
    (venv / "pip.conf").write_text(f"[install]\nindex_url: {doctor_env.url_with(doctor_env.old_token())}\n")
    doctor_env.with_source()
    first, second = only(doctor_env, "pip")
    assert (first.place, first.command) == (f"{shared}:4", f"sed -i '4s|//[^/]*@|//aws@|' {shared}")
    assert (second.place, second.command) == (
        "./.venv/pip.conf:2",
        f"pip config --site set install.index_url https://aws@{INDEX}",
    )
    doctor_env.run_command(first)
    assert shared.read_text().splitlines()[2:] == [
        "    https://pypi.org/simple/",
        f"    {doctor_env.repository.index_url.replace('//', '//aws@')}",
    ]
    assert doctor_env.fix() == ["./.venv/pip.conf: the token was removed"]


@WORDS
def test_in_poetrys_auth_toml(doctor_env, home, passwords, words):
    """Stored by Poetry itself."""
    doctor_env.with_source().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    set_up = ("config", "http-basic.artifact", "aws", passwords[words])
    home.run(program("poetry"), *set_up, cwd=doctor_env.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    path = home.directory / ".config/pypoetry/auth.toml"
    [finding] = only(doctor_env, "poetry")
    assert finding == Finding(
        "poetry",
        "problem",
        f"http-basic.artifact holds {words}: Poetry sends it instead of asking keyring",
        "~/.config/pypoetry/auth.toml:3",
        "poetry config --unset http-basic.artifact",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
        assert SECRET not in path.read_text()
    else:
        assert doctor_env.fix() == ["~/.config/pypoetry/auth.toml: the token was removed"]
        assert path.read_text() == '[http-basic.artifact]\nusername = "aws"\n'


def test_a_token_of_the_user_token(doctor_env, home):
    """CodeArtifact takes its tokens from the user `aws` alone."""
    doctor_env.with_source().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    home.run(program("poetry"), "config", "pypi-token.artifact", doctor_env.good_token(), cwd=doctor_env.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    [finding] = only(doctor_env, "poetry")
    assert (finding.severity, finding.what, finding.command) == (
        "problem",
        f"pypi-token.artifact holds {GOOD}: Poetry sends it with the user name __token__, not aws, "
        "instead of asking keyring",
        "POETRY_KEYRING_ENABLED=false poetry config --unset pypi-token.artifact",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_in_poetrys_variables(doctor_env, home):
    doctor_env.with_source()
    pair = ("POETRY_HTTP_BASIC_ARTIFACT_USERNAME", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD")
    home.env |= dict(zip(pair, ("aws", doctor_env.good_token()), strict=True))
    [finding] = [found for found in doctor_env.findings() if found.what.startswith(pair[1])]
    assert finding.severity == "note", "as container builds and CI jobs do it"
    home.env[pair[1]] = doctor_env.old_token()
    assert only(doctor_env, "poetry") == [
        Finding(
            "poetry",
            "problem",
            f"{pair[1]} holds {OLD}: Poetry sends it instead of asking keyring",
            command=f"unset {pair[0]} {pair[1]}",
        )
    ]


def test_an_old_entry_of_poetrys_in_secret_service(doctor_env, home, desktop):
    doctor_env.with_source()
    keep = "import keyring, sys; keyring.set_password('poetry-repository-artifact', 'aws', sys.argv[1])"
    variables = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    home.env |= variables
    home.run(python(), "-c", keep, doctor_env.old_token()).ok()
    for name in variables:
        del home.env[name]
    assert doctor_env.failures() == []
    assert doctor_env.notes("poetry")[0] == Finding(
        "poetry",
        "note",
        f"Secret Service still has {OLD} under poetry-repository-artifact; it is no longer used",
        command="secret-tool clear service poetry-repository-artifact username aws",
        fixable=True,
    )
    assert doctor_env.fix() == ["Secret Service: the entry poetry-repository-artifact was removed"]
    assert len(doctor_env.notes("poetry")) == 1


@WORDS
def test_in_uvs_own_store(doctor_env, home, passwords, words):
    """Stored by uv itself, which must be able to read what remains."""
    uv = program("uv")
    login = ("auth", "login", "--username", "aws", "--password")
    home.run(uv, *login, passwords[words], doctor_env.repository.index_url).ok()
    home.run(uv, "auth", "login", "--username", "bob", "--password", SECRET, "https://pypi.example/simple").ok()
    [finding] = only(doctor_env, "uv")
    assert (finding.severity, finding.what, finding.fixable) == (
        "problem",
        f"the entry of {HOST} in uv's own store holds {words}: uv sends it instead of asking keyring",
        words != OTHER,
    )
    assert finding.place.startswith("~/.local/share/uv/credentials/credentials.toml:")
    if words == OTHER:
        doctor_env.with_clients("uv")
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        doctor_env.fix()
    kept = home.run(uv, "auth", "token", "--username", "bob", "https://pypi.example/simple").ok()
    assert kept.stdout == f"{SECRET}\n"
    home.run(uv, "auth", "logout", "--username", "bob", "https://pypi.example/simple").ok()


def test_the_only_entry_in_uvs_own_store(doctor_env, home):
    login = ("auth", "login", "--username", "aws", "--password", doctor_env.old_token())
    home.run(program("uv"), *login, doctor_env.repository.index_url).ok()
    doctor_env.fix()
    home.run(program("uv"), "auth", "login", "--username", "a", "--password", "b", "https://pypi.example/simple").ok()


def test_another_service_with_the_same_password_in_uvs_own_store(doctor_env, home):
    uv, token = program("uv"), doctor_env.old_token()
    login = ("auth", "login", "--username", "aws", "--password", token)
    home.run(uv, *login, "https://a.example/simple").ok()
    home.run(uv, *login, doctor_env.repository.index_url).ok()
    home.run(uv, *login, "https://z.example/simple").ok()
    doctor_env.fix()
    kept = (home.directory / ".local/share/uv/credentials/credentials.toml").read_text()
    assert (kept.count(token), doctor_env.repository.host in kept) == (2, False)
    for service in ("https://a.example/simple", "https://z.example/simple"):
        home.run(uv, "auth", "logout", "--username", "aws", service).ok()
