"""Looks for the tokens of a test wherever they must not be: argument lists, environments, what clients print, files."""

from __future__ import annotations

from pathlib import Path

from standin import StandIn

from .home import Home
from .process import Result
from .process_watch import ProcessWatch
from .tokens import fingerprints, redact

_OURS = ("keyring", "codeartifact-keyring")
# The private file store: a token may rest here.
_STORE = "codeartifact-keyring"


class Leaks:
    """What a test has leaked. A token is one that was minted: one that a test hands out by itself is for it to place."""

    def __init__(self, standin: StandIn, home: Home, folder: Path, watch: ProcessWatch) -> None:
        self.standin, self.home, self.folder, self.watch = standin, home, folder, watch
        self._printing: set[str] = set()
        self._keeping: list[Path] = []
        self._handing_over = False

    def may_print(self, *programs: str) -> None:
        """These programs print tokens themselves in what this test has them do."""
        self._printing.update(programs)

    def may_keep(self, *paths: Path) -> None:
        """The test has a token put into these files, or below these folders."""
        self._keeping.extend(paths)

    def may_be_in_the_environment(self) -> None:
        """The test hands a token over in a variable."""
        self._handing_over = True

    def all(self) -> list[str]:
        """Every leak, in words that hold no token."""
        minted = {mint.fingerprint for mint in self.standin.mints}
        found = [
            f"{finding.where} of: {finding.command}"
            for finding in self.watch.findings()
            if finding.fingerprint in minted and not (finding.where == "environment" and self._handing_over)
        ]
        found += [f"output of: {redact(' '.join(result.argv))}" for result in self._printed(minted)]
        found += [f"file {path}" for path in self._files() if fingerprints(path.read_bytes()) & minted]
        return found

    def _printed(self, minted: set[str]) -> list[Result]:
        return [
            result
            for result in self.home.results
            if Path(result.argv[0]).name not in (*_OURS, *self._printing)
            and fingerprints((result.raw_stdout + "\n" + result.raw_stderr).encode(errors="replace")) & minted
        ]

    def _files(self) -> list[Path]:
        return [
            path
            for path in self.folder.rglob("*")
            if not path.is_symlink()
            and path.is_file()
            and path.parent.name != _STORE
            and not any(path.is_relative_to(kept) for kept in self._keeping)
        ]
