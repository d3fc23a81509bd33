"""The product as a user has it: installed into a prefix by install.sh."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .environments import ROOT
from .home import Home
from .process import Result


@dataclass(frozen=True)
class Installation:
    """A prefix with the product in it."""

    prefix: Path

    @property
    def bin(self) -> Path:
        return self.prefix / "bin"

    @property
    def program(self) -> Path:
        return self.bin / "codeartifact-keyring"

    @property
    def keyring(self) -> Path:
        return self.bin / "keyring"

    @property
    def libexec(self) -> Path:
        """The directory of the programs: the main executable and the fast path."""
        return self.prefix / "libexec" / "codeartifact-keyring"

    @property
    def python_package(self) -> Path:
        return self.prefix / "share" / "codeartifact-keyring" / "python"


def run_installer(home: Home, prefix: Path, *options: str) -> Result:
    """Runs install.sh as this user, with the executable that is already built."""
    return home.run(ROOT / "install.sh", "--prefix", prefix, *options, cwd=ROOT, timeout=300)
