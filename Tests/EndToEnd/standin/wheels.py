"""Builds real, tiny wheels and source distributions with the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tarfile
import zipfile
from dataclasses import dataclass

EIGHT = ("one", "two", "three", "four", "five", "six", "seven", "eight")


@dataclass(frozen=True)
class Distribution:
    """A file of a package, as an index holds it."""

    project: str
    version: str
    filename: str
    content: bytes
    metadata: bytes = b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def normalized(project: str) -> str:
    """The project name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", project).lower()


def _metadata(project: str, version: str, requires: tuple[str, ...]) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {project}", f"Version: {version}", "Requires-Python: >=3.8"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return ("\n".join(lines) + "\n").encode()


def wheel(
    project: str,
    version: str = "1.0.0",
    requires: tuple[str, ...] = (),
    origin: str = "private",
    code: str = "",
    entry_points: str = "",
) -> Distribution:
    """A pure wheel with one module, whose ORIGIN says which index it came from; `code` is what else the module does."""
    module = normalized(project).replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = _metadata(project, version, requires)
    files = {
        f"{module}.py": f'ORIGIN = "{origin}"\nVERSION = "{version}"\n{code}'.encode(),
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry_points:
        files[f"{info}/entry_points.txt"] = entry_points.encode()
    record = "".join(f"{name},sha256={_digest(body)},{len(body)}\n" for name, body in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            # A fixed date makes equal wheels equal files.
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), body)
    return Distribution(project, version, f"{module}-{version}-py3-none-any.whl", buffer.getvalue(), metadata)


def sdist(project: str, version: str = "1.0.0") -> Distribution:
    """A source distribution that brings its own build back end, so that building it needs no other package."""
    module = normalized(project).replace("-", "_")
    inner = wheel(project, version, origin="sdist")
    root = f"{module}-{version}"
    backend = (
        "import base64, pathlib\n"
        f"NAME = {inner.filename!r}\nWHEEL = {base64.b64encode(inner.content)!r}\n"
        "def build_wheel(directory, config_settings=None, metadata_directory=None):\n"
        "    (pathlib.Path(directory) / NAME).write_bytes(base64.b64decode(WHEEL))\n    return NAME\n"
    )
    pyproject = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    pyproject += f'[project]\nname = "{project}"\nversion = "{version}"\n'
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in {
            "PKG-INFO": _metadata(project, version, ()).decode(),
            "pyproject.toml": pyproject,
            "backend.py": backend,
        }.items():
            member = tarfile.TarInfo(f"{root}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return Distribution(project, version, f"{root}.tar.gz", buffer.getvalue())


def eight_wheels(prefix: str = "acme") -> list[Distribution]:
    """Eight packages `acme-one` … `acme-eight`; two and three need one, eight needs seven and six."""
    needs = {"two": ("one",), "three": ("one",), "eight": ("seven", "six")}
    return [
        wheel(f"{prefix}-{name}", requires=tuple(f"{prefix}-{other}>=1" for other in needs.get(name, ())))
        for name in EIGHT
    ]


def _digest(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
