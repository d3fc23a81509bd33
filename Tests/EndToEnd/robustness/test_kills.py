"""Killed at any instant: afterwards everything works, and no file is half written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from harness.environments import ROOT, python
from harness.home import Home
from harness.installation import run_installer
from harness.killer import Killer
from harness.fake_releases import ASK_PYTHON, URL
from standin import fingerprint

NAME = "codeartifact-keyring"
INSTANTS = 200
FILES = {
    ".config/python_keyring/keyringrc.cfg": "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n",
    ".config/pip/pip.conf": "# mine\n[global]\ntimeout = 60\n" + "# long enough for more than one write\n" * 500,
}
JOURNAL = f".config/{NAME}/configured.json"
# What ends the name of a file that was whole, but had not yet taken its place.
TEMPORARY_SUFFIX = ".codeartifact-keyring"
PREVIOUS = f".config/{NAME}/previous-keyring.json"


# Threats: A full disk, `kill -9`, too few descriptors, a clock set back
def test_minting_and_storing(home, installed, repository, standin):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    folder = home.runtime / NAME
    command = [installed.keyring, "get", repository.index_url, "aws"]

    def forget():
        for path in folder.glob("*.json"):
            path.unlink()

    stored = 0
    for _ in Killer(command, home.env, home.directory).instants(INSTANTS, forget):
        entries = list(folder.glob("*.json"))
        stored += len(entries)
        # What is there is whole, and nothing lies beside it but the lock.
        for path in entries + list(folder.glob("*" + TEMPORARY_SUFFIX)):
            assert json.loads(path.read_text())["token"]
        assert {path.suffix for path in folder.iterdir()} <= {".json", ".lock", TEMPORARY_SUFFIX}
        for path in entries:
            kept = fingerprint(json.loads(path.read_text())["token"])
            assert home.run(*command).ok().fingerprint == kept
    assert 0 < stored < INSTANTS, "some came before, some after"
    forget()
    # A mint for who was killed may still have been under way.
    assert home.run(*command).ok().fingerprint in {mint.fingerprint for mint in standin.mints}
    assert {path.suffix for path in folder.iterdir()} == {".json", ".lock"}


def whole(home: Home, name: str, *contents: bytes | None) -> None:
    """The file holds one of these; None stands for no file."""
    path = home.directory / name
    assert (path.read_bytes() if path.exists() else None) in contents, name


def no_unknown_files(home: Home, before: dict[str, bytes], after: dict[str, bytes]) -> bool:
    """Nothing lies about but files that are known, and such as were whole and about to take the place of one."""
    found = home.contents()
    for name in set(found) - {*before, *after, JOURNAL, PREVIOUS}:
        assert name.endswith(TEMPORARY_SUFFIX), name
        replaced = name.removesuffix(TEMPORARY_SUFFIX)
        if replaced == JOURNAL:
            json.loads(found[name])
        else:
            assert found[name] in (before.get(replaced), after.get(replaced)), name
    return True


def test_configuring(home, installed):
    def begin():
        for name in (".config", ".local"):
            shutil.rmtree(home.directory / name, ignore_errors=True)
        for name, content in FILES.items():
            home.write(name, content)

    begin()
    before = home.contents()
    home.run(installed.program, "configure").ok()
    after = home.contents()
    for killed in Killer([installed.program, "configure"], home.env, home.directory).instants(INSTANTS, begin):
        for name in {*before, *after} - {JOURNAL}:
            whole(home, name, before.get(name), after.get(name))
        if (home.directory / JOURNAL).exists():
            assert json.loads((home.directory / JOURNAL).read_text())["entries"]
        assert no_unknown_files(home, before, after)
        if killed % 4 == 1:
            home.run(installed.program, "configure").ok()
            assert home.contents() == after
        if killed % 2:
            home.run(installed.program, "unconfigure").ok()
            assert home.contents() == before


def test_uninstalling(bare_home, tmp_path):
    """At no instant do the clients name a backend that is gone: it would break all who use Python's keyring."""
    prefix, kept = tmp_path / "prefix", tmp_path / "kept"
    for name, content in FILES.items():
        bare_home.write(name, content)
    before = bare_home.contents()
    run_installer(bare_home, prefix, "--no-build").ok()
    after = bare_home.contents()
    shutil.copytree(bare_home.directory, kept / "home", symlinks=True)
    prefix.rename(kept / "prefix")
    copy = bare_home.directory / f".local/share/python_keyring/{NAME}/codeartifact_keyring"
    files = len(list((kept / "prefix").rglob("*.py")))

    def begin():
        shutil.rmtree(bare_home.directory, ignore_errors=True)
        shutil.rmtree(prefix, ignore_errors=True)
        shutil.copytree(kept / "home", bare_home.directory, symlinks=True)
        shutil.copytree(kept / "prefix", prefix, symlinks=True, copy_function=os.link)

    command = [ROOT / "install.sh", "--prefix", prefix, "--uninstall"]
    for killed in Killer(command, bare_home.env, ROOT).instants(INSTANTS, begin):
        settings = bare_home.directory / ".config/python_keyring/keyringrc.cfg"
        if "codeartifact_keyring" in settings.read_text():
            assert (copy / "backend.py").exists()
            assert len(list(prefix.rglob("*.py"))) == files
        assert no_unknown_files(bare_home, before, after)
        # Each time would take a minute.
        if killed % 4 == 0:
            run_installer(bare_home, prefix, "--uninstall").ok()
            assert bare_home.contents() == before
            assert not prefix.exists()


