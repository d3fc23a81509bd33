"""Packages for what clients do beside installing modules: an application, a build backend, and what is built with it."""

from __future__ import annotations

import csv
import io
import re
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

from standin import Distribution, wheel

from .environments import environment

BACKEND = "acme-backend"

# The backend copies the wheel that lies in the source tree: what is tested is where the backend itself comes from.
_BACKEND_CODE = """
import pathlib, shutil, tarfile


def _prebuilt():
    (found,) = pathlib.Path("prebuilt").glob("*.whl")
    return found


def build_wheel(directory, config_settings=None, metadata_directory=None):
    shutil.copy(_prebuilt(), directory)
    return _prebuilt().name


def build_sdist(directory, config_settings=None):
    root = "-".join(_prebuilt().name.split("-")[:2])
    with tarfile.open(pathlib.Path(directory) / f"{root}.tar.gz", "w:gz") as archive:
        for name in ("pyproject.toml", "PKG-INFO", "prebuilt"):
            archive.add(name, f"{root}/{name}")
    return f"{root}.tar.gz"
"""


def backend() -> Distribution:
    """A build backend that only the private repository has."""
    return wheel(BACKEND, code=_BACKEND_CODE)


def application(project: str, requires: tuple[str, ...] = ()) -> Distribution:
    """A package with a command of its own name, which prints where it came from."""
    module = project.replace("-", "_")
    return wheel(
        project,
        requires=requires,
        code="def main():\n    print(ORIGIN)\n",
        entry_points=f"[console_scripts]\n{project} = {module}:main\n",
    )


def real_pip() -> Distribution:
    """pip itself, packed up again as it lies in the environment of that name."""
    (info,) = environment("pip").glob("lib/*/site-packages/pip-*.dist-info")
    return _packed_again(info)


def real_keyring() -> list[Distribution]:
    """Python's keyring and all that it depends on here, packed up again as they lie in the harness' environment."""
    found = environment("harness").glob("lib/*/site-packages/*.dist-info")
    installed = {_key(info.name.partition("-")[0]): info for info in found}
    wanted, packed = ["keyring"], {}
    while wanted:
        name = wanted.pop()
        # What only another system or Python needs is not there.
        if name in packed or name not in installed:
            continue
        packed[name] = _packed_again(installed[name])
        requires = metadata.PathDistribution(installed[name]).requires or []
        wanted += [_key(re.match(r"[\w.-]+", line)[0]) for line in requires if "extra ==" not in line]
    return list(packed.values())


def real_poetry() -> list[Distribution]:
    """Poetry and all that it depends on here, packed up again as they lie in the environment of that name."""
    found = list(environment("poetry").glob("lib/*/site-packages/*.dist-info"))
    installed = {_key(info.name.partition("-")[0]) for info in found}
    return [_packed_again(info, installed) for info in found if not info.name.startswith("pip-")]


def _key(project: str) -> str:
    return re.sub(r"[-_.]+", "-", project).lower()


def _packed_again(info: Path, among: set[str] | None = None) -> Distribution:
    """The wheel that has been installed, from its `.dist-info`. Where it shall depend on nothing that is not `among` these
    projects, as on other systems it may, its metadata say so."""
    project, version = info.name.removesuffix(".dist-info").split("-")
    # Of Python 2 and 3 the later one; of several platforms, any.
    (*_, tag) = re.findall(r"^Tag: (.+)$", (info / "WHEEL").read_text(), re.MULTILINE)
    lines = (info / "METADATA").read_text().splitlines(keepends=True)
    required = [(line, re.match(r"Requires-Dist: *([\w.-]+)", line)) for line in lines]
    text = "".join(line for line, match in required if not (among and match) or _key(match[1]) in among)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, digest, _ in csv.reader((info / "RECORD").read_text().splitlines()):
            # What the installer added to the wheel is outside, compiled, or has no digest.
            if digest and not name.startswith("../") and not name.endswith(("/INSTALLER", "/REQUESTED", "/METADATA")):
                archive.write(info.parent / name, name)
        archive.writestr(f"{info.name}/METADATA", text)
        archive.write(info / "RECORD", f"{info.name}/RECORD")
    return Distribution(project, version, f"{project}-{version}-{tag}.whl", buffer.getvalue(), text.encode())


def source_tree(folder: Path, project: str) -> Path:
    """A project that is built with the private backend."""
    for name, content in _sources(project).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def source_distribution(project: str) -> Distribution:
    """The same as a source distribution."""
    root = f"{project.replace('-', '_')}-1.0.0"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in _sources(project).items():
            member = tarfile.TarInfo(f"{root}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return Distribution(project, "1.0.0", f"{root}.tar.gz", buffer.getvalue())


def _sources(project: str) -> dict[str, bytes]:
    built = wheel(project, origin="built")
    pyproject = (
        f'[build-system]\nrequires = ["{BACKEND}"]\nbuild-backend = "{BACKEND.replace("-", "_")}"\n\n'
        f'[project]\nname = "{project}"\nversion = "1.0.0"\n'
    )
    return {
        "pyproject.toml": pyproject.encode(),
        "PKG-INFO": built.metadata,
        f"prebuilt/{built.filename}": built.content,
    }
