"""install.sh in a working directory, with an environment and with an umask that mean it no good."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess

import pytest
from harness.environments import ROOT, python
from harness.home import joined
from harness.installation import Installation
from harness.fake_releases import NAME, release_tree

# Whatever a Python that install.sh starts might import, from the standard library or by itself when it starts.
MODULES = (
    "sysconfig json subprocess sitecustomize usercustomize re os site shutil tempfile pathlib wheel auditwheel".split()
)


@pytest.fixture
def hostile_folder(tmp_path):
    """A folder as a project from anywhere may be one; the test fails when anything in it was run."""
    folder, sprung = tmp_path / "trap", tmp_path / "sprung"
    program = f"#!/bin/sh\ntouch {sprung}\n"
    release_tree(folder, "6.6.6", program)
    (folder / "Sources/packaging").mkdir(parents=True)
    for name in ("lay-out", "build.sh", "setup"):
        (folder / "Sources/packaging" / name).write_text(program)
    (folder / f"libexec/{NAME}/setup").write_text(program)
    for name in MODULES:
        (folder / f"{name}.py").write_text(f"open({str(sprung)!r}, 'w').close()\n")
    for name in ("bash", "sh", "install.sh"):
        (folder / name).write_text(program)
    for path in folder.rglob("*"):
        path.chmod(0o755)
    yield folder
    assert not sprung.exists(), "something in the folder was run"


@pytest.mark.parametrize("path", [None, ":", ".", ":/nowhere"])
def test_no_python_imports_from_the_working_directory(bare_home, tmp_path, hostile_folder, path):
    if path is not None:
        bare_home.env["PYTHONPATH"] = path
    bare_home.env["PATH"] = joined(python().parent)
    command = [ROOT / "install.sh", "--prefix", tmp_path / "prefix", "--no-build"]
    bare_home.run(*command, cwd=hostile_folder).ok()
    assert (tmp_path / f"prefix/share/man/man1/{NAME}.1").stat().st_size > 1000, "Python has made it"
    bare_home.run(*command, "--uninstall", cwd=hostile_folder).ok()


@pytest.mark.parametrize("path", [":", "."])
def test_doctor_asks_no_python_that_imports_from_the_working_directory(home, installed, hostile_folder, path):
    home.env |= {"PYTHONPATH": path, "PATH": joined(installed.bin, python().parent)}
    shown = home.run(installed.program, "doctor", cwd=hostile_folder).stdout
    assert "keyring" in shown


def test_no_test_environment_imports_from_the_working_directory(hostile_folder):
    environment = os.environ | {"PYTHONPATH": ":"}
    command = [ROOT / "Tests/EndToEnd/environment", "harness"]
    found = subprocess.run(command, cwd=hostile_folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert found.stdout.strip() == str(python().parent.parent)


@pytest.mark.parametrize("shell", ["bash", "sh", "dash"])
@pytest.mark.parametrize("options", [[], ["--no-build"], ["--build-only"], ["--demo"], ["--plan"]])
def test_from_a_pipe_nothing_is_taken_from_the_working_directory(bare_home, hostile_folder, shell, options):
    script = (ROOT / "install.sh").read_text()
    result = bare_home.run(shell, "-s", "--", *options, cwd=hostile_folder, text=script)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert bare_home.contents() == {}


def test_an_incomplete_script_does_nothing(bare_home, tmp_path):
    """A pipe that breaks: whatever has arrived, no command of it is half a command."""
    script = (ROOT / "install.sh").read_text()
    release = release_tree(tmp_path / "release", "1.0.0")
    for end in range(0, len(script) - len('main "$@"\n'), 997):
        options = ["--from", release, "--prefix", tmp_path / "prefix", "--no-configure"]
        bare_home.run("bash", "-s", "--", *options, text=script[:end])
        assert not (tmp_path / "prefix").exists(), end


def test_from_a_pipe_a_release_that_is_named_is_installed(bare_home, tmp_path, hostile_folder):
    release = release_tree(tmp_path / "release", "1.0.0")
    options = ["--from", release, "--prefix", tmp_path / "prefix", "--no-configure"]
    script = (ROOT / "install.sh").read_text()
    bare_home.run("bash", "-s", "--", *options, cwd=hostile_folder, text=script).ok()
    assert bare_home.run(tmp_path / f"prefix/bin/{NAME}", "--version").stdout == "1.0.0\n"
    bare_home.run(
        "bash", "-s", "--", "--uninstall", "--prefix", tmp_path / "prefix", cwd=hostile_folder, text=script
    ).ok()
    assert not (tmp_path / "prefix").exists()


def test_cdpath(bare_home, tmp_path, hostile_folder):
    """`cd` would look for a relative folder there first, and say where it went."""
    unpacked = tmp_path / "here" / "unpacked"
    release_tree(unpacked, "1.0.0")
    shutil.copy(ROOT / "install.sh", unpacked)
    hostile_folder.rename(hostile_folder.parent / "unpacked")
    bare_home.env["CDPATH"] = str(hostile_folder.parent)
    command = ["bash", "unpacked/install.sh", "--prefix", tmp_path / "prefix", "--no-configure"]
    bare_home.run(*command, cwd=tmp_path / "here").ok()
    assert bare_home.run(tmp_path / f"prefix/bin/{NAME}", "--version").stdout == "1.0.0\n"
    bare_home.env["CDPATH"] = str(ROOT.parent)
    shown = bare_home.run("bash", f"{ROOT.name}/Sources/packaging/release", "--help", cwd=ROOT.parent).ok().stdout
    assert "usage" not in shown.splitlines()[0]


def modes(folder) -> dict[str, int]:
    """How every file and folder may be used, the folder itself too."""
    paths = [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.mark.parametrize("umask", ["077", "777", "000", "002"])
@pytest.mark.parametrize("way", ["the build", "a release"])
def test_the_umask_does_not_affect_a_shared_installation(bare_home, tmp_path, umask, way):
    """As root with 077 it would be an installation that nobody else can use."""
    options = ["--no-build"]
    if way == "a release":
        release = release_tree(tmp_path / "release", "1.0.0")
        for path in [release, *release.rglob("*")]:
            path.chmod(path.stat().st_mode & 0o700)
        options = ["--no-configure", "--from", release]
    prefix = tmp_path / "prefix"
    script = 'umask "$0" && exec "$@"'
    bare_home.run("sh", "-c", script, umask, ROOT / "install.sh", "--prefix", prefix, *options).ok()
    found = modes(prefix)
    programs = {f"libexec/{NAME}/{name}" for name in (NAME, "keyring")}
    folders = {name for name in found if (prefix / name).is_dir()}
    assert programs < set(found)
    assert {
        name: mode for name, mode in found.items() if mode != (0o755 if name in programs | folders else 0o644)
    } == {}


def test_below_sudo_the_home_of_its_caller_is_left_alone(other_user):
    """As `sudo -E ./install.sh`: it installs, and says what each user runs, since `configure` would refuse."""
    home = other_user.home
    home.env["SUDO_UID"] = str(other_user.uid)
    prefix = other_user.base / "prefix"
    done = home.run(ROOT / "install.sh", "--prefix", prefix, "--no-build").ok().stdout
    assert f"each user runs: {prefix}/bin/{NAME} configure" in done
    assert f"To uninstall it, run: bash {prefix}" in done
    assert not list(home.directory.rglob("keyringrc.cfg"))
    # What its caller has configured is restored before the program is gone.
    other_user.run(prefix / "bin" / NAME, "configure").ok()
    assert list(home.directory.rglob("keyringrc.cfg"))
    home.run(ROOT / "install.sh", "--prefix", prefix, "--uninstall").ok()
    assert not list(home.directory.rglob("keyringrc.cfg"))


@pytest.mark.parametrize("name", ["it's a prefix", "two\tparts", "-n", "$HOME `id`"])
def test_a_prefix_of_any_name(bare_home, tmp_path, name, standin, user, repository):
    prefix = tmp_path / name
    command = [ROOT / "install.sh", "--no-build", "--prefix", prefix]
    bare_home.run(*command).ok()
    bare_home.sign_in(user)
    answer = bare_home.run(Installation(prefix).keyring, "get", repository.index_url, "aws").ok()
    assert answer.fingerprint == standin.mints[0].fingerprint
    bare_home.run(*command, "--uninstall").ok()
    assert not prefix.exists()
    assert bare_home.contents() == {}
