"""Commands that give tokens to clients without a keyring, and users who have nothing else."""

from __future__ import annotations

import json

import pytest

from .environments import python
from .home import SYSTEM_PATH


@pytest.fixture
def run_program(home, installed, tmp_path):
    """Runs a command by its full path: it is not on PATH."""
    home.env |= {"PATH": SYSTEM_PATH, "UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    home.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"

    def run(*words, cwd=None):
        return home.run(installed.program, *words, cwd=cwd or tmp_path)

    return run


@pytest.fixture
def without_credentials(home, run_program):
    """The same user with no AWS credentials: what clients are given is all they have. Takes more variables."""

    def give(variables):
        home.sign_out()
        home.env |= variables
        return home

    return give


def variables(result):
    return json.loads(result.ok().raw_stdout)


def installed_by(home, project, module="acme_eight"):
    shown = home.run(project / ".venv/bin/python", "-c", f"import {module} as m; print(m.ORIGIN)").ok()
    return shown.stdout.strip()
