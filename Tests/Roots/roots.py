"""Other systems on this one: directories that hold a Debian, of this architecture or another."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.debian import Debian
from harness.environments import ROOT

# Which releases of Debian, by the architecture: the oldest C library that can be had, and all since; emulated, two.
SUITES = {"x86_64": ["bullseye", "bookworm", "trixie", "sid"], "aarch64": ["bookworm", "sid"]}
NAMES = {"x86_64": "amd64", "aarch64": "arm64"}
# Graviton 2. Later ones sign return addresses, which takes an emulator most of its time.
PROCESSOR = {"QEMU_CPU": "neoverse-n1"}
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
# What is essential for the tests, and the links that its packages make when they are set up.
UNPACKED = "base-files,bash,coreutils,dash,diffutils,dpkg,findutils,grep,gzip,libc-bin,mawk,sed,tar"
LINKS = {"bin": "usr/bin", "bin/sh": "dash", "usr/bin/awk": "mawk"}
BINFMT = Path("/proc/sys/fs/binfmt_misc")
# An ELF file for arm64, little-endian: what has to be there, and where it is looked at.
MAGIC = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00"
MASK = b"\xff\xff\xff\xff\xff\xff\xff\x00" + b"\xff" * 8 + b"\xfe\xff\xff\xff"
# What a package manager keeps for itself, and what the tests share with the system.
NOT_LOOKED_AT = ("dev", "proc", "tmp", "var/cache", "var/lib/dpkg", "var/log")


@dataclass(frozen=True)
class Root(Debian):
    """The directory, and which Debian it is."""

    suite: str

    def contents(self) -> set[str]:
        """Every path in it that could be a trace of something."""
        prune = [word for name in NOT_LOOKED_AT for word in ("-path", f"./{name}", "-prune", "-o")]
        command = ["find", ".", "-xdev", *prune, "-print"]
        done = subprocess.run(command, cwd=self.root, check=True, stdout=subprocess.PIPE, text=True)
        # Python writes down what it compiled of its own, even where it is told not to.
        return {path for path in done.stdout.splitlines() if "__pycache__" not in path or "codeartifact" in path}


def make_root(architecture: str, suite: str, directory: Path) -> Root:
    """Makes one: what is essential, Python, and what the program is told to need."""
    packages = "python3,ca-certificates,"
    # pip needs distutils where Python still has them.
    packages += "libcurl4,python3-distutils" if suite in ("bullseye", "bookworm") else "libcurl4t64"
    variant = "essential"
    if architecture != platform.machine():
        # An emulator takes minutes to set packages up: they are unpacked, and nothing of them is run.
        variant, packages = "extract", f"{packages},{UNPACKED}"
    options = [f"--variant={variant}", f"--architectures={NAMES[architecture]}", f"--include={packages}"]
    subprocess.run([ROOT / "Sources/packaging/debian-root", suite, directory / "root", *options], check=True)
    root = Root(directory / "root", suite)
    (root.root / "opt").mkdir(exist_ok=True)
    for link, target in LINKS.items():
        if not (root.root / link).exists():
            (root.root / link).symlink_to(target)
    # What it shares with this system is there from now on.
    root.run("true", env={"PATH": SYSTEM}).ok()
    return root


@contextmanager
def runs_here(architecture: str) -> Iterator[None]:
    """Has the kernel run programs of the architecture, by an emulator that it opens now (F), so that it is found in a
    directory that has none; by which name they were called is kept (P)."""
    if architecture == platform.machine():
        yield
        return
    # Of this process alone: what one that was killed has left is not in its way, nor is another run.
    name = BINFMT / f"codeartifact-keyring-{os.getpid()}"
    if not (BINFMT / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", BINFMT], check=True)
    words = ["", name.name, "M", "", _escaped(MAGIC), _escaped(MASK), f"/usr/bin/qemu-{architecture}-static", "FP"]
    (BINFMT / "register").write_text(":".join(words))
    try:
        yield
    finally:
        name.write_text("-1")


def _escaped(pattern: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in pattern)