def test_upgrading(bare_home, tmp_path):
    """At every instant the command and Python's keyring work, by the old version or the new one."""
    prefix, kept, new = tmp_path / "prefix", tmp_path / "kept", tmp_path / "new"
    subprocess.run([ROOT / "Sources/packaging/lay-out", new], check=True)
    # A debug build is not worth copying two hundred times.
    subprocess.run(["strip", new / f"libexec/{NAME}/{NAME}"], check=True)
    old = shutil.copytree(new, tmp_path / "old")
    for tree in (old, new):
        for file in tree.glob(f"share/{NAME}/python/codeartifact_keyring/*.py"):
            file.write_text(f"{file.read_text()}\n# {tree.name}\n")
    install = [ROOT / "install.sh", "--prefix", prefix, "--from"]
    bare_home.run(*install, old).ok()

    def settings():
        # The copy of the backend is only used where the installed package has gone; `configure` brings it up to date.
        return {name: held for name, held in bare_home.contents().items() if "python_keyring/codeartifact" not in name}

    before = settings()
    prefix.rename(kept)
    bare_home.env |= {"CODEARTIFACT_TOKEN": "given", "CODEARTIFACT_KEYRING_STORE": "none"}

    def begin():
        shutil.rmtree(prefix, ignore_errors=True)
        shutil.copytree(kept, prefix, symlinks=True, copy_function=os.link)

    finished = 0
    for killed in Killer([*install, new], bare_home.env, tmp_path).instants(INSTANTS, begin):
        assert bare_home.run(prefix / "bin/keyring", "get", URL, "aws").ok().stdout == "given\n"
        assert bare_home.run(python(), "-B", "-c", ASK_PYTHON).ok().stdout == "given\n"
        backend = prefix / f"share/{NAME}/python/codeartifact_keyring"
        versions = {file.read_text().splitlines()[-1] for file in backend.glob("*.py")}
        assert len(versions) == 1, "no mixture of two versions"
        finished += versions == {"# new"}
        assert settings() == before
        # Each time would take a minute.
        if killed % 20 == 0:
            bare_home.run(*install, new).ok()
            assert sorted(path.name for path in prefix.iterdir()) == ["bin", "libexec", "share"]
            assert len(list((prefix / f"share/{NAME}").iterdir())) == 2
    assert 0 < finished < INSTANTS, "some came before, some after"
