"""What people install from: the tarball, the wheel and the Debian package, each in an empty HOME with the real clients."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from harness.debian import debian_12
from harness.environments import ROOT, program, python
from harness.home import joined
from harness.packages import real_keyring
from harness.release import RELEASE, clients_install, the


@pytest.fixture
def run(bare_home):
    return lambda *argv, cwd=None: bare_home.run(*argv, cwd=cwd and Path(cwd), timeout=300)


@pytest.fixture
def signed_in(bare_home, user):
    bare_home.sign_in(user)
    return bare_home


def no_trace(home):
    """What remains of codeartifact-keyring in HOME (but for what the clients keep), the runtime directory and any store."""
    names = [name for name in home.contents() if not name.startswith(".cache/")]
    left = [name for name in names if "codeartifact" in name or name.endswith((".local/bin/keyring", ".cfg"))]
    states = [folder / "codeartifact-keyring" for folder in (home.directory / ".cache", home.runtime)]
    status = home.run(ROOT / ".build/release/codeartifact-keyring", "status", "--json").ok()
    return [*left, *(str(path) for path in states if path.exists()), *json.loads(status.stdout)["tokens"]]


@pytest.mark.parametrize("by", ["the tarball's own installer", "--from"])
def test_the_tarball(release, run, signed_in, standin, repository, tmp_path, by):
    """PATH has no compiler."""
    tarball, prefix = the(release, ".tar.gz"), signed_in.directory / ".local"
    if by == "--from":
        installer = [ROOT / "install.sh", "--from", tarball]
    else:
        subprocess.run(["tar", "-xzf", tarball, "-C", tmp_path], check=True)
        (installer,) = tmp_path.glob("codeartifact-keyring-*/install.sh")
        installer = [installer]
    run(*installer, "--prefix", prefix).ok()
    signed_in.env["PATH"] = joined(prefix / "bin")
    clients_install(run, signed_in, standin, repository, tmp_path)
    run(*installer, "--prefix", prefix, "--uninstall").ok()
    assert no_trace(signed_in) == []
    assert not (prefix / "bin").exists()
    assert not (prefix / "share").exists() or not list((prefix / "share").rglob("*codeartifact*"))


def test_a_tarball_that_was_changed_is_refused(release, run, bare_home, tmp_path):
    for file in release.iterdir():
        shutil.copy(file, tmp_path)
    tarball = the(tmp_path, ".tar.gz")
    tarball.write_bytes(tarball.read_bytes() + b"\0")
    result = run(ROOT / "install.sh", "--from", tarball, "--prefix", tmp_path / "prefix")
    assert result.returncode == 1
    assert (
        result.stderr
        == f"install.sh: {tarball} does not match its checksum in {tmp_path}/SHA256SUMS. Download it again\n"
    )
    assert not (tmp_path / "prefix").exists()


@pytest.mark.parametrize("option", ["--demo", "--build-only"])
def test_a_release_says_what_it_cannot_do(run, tmp_path, option):
    shutil.copy(ROOT / "install.sh", tmp_path)
    result = run(tmp_path / "install.sh", option)
    assert result.returncode == 1
    assert result.stderr == f"install.sh: {option} needs the source tree; this is a release\n"


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["bogus"], 2), (["--bogus"], 2), (["--output"], 2)])
def test_making_a_release_says_how(run, bare_home, words, code):
    result = run(RELEASE, *words)
    assert result.returncode == code
    assert "[--no-build] [--output DIRECTORY]" in (result.stderr if code else result.stdout)
    assert bare_home.contents() == {}


@pytest.mark.parametrize("content", [b"", b"no tarball"])
def test_what_is_no_release_is_refused(run, tmp_path, content):
    (tmp_path / "x.tar.gz").write_bytes(content)
    result = run(ROOT / "install.sh", "--from", tmp_path / "x.tar.gz", "--prefix", tmp_path / "prefix")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "prefix").exists()
    assert run(ROOT / "install.sh", "--from", tmp_path / "nothing", "--prefix", tmp_path / "prefix").returncode == 1


@pytest.mark.parametrize("by", ["pip", "uv"])
def test_the_wheel_brings_keyring_along(release, run, bare_home, tmp_path, by):
    """As people install it: what it depends on is resolved, from an index that has nothing else."""
    index = tmp_path / "index"
    index.mkdir()
    for each in real_keyring():
        (index / each.filename).write_bytes(each.content)
    options = ["--no-index", "--find-links", index, the(release, ".whl")]
    if by == "pip":
        venv = tmp_path / "venv"
        subprocess.run([python(), "-m", "venv", "--without-pip", venv], check=True)
        run(program("pip"), "--python", venv / "bin/python", "install", "--quiet", *options).ok()
    else:
        bare_home.env |= {"UV_PYTHON_DOWNLOADS": "never", "UV_TOOL_DIR": str(tmp_path)}
        run(program("uv"), "tool", "install", "--quiet", "--python", python(), *options).ok()
        venv = tmp_path / "codeartifact-keyring"
        assert (bare_home.directory / ".local/bin/codeartifact-keyring").exists()
    (found,) = metadata.distributions(
        path=[str(next(venv.glob("lib/python*/site-packages")))], name="codeartifact-keyring"
    )
    assert run(venv / "bin/codeartifact-keyring", "--version").ok().stdout.startswith(found.version)
    shown = run(venv / "bin/python", "-m", "keyring", "--list-backends").ok().stdout
    assert "codeartifact_keyring.backend.Keyring" in shown


def test_the_debian_package_is_clean(release):
    """Lintian finds nothing to say."""
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", the(release, ".deb")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture
def debian(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can change the root directory")
    return debian_12(tmp_path)


def test_the_debian_package(release, debian, signed_in, standin, repository, tmp_path):
    signed_in.env["PATH"] = f"{signed_in.directory}/.local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    def run(*argv, cwd="/"):
        return debian.run(*argv, env=signed_in.env, cwd=cwd)

    before = {path for path in debian.root.rglob("usr/**/*codeartifact*")}
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", the(release, ".deb")).ok()
    assert run("dpkg", "-S", "/usr/bin/codeartifact-keyring").ok().stdout.startswith("codeartifact-keyring:")
    run("codeartifact-keyring", "configure").ok()
    clients_install(run, signed_in, standin, repository, tmp_path)
    # Removed too early, it leaves Python's keyring at work; what it says then undoes the setting, and so does `unconfigure`
    # when it is there again.
    settings = signed_in.directory / ".config/python_keyring/keyringrc.cfg"
    written = settings.read_text()
    use_keyring = [python(), "-c", "import keyring; print(keyring.get_password('example.org', 'anna'))"]
    said = run("apt-get", "remove", "-y", "-qq", "codeartifact-keyring").ok().stdout
    (command,) = re.findall(r"^Users who .*: (sed .*)$", said, re.MULTILINE)
    assert run(*use_keyring).ok().output == "None"
    run("sh", "-c", command).ok()
    assert "codeartifact" not in settings.read_text()
    assert run(*use_keyring).ok().output == "None"
    settings.write_text(written)
    said = run("apt-get", "install", "-y", "-qq", "--no-install-recommends", the(release, ".deb")).ok().stdout
    assert "Users who" not in said
    run("codeartifact-keyring", "unconfigure").ok()
    run("dpkg", "--purge", "codeartifact-keyring").ok()
    assert {path for path in debian.root.rglob("usr/**/*codeartifact*")} == before
    assert no_trace(signed_in) == []


def test_the_same_source_makes_the_same_archives(release, tmp_path):
    subprocess.run(
        [RELEASE, "--no-build", "--output", tmp_path], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    assert (tmp_path / "SHA256SUMS").read_text() == (release / "SHA256SUMS").read_text()


MANAGERS = {
    "apt-get": ("dpkg-query", "libsecret-1-0"),
    "dnf": ("rpm", "libsecret"),
    "pacman": ("pacman", "libsecret"),
    "zypper": ("rpm", "libsecret-1-0"),
}


@pytest.mark.parametrize("manager", MANAGERS)
def test_the_plan_names_the_packages_of_each_system(run, bare_home, tmp_path, manager):
    """On a system where nothing of what it needs is installed; a plan changes nothing."""
    query, package = MANAGERS[manager]
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "env", "cat", "dirname", "id", "head", "uname", "grep", "sed", "mktemp", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    for name in {manager, query}:
        (tools / name).write_text("#!/bin/sh\nexit 1\n")
        (tools / name).chmod(0o755)
    bare_home.env["PATH"] = str(tools)
    result = run(ROOT / "install.sh", "--plan", "--prefix", tmp_path / "prefix").ok()
    line = next(line for line in result.stdout.splitlines() if manager in line)
    assert f" {package} " in f"{line} "
    assert "|" not in line
    assert "missing: Swift 6.2 or later is not installed. Without a compiler, install a release: " in result.stdout
    assert "build with: \n" not in result.stdout
    assert not (tmp_path / "prefix").exists()
