"""The fast path never gives an outdated response: everything that a response depends on is checked each time."""

from __future__ import annotations

import os
import shutil
import time

import pytest
from harness.fast_path import TOO_SMALL, FastPath
from harness.home import profile_files

CONFIG = ".config/codeartifact-keyring/config.toml"
FORMER = ".config/python_keyring/keyringrc.cfg"


@pytest.fixture
def two_profiles(home, standin):
    """Profiles `dev` and `ops`, of two users, in the usual files."""
    home.sign_out()
    files = profile_files({"dev": {}, "ops": {}}, {name: standin.iam.add_user(name) for name in ("dev", "ops")})
    for name, content in files.items():
        home.write(name, content)
    home.env["AWS_PROFILE"] = "dev"
    return home


VARIABLES = {
    "AWS_PROFILE": "other", "AWS_DEFAULT_PROFILE": "other", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAOTHER",
    "AWS_ENDPOINT_URL": "https://elsewhere.example", "AWS_CONFIG_FILE": "/nowhere", "AWS_ANYTHING_NEW": "1",
    "AWS_SHARED_CREDENTIALS_FILE": "~/nowhere", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/x",
    "CODEARTIFACT_KEYRING_PROFILE": "other", "CODEARTIFACT_KEYRING_STORE": "none",
    "CODEARTIFACT_KEYRING_DURATION": "1h", "CODEARTIFACT_KEYRING_DEBUG": "1", "CODEARTIFACT_TOKEN": "given",
    "CODEARTIFACT_TOKEN_ANY": "given", "CODEARTIFACT_AUTH_TOKEN": "given", "CODEARTIFACT_TOKEN_FILE": "/nowhere",
    "HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere",
}  # fmt: skip


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable(fast_path, home, name):
    fast_path.warm()
    home.env[name] = VARIABLES[name]
    assert not fast_path.answers_alone()


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "HOME"])
def test_a_variable_that_is_gone(fast_path, home, name):
    fast_path.warm()
    del home.env[name]
    assert not fast_path.answers_alone()


@pytest.mark.parametrize(("name", "known"), [("AWS_WEB_IDENTITY_TOKEN_FILE", False), ("AWS_SOME_TOKEN", True)])
def test_a_secret_is_not_looked_at_but_the_name_of_its_file_is(fast_path, home, name, known):
    home.env[name] = "/nowhere"
    fast_path.warm()
    home.env[name] = "/elsewhere"
    assert fast_path.answers_alone() == known


def test_an_empty_secret_is_none(fast_path, home):
    home.env["AWS_SESSION_TOKEN"] = ""
    fast_path.warm()
    home.env["AWS_SESSION_TOKEN"] = "x"
    assert not fast_path.answers_alone()


def test_an_unrelated_variable_does_not_matter(fast_path, home):
    fast_path.warm()
    home.env |= {"PWD": "/", "VIRTUAL_ENV": "/x", "HTTPS_PROXY": "http://127.0.0.1:9", "XDG_SESSION_ID": "7"}
    home.env["CODEARTIFACT_PASSWORD"] = "another-secret"
    fast_path.alone().ok()


def test_logout_deletes_the_answers(fast_path, home, installed, kernel):
    fast_path.warm()
    assert kernel.cached_responses()
    home.run(installed.program, "logout", "--all").ok()
    assert kernel.cached_responses() == set()


@pytest.mark.parametrize("name", [CONFIG, FORMER, ".aws/config", ".aws/credentials", "pyproject.toml"])
@pytest.mark.parametrize("change", ["made", "written again", "replaced", "removed", "closed"])
def test_a_file(fast_path, home, name, change):
    path = home.directory / name
    if change != "made":
        home.write(name, "# one\n")
    fast_path.warm()
    if change == "removed":
        path.unlink()
    elif change == "closed":
        path.chmod(0o400)
    elif change == "replaced":
        (home.directory / "new").write_text("# two\n")
        os.replace(home.directory / "new", path)
    else:
        # As large as before, and made to look as old: its inode tells.
        before = path.stat() if path.exists() else None
        home.write(name, "# two\n")
        if before:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not fast_path.answers_alone()


@pytest.mark.parametrize("change", ["above", "mode"])
def test_a_project_file_above_another(fast_path, home, change):
    """The table of a project may be in either; another user's does not count in a directory that everybody can write to."""
    above = home.directory.parent / "pyproject.toml"
    above.write_text("# above\n")
    home.write("pyproject.toml", "# near\n")
    fast_path.warm()
    if change == "above":
        above.write_text("# changed\n")
    else:
        home.directory.chmod(0o1777)
    assert not fast_path.answers_alone()


