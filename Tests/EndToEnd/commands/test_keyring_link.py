"""`configure` puts `keyring` where pip and uv find it, where the installation has not done so, and takes it away again."""

from __future__ import annotations

import os

import pytest
from harness.home import SYSTEM_PATH, joined
from harness.shells import SHELLS, path_after

OTHER = "#!/bin/sh\necho other\n"


@pytest.fixture
def bin_directory(home):
    """`~/.local/bin`, on a PATH without the installed `keyring`."""
    directory = home.directory / ".local" / "bin"
    home.env["PATH"] = joined(directory)
    return directory


@pytest.fixture
def configure(home, installed, bin_directory):
    return lambda *clients: home.run(installed.program, "configure", *clients).ok().stdout


@pytest.fixture
def unconfigure(home, installed):
    return lambda *clients: home.run(installed.program, "unconfigure", *clients).ok().stdout


def test_it_answers(home, installed, bin_directory, configure, unconfigure, standin, repository):
    shown = configure()
    assert f"{bin_directory / 'keyring'}: linked to {installed.libexec.resolve() / 'keyring'}\n" in shown
    home.run("keyring", "get", repository.index_url, "aws").ok()
    assert standin.mint_count == 1
    assert str(bin_directory) not in configure(), "the second time there is nothing to do"
    assert f"{bin_directory / 'keyring'}: removed" in unconfigure()
    assert not (home.directory / ".local").exists(), "with the directories that were made for it"


def test_not_made_if_the_keyring_is_on_path(home, installed, configure, bin_directory):
    home.env["PATH"] = joined(installed.bin)
    configure()
    assert not bin_directory.exists()


@pytest.mark.parametrize(("clients", "made"), [(["poetry"], False), (["pip"], True), (["poetry", "uv"], True)])
def test_for_the_clients_that_run_it(home, configure, bin_directory, clients, made):
    configure(*clients)
    assert (bin_directory / "keyring").is_symlink() == made


def test_it_stays_while_a_client_is_configured(configure, unconfigure, bin_directory):
    configure()
    unconfigure("pip", "poetry")
    assert (bin_directory / "keyring").is_symlink()
    unconfigure("uv")
    assert not (bin_directory / "keyring").is_symlink()


def test_another_program_of_that_name_is_left_alone(home, configure, unconfigure, bin_directory):
    home.write(".local/bin/keyring", OTHER, mode=0o755)
    assert f"{bin_directory / 'keyring'} is another program" in configure()
    unconfigure()
    assert (bin_directory / "keyring").read_text() == OTHER


def test_a_link_that_leads_nowhere_is_named(configure, bin_directory):
    """As one to an installation whose folder was deleted by hand."""
    bin_directory.mkdir(parents=True)
    link = bin_directory / "keyring"
    link.symlink_to("/nowhere/keyring")
    shown = configure()
    assert f"{link} is a broken link (to /nowhere/keyring)." in shown
    assert f"rm {link}\n" in shown
    assert os.readlink(link) == "/nowhere/keyring"


def test_says_which_comes_first(home, configure, bin_directory, tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "keyring").write_text(OTHER)
    (tmp_path / "first" / "keyring").chmod(0o755)
    home.env["PATH"] = joined(tmp_path / "first", bin_directory)
    assert f"{tmp_path / 'first' / 'keyring'} comes first on PATH" in configure()


def test_says_that_it_is_not_on_path(home, configure, bin_directory):
    home.env["PATH"] = SYSTEM_PATH
    assert f'export PATH="{bin_directory}:$PATH"' in configure()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ["plain", "it's a home"])
def test_says_how_in_the_users_shell(home, configure, shell, name):
    directory = home.directory / name
    directory.mkdir()
    home.env |= {"HOME": str(directory), "PATH": SYSTEM_PATH, "SHELL": f"/usr/bin/{shell}"}
    (line,) = [line for line in configure().splitlines() if "Put it on PATH: " in line]
    assert str(directory / ".local/bin") in path_after(home, shell, line.partition("Put it on PATH: ")[2])


def test_what_the_user_has_changed_stays(configure, unconfigure, bin_directory):
    configure()
    (bin_directory / "keyring").unlink()
    os.symlink("/bin/true", bin_directory / "keyring")
    assert "already gone" in unconfigure()
    assert os.readlink(bin_directory / "keyring") == "/bin/true"
