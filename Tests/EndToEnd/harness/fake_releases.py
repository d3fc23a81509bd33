"""Releases of any version: the Python backend is the real one, the programs are scripts that know one token."""

from __future__ import annotations

import hashlib
import platform
import shutil
import tarfile
from pathlib import Path

from .environments import ROOT

NAME = "codeartifact-keyring"
URL = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"
# What Python's keyring says through the backend, and the command `keyring` by itself.
ANSWER = """#!/bin/sh
case " $* " in
    *" --output=json "*) printf '{"username": "aws", "password": "token of %s"}\\n' ;;
    *" get "*) echo 'token of %s' ;;
    *" --version "*) echo '%s' ;;
esac
"""
ASK_PYTHON = f"import keyring; print(keyring.get_password({URL!r}, 'aws'))"


def release_tree(folder: Path, version: str, program: str | None = None) -> Path:
    """A release, unpacked; `program` is what both of its programs are instead."""
    programs = folder / "libexec" / NAME
    programs.mkdir(parents=True)
    for name in (NAME, "keyring"):
        (programs / name).write_text(program or ANSWER % (version, version, version))
        (programs / name).chmod(0o755)
    shutil.copyfile(ROOT / "Sources/packaging/setup", programs / "setup")
    backend = folder / "share" / NAME / "python" / "codeartifact_keyring"
    shutil.copytree(ROOT / "Sources/python/codeartifact_keyring", backend, ignore=shutil.ignore_patterns("__pycache__"))
    for file in backend.glob("*.py"):
        file.write_text(f"{file.read_text()}\n# {version}\n")
    for name in (f"share/doc/{NAME}/LICENSE", f"share/man/man1/{NAME}.1", f"share/bash-completion/completions/{NAME}"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(f"{version}\n")
    return folder


def release_tarball(directory: Path, version: str, program: str | None = None) -> Path:
    """The same as a tarball for this machine, in a directory that has no SHA256SUMS yet."""
    folder = release_tree(directory / "unpacked" / f"{NAME}-{version}", version, program)
    tarball = directory / f"{NAME}-{version}-linux-{platform.machine()}.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        archive.add(folder, folder.name)
    shutil.rmtree(directory / "unpacked")
    return tarball


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def settings_for(prefix: Path) -> str:
    """The keyringrc.cfg with which Python's keyring finds the backend in a prefix."""
    return (
        "[backend]\ndefault-keyring = codeartifact_keyring.backend.Keyring\n"
        f"keyring-path = {prefix}/share/{NAME}/python\n"
    )