def test_a_working_directory_that_was_removed(fast_path, home):
    """The main executable finds no project from there, though the kernel still gives its path."""
    home.write("pyproject.toml", "# one\n")
    fast_path.warm()
    away = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    lookup = [fast_path.installed.keyring, *fast_path.words]
    for _ in range(3):
        home.run("sh", "-c", away, "sh", *lookup, cwd=home.directory, timeout=40).ok()
    assert home.run("sh", "-c", away, "sh", *TOO_SMALL, *lookup, cwd=home.directory).returncode != 0


def test_a_response_is_the_same_in_the_folders_of_a_project(fast_path, home):
    home.write("pyproject.toml", "# one\n")
    fast_path.warm()
    below = home.directory / "a/b"
    below.mkdir(parents=True)
    lookup = [fast_path.installed.keyring, *fast_path.words]
    assert home.run(*TOO_SMALL, *lookup, cwd=below).returncode == 0


def test_a_file_that_has_only_just_changed(fast_path, home):
    """It may change once more within the same tick of the file system's clock, and nobody would see it."""
    fast_path.ask().ok()
    for number in range(50):
        changed = home.write(CONFIG, f"# {number}\n").stat().st_ctime
        fast_path.ask().ok()
        known = fast_path.answers_alone()
        if time.time() - changed < 0.05:
            assert not known
            return
    pytest.skip("this machine is too busy for two lookups in so short a time")


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
@pytest.mark.parametrize("value", ["~/elsewhere", "{home}/elsewhere", "elsewhere"])
def test_a_file_that_a_variable_names(fast_path, home, variable, value):
    home.env[variable] = value.format(home=home.directory)
    home.write("elsewhere", "# one\n")
    fast_path.warm()
    home.write("elsewhere", "# one, two\n")
    assert not fast_path.answers_alone()


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
@pytest.mark.parametrize("value", ["$WHERE/elsewhere", "${WHERE}/elsewhere", "~root/elsewhere"])
def test_a_file_that_only_the_main_executable_finds(fast_path, home, variable, value):
    """No response is cached for it, since the fast path expands no other variable."""
    home.env |= {variable: value, "WHERE": str(home.directory)}
    for _ in range(3):
        fast_path.ask().ok()
    assert not fast_path.answers_alone()


def test_a_secret_of_white_space_is_none(fast_path, home):
    fast_path.warm()
    home.env["AWS_SECRET_ACCESS_KEY"] = " "
    assert not fast_path.answers_alone()


def test_where_configuration_is_kept(fast_path, home):
    home.env["XDG_CONFIG_HOME"] = str(home.directory / "settings")
    fast_path.warm()
    home.write("settings/codeartifact-keyring/config.toml", 'duration = "1h"\n')
    assert not fast_path.answers_alone()


def test_a_configuration_directory_that_is_not_valid(fast_path, home):
    """A relative path is not valid, as the specification says."""
    home.env["XDG_CONFIG_HOME"] = "settings"
    fast_path.warm()
    home.write(CONFIG, 'duration = "1h"\n')
    assert not fast_path.answers_alone()


def test_a_file_behind_a_link(fast_path, home):
    home.write("dotfiles/config", "# one\n")
    (home.directory / ".aws").mkdir()
    (home.directory / ".aws/config").symlink_to(home.directory / "dotfiles/config")
    fast_path.warm()
    home.write("dotfiles/config", "# one, two\n")
    assert not fast_path.answers_alone()


def test_a_pipe_instead_of_a_file_goes_to_the_main_executable(fast_path, home):
    fast_path.warm()
    (home.directory / ".aws").mkdir()
    os.mkfifo(home.directory / ".aws/config")
    assert not fast_path.answers_alone()


def test_a_new_version_of_the_program(tmp_path, home, installed, repository):
    own = type(installed)(tmp_path / "prefix")
    shutil.copytree(installed.prefix, own.prefix, symlinks=True)
    fast_path = FastPath(home, own, repository)
    fast_path.warm()
    shutil.copy(own.libexec / "codeartifact-keyring", tmp_path / "new")
    os.replace(tmp_path / "new", own.libexec / "codeartifact-keyring")
    assert not fast_path.answers_alone()
    fast_path.ask().ok()


def test_another_profile_is_another_token(fast_path, two_profiles, standin):
    fast_path.warm()
    two_profiles.env["AWS_PROFILE"] = "ops"
    fast_path.warm()
    found = {}
    for name in ("dev", "ops"):
        two_profiles.env["AWS_PROFILE"] = name
        found[name] = fast_path.alone().ok().fingerprint
    callers = {mint.fingerprint: mint.caller.rsplit("/", 1)[1] for mint in standin.mints}
    assert {name: callers[print] for name, print in found.items()} == {"dev": "dev", "ops": "ops"}
    assert standin.mint_count == 2
