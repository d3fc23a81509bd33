"""The versions of pip that people have, and how an index URL is written for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from standin import Repository

from .environments import program

# The environment of each version.
_ENVIRONMENTS = {"23.1.2": "pip-23.1", "25.3": "pip-25.3", "26.3": "pip"}
NEWEST = "26.3"

too_new_a_python = pytest.mark.skipif(sys.version_info >= (3, 12), reason="pip 23.1 does not run on this Python")
VERSIONS = [
    pytest.param(version, marks=too_new_a_python) if version.startswith("23.") else version for version in _ENVIRONMENTS
]


def pip(version: str) -> Path:
    return program("pip", _ENVIRONMENTS[version])


def with_user(url: str) -> str:
    """The URL with the user's name in it, without which pip before 26.2 asks nobody."""
    return url.replace("https://", "https://aws@")


def url_for(version: str, repository: Repository) -> str:
    """The index URL as a user of this version writes it."""
    return repository.index_url if version == NEWEST else with_user(repository.index_url)
