"""AWS CodeArtifact credentials for every program that uses Python's keyring."""

import os

# Only in the copy that `configure` makes for each user: a link to the installed package, whose modules are used while
# it exists. An upgrade needs no new copy; after its removal the copy keeps Python's keyring working.
_installed = os.path.join(os.path.dirname(__file__), "installed")
if os.path.isfile(os.path.join(_installed, "backend.py")):
    __path__.insert(0, _installed)
