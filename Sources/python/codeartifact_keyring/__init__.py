"""AWS CodeArtifact credentials for every program that uses Python's keyring."""

import os

# Only in the copy that `configure` gives each user: this link leads to the installed package. As long as that is there,
# its modules are used, so an upgrade needs no new copy; after its removal the copy keeps Python's keyring working.
_installed = os.path.join(os.path.dirname(__file__), "installed")
if os.path.isfile(os.path.join(_installed, "backend.py")):
    __path__.insert(0, _installed)
