"""Home directories as users have them, one for each scenario: what AWS CLI v2 and codeartifact-keyring are compared on.

Each module here adds its scenarios, under the names of its functions, to `SCENARIOS`.
"""

from . import environment, files, incomplete, roles, sources
from .scenario import SCENARIOS, Setup

__all__ = ["SCENARIOS", "Setup", "environment", "files", "incomplete", "roles", "sources"]
