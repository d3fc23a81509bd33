"""Another program called `keyring`, which records how it was called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """#!/bin/sh
cat /proc/$$/cmdline >"{record}/argv"
cat /proc/$$/environ >"{record}/environ"
cat /proc/$$/status >"{record}/status"
pwd -P >"{record}/cwd"
echo $$ >"{record}/pid"
{reads}
printf 'from {name}\\n\\377'
echo 'a line of its own' >&2
exit {code}
"""


@dataclass(frozen=True)
class FakeKeyring:
    """A keyring in a directory of its own, and what it recorded."""

    path: Path
    record: Path

    @classmethod
    def make(cls, folder: Path, name: str = "fake_keyring", code: int = 0, reads: bool = True) -> FakeKeyring:
        record = folder / f"{name}-record"
        record.mkdir(parents=True)
        path = folder / name / "keyring"
        path.parent.mkdir()
        script = _SCRIPT.format(record=record, name=name, code=code, reads=f'cat >"{record}/stdin"' if reads else "")
        path.write_text(script)
        path.chmod(0o755)
        return cls(path, record)

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def called(self) -> bool:
        return (self.record / "argv").exists()

    def read(self, name: str) -> bytes:
        return (self.record / name).read_bytes()

    @property
    def arguments(self) -> list[bytes]:
        """The arguments behind the interpreter and the script."""
        return self.read("argv").split(b"\0")[2:-1]

    @property
    def environ(self) -> dict[bytes, bytes]:
        return dict(entry.split(b"=", 1) for entry in self.read("environ").split(b"\0") if entry)

    @property
    def ignored_signals(self) -> int:
        lines = self.read("status").decode().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("SigIgn:")), 16)
