"""The cached virtual environments, one per client."""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent.parent


@functools.cache
def environment(name: str) -> Path:
    """The directory of the environment for `requirements/NAME.txt`, made when it is not there yet."""
    done = subprocess.run(
        [TESTS / "environment", name], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=dict(os.environ)
    )
    assert done.returncode == 0, f"the environment {name} could not be made"
    return Path(done.stdout.strip())


def program(name: str, environment_name: str | None = None) -> Path:
    """The path of a client's command, for example `program("poetry")`."""
    return environment(environment_name or name) / "bin" / name


def python(environment_name: str = "harness") -> Path:
    return environment(environment_name) / "bin" / "python"


def empty_environment(directory: Path, *with_packages_of: str) -> Path:
    """A virtual environment that sees the packages of others."""
    subprocess.run([python(), "-m", "venv", "--without-pip", directory], check=True)
    (packages,) = directory.glob("lib/python*/site-packages")
    paths = [str(*environment(name).glob("lib/python*/site-packages")) for name in with_packages_of]
    (packages / "others.pth").write_text("\n".join(paths) + "\n")
    return directory
