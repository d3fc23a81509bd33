"""What is in a release: it asks for nothing that a Linux of 2018 does not have, and is as small as it was."""

from __future__ import annotations

import platform
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from harness.environments import ROOT
from roots import NAMES

# RHEL 8, Amazon Linux 2023, Debian 11, Ubuntu 20.04 and all that came after them have this one or a later one.
NEWEST = (2, 28)
LIBRARIES = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2"}
EXECUTABLES = ["codeartifact-keyring", "keyring"]
# Of the wheel, in bytes.
LARGEST_WHEEL = 5_000_000


def output(*argv):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout


def version(text):
    return tuple(int(part) for part in text.split("."))


@pytest.fixture(scope="session")
def unpacked(release, architecture, tmp_path_factory):
    directory = tmp_path_factory.mktemp("tarball")
    with tarfile.open(release(f"-linux-{architecture}.tar.gz")) as archive:
        archive.extractall(directory, filter="fully_trusted")
    (tree,) = directory.iterdir()
    return tree


@pytest.mark.parametrize("name", EXECUTABLES)
def test_an_executable_asks_for_an_old_c_library(unpacked, architecture, name):
    program = unpacked / "libexec/codeartifact-keyring" / name
    symbols = output("readelf", "--wide", "--dyn-syms", program)
    asked = {version(found) for found in re.findall(r"@GLIBC_([0-9.]+)", symbols)}
    assert asked
    assert max(asked) <= NEWEST
    assert "GLIBCXX" not in symbols
    assert "GLIBC_PRIVATE" not in symbols
    dynamic = output("readelf", "--wide", "--dynamic", program)
    assert "RUNPATH" not in dynamic
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
    loader = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}[architecture]
    assert needed <= LIBRARIES | {loader}
    assert {"x86_64": "X86-64", "aarch64": "AArch64"}[architecture] in output("readelf", "--file-header", program)


def test_the_wheel_is_small_and_for_every_linux(release, architecture):
    wheel = release(f"_{architecture}.whl")
    assert version(".".join(re.search(r"manylinux_(\d+)_(\d+)_", wheel.name).groups())) <= NEWEST
    assert wheel.stat().st_size <= LARGEST_WHEEL
    with zipfile.ZipFile(wheel) as archive:
        (information,) = (name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
        tags = re.findall(r"^Tag: (.*)$", archive.read(information).decode(), re.MULTILINE)
    assert [tag.rpartition("-")[2] in wheel.name for tag in tags] == [True]


def test_the_debian_package_says_what_it_needs(release, architecture):
    package = release(f"_{NAMES[architecture]}.deb")
    assert output("dpkg-deb", "--field", package, "Architecture").strip() == NAMES[architecture]
    depends = output("dpkg-deb", "--field", package, "Depends")
    assert version(re.search(r"libc6 \(>= ([0-9.]+)\)", depends)[1]) <= NEWEST


def test_the_rpm_package(release, architecture, tmp_path):
    """It is installed, the program runs where this machine can, and it is removed without a trace."""
    package = release(f".{architecture}.rpm")
    asked = re.findall(r"libc\.so\.6\(GLIBC_([0-9.]+)\)", output("rpm", "-qp", "--requires", package))
    assert [version(each) <= NEWEST for each in asked] == [True]
    rpm = ["rpm", "--root", tmp_path, "--dbpath", "/rpm", "--nodeps", "--noscripts"]
    output(*rpm, "--ignorearch", "--install", package)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*codeartifact*")}
    assert {"usr/bin/codeartifact-keyring", "usr/share/codeartifact-keyring"} <= names
    assert (tmp_path / "usr/bin/codeartifact-keyring").resolve().is_relative_to(tmp_path / "usr/libexec")
    if architecture == "x86_64":
        assert output(tmp_path / "usr/bin/codeartifact-keyring", "--version").startswith("1.")
    output(*rpm, "--erase", "codeartifact-keyring")
    assert list(tmp_path.rglob("*codeartifact*")) == []


def test_the_same_source_makes_the_same_archives(unpacked, architecture, tmp_path):
    if architecture != platform.machine():
        # To pack them, the program is run, which takes an emulator minutes; and they are packed as all others are.
        built = Path(output(ROOT / "Sources/packaging/compile", architecture).strip())
        for name in EXECUTABLES:
            assert (built / name).read_bytes() == (unpacked / "libexec/codeartifact-keyring" / name).read_bytes()
        return
    output(ROOT / "Sources/packaging/release", "--arch", architecture, "--output", tmp_path)
    known = (ROOT / ".build-release/SHA256SUMS").read_text().splitlines()
    made = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert len(made) == 4
    assert set(made) <= set(known)
