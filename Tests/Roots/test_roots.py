"""A release on other systems: it is installed, gets a token, answers real clients, and is removed without a trace."""

from __future__ import annotations

import json
import re

import pytest
from harness.environments import environment, program
from harness.pip_versions import with_user
from roots import NAMES, PROCESSOR, SYSTEM

# The newest pip that runs on Python 3.9, which Debian 11 has.
PIP = "pip-25.3"
# Not /usr/local, whose directories stay, empty or not.
PREFIX = "/opt/tools"
PATH = f"{PREFIX}/bin:{SYSTEM}"


def packages_of(name):
    (found,) = environment(name).glob("lib/python*/site-packages")
    return str(found)


@pytest.fixture
def run(root, bare_home, user):
    """Runs a command in there, as somebody who is signed in to AWS."""
    bare_home.sign_in(user)
    bare_home.env |= {"PATH": f"{bare_home.directory}/.local/bin:{PATH}", **PROCESSOR}
    # pip is compiled once for each system's Python.
    bare_home.env["PYTHONPYCACHEPREFIX"] = str(root.root.parent / "compiled")
    return lambda *argv, **env: root.run(*argv, env=bare_home.env | env, cwd=bare_home.directory, timeout=1200)


def clients_install(root, run, architecture, standin, repository, tmp_path):
    """Real pip, Python's keyring and real uv, each with the Python of the system; one token serves all."""
    url = with_user(repository.index_url)
    pip = ["python3", "-m", "pip", "install", "--no-input", "--keyring-provider", "subprocess", "--index-url", url]
    run(*pip, "--target", tmp_path / "with-pip", "acme-one", PYTHONPATH=packages_of(PIP)).ok()
    assert list((tmp_path / "with-pip").glob("acme_one*"))
    # What keyring itself needs is here for Python 3.10 and later.
    if root.suite != "bullseye":
        script = "import keyring, sys; print(keyring.get_password(*sys.argv[1:]))"
        result = run("python3", "-c", script, repository.index_url, "aws", PYTHONPATH=packages_of("harness")).ok()
        assert result.fingerprint, "Python's keyring has the token"
    # There is no emulated uv.
    if architecture == "x86_64":
        uv = [program("uv"), "pip", "install", "--python", "/usr/bin/python3", "--keyring-provider", "subprocess"]
        run(*uv, "--index-url", url, "--target", tmp_path / "with-uv", "acme-one", UV_PYTHON_DOWNLOADS="never").ok()
        assert list((tmp_path / "with-uv").glob("acme_one*"))
    assert standin.mint_count == 1


def left_at_home(home):
    """What is left of the product in the user's directories, beside what the clients themselves keep."""
    files = [str(path) for path in home.files() if "/.cache/pip/" not in str(path) and "/.cache/uv/" not in str(path)]
    return [name for name in files if re.search(r"codeartifact|\.cfg$|local/bin/keyring", name)]


def test_the_tarball(root, run, release, architecture, bare_home, standin, repository, tmp_path):
    before = root.contents()
    run("tar", "-xzf", release(f"-linux-{architecture}.tar.gz"), "-C", tmp_path).ok()
    (installer,) = tmp_path.glob("codeartifact-keyring-*/install.sh")
    run(installer, "--prefix", PREFIX).ok()
    clients_install(root, run, architecture, standin, repository, tmp_path)
    run(installer, "--prefix", PREFIX, "--uninstall").ok()
    assert root.contents() - before == set()
    assert left_at_home(bare_home) == []


def test_the_wheel(root, run, release, architecture, bare_home, standin, repository, tmp_path):
    """In an environment of its own, as `uv tool install` and pipx make one."""
    before = root.contents()
    venv = tmp_path / "tool"
    run("python3", "-m", "venv", "--without-pip", venv).ok()
    pip = [venv / "bin/python", "-m", "pip", "--no-input"]
    run(*pip, "install", "--no-deps", release(f"_{architecture}.whl"), PYTHONPATH=packages_of(PIP)).ok()
    link = bare_home.directory / ".local/bin/codeartifact-keyring"
    link.parent.mkdir(parents=True)
    link.symlink_to(venv / "bin/codeartifact-keyring")
    run("codeartifact-keyring", "configure").ok()
    clients_install(root, run, architecture, standin, repository, tmp_path)
    run("codeartifact-keyring", "unconfigure").ok()
    run("codeartifact-keyring", "logout", "--all").ok()
    assert json.loads(run("codeartifact-keyring", "status", "--json").ok().stdout)["tokens"] == []
    link.unlink()
    run(*pip, "uninstall", "--yes", "codeartifact-keyring", PYTHONPATH=packages_of(PIP)).ok()
    # pip leaves empty directories.
    assert [path for path in venv.rglob("*") if path.is_file() and "codeartifact" in str(path.relative_to(venv))] == []
    assert root.contents() - before == set()


def test_the_debian_package(root, run, release, architecture, bare_home, standin, repository, tmp_path):
    before = root.contents()
    # Where packages were only unpacked, it knows of none.
    options = [] if architecture == "x86_64" else ["--force-depends"]
    run("dpkg", *options, "--install", release(f"_{NAMES[architecture]}.deb")).ok()
    run("codeartifact-keyring", "configure").ok()
    clients_install(root, run, architecture, standin, repository, tmp_path)
    run("codeartifact-keyring", "unconfigure").ok()
    run("codeartifact-keyring", "logout", "--all").ok()
    run("dpkg", "--purge", "codeartifact-keyring").ok()
    assert root.contents() - before == set()
