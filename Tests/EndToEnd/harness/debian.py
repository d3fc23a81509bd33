"""A Debian 12 of its own to install packages in: a directory that commands are run in as its root."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .environments import ROOT, environment
from .process import Result, run

# What the tests' own Python environments need to run in there; and what the package depends on, so that it can be
# installed without a network.
PACKAGES = "python3,libsqlite3-0,libbz2-1.0,libreadline8,ca-certificates,libcurl4,libsecret-1-0"
SUITE = "bookworm"
# Seen inside as outside: the tests' folders, and the Python environments with the Python they stand on.
SHARED = "/tmp", "/dev", "/proc"


@dataclass(frozen=True)
class Debian:
    """The directory that is the root of it."""

    root: Path

    def run(self, *argv: str | Path, env: dict[str, str], cwd: str | Path = "/", timeout: float = 300) -> Result:
        """Runs a command in there, as root, with nothing but this environment."""
        shared = [*SHARED, str(environment("pip").parent), _python_home()]
        script = (
            'set -e; root=$1; cwd=$2; shift 2; while [ "$1" != -- ]; do mkdir -p "$root$1"; mount --rbind "$1" "$root$1";'
            ' shift; done; shift; exec chroot "$root" sh -c \'cd "$0" && exec "$@"\' "$cwd" "$@"'
        )
        words = ["unshare", "--mount", "bash", "-c", script, "debian", self.root, cwd, *shared, "--", *argv]
        return run(words, env, Path("/"), None, timeout)


def debian_12(directory: Path) -> Debian:
    """A fresh one, copied from one that is kept beside the Python environments and made when it is not there yet."""
    kept = environment("pip").parent / f"debian-{SUITE}-{len(PACKAGES)}"
    if not (kept / "complete").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        make = ROOT / "Sources/packaging/debian-root"
        subprocess.run([make, SUITE, kept / "root", "--variant=apt", f"--include={PACKAGES}"], check=True)
        (kept / "complete").touch()
    root = directory / "debian"
    subprocess.run(["cp", "-a", kept / "root", root], check=True)
    return Debian(root)


def _python_home() -> str:
    """The installation that the environments' Python belongs to, unless that is the system's own."""
    home = Path(os.path.realpath(environment("pip") / "bin" / "python")).parent.parent
    return "/opt" if home == Path("/usr") else str(home)
