"""AWS CodeArtifact credentials for every program that uses Python's keyring."""

import os

_here = os.path.dirname(__file__)
# Only in the copy that `configure` makes for each user: a link to the installed package, whose modules are used while
# it exists. An upgrade needs no new copy; after its removal the copy keeps Python's keyring working.
try:
    # Its target: `unconfigure` removes the link, while processes that run already still import modules.
    _installed = os.path.join(_here, os.readlink(os.path.join(_here, "installed")))
except OSError:
    pass
else:
    if os.path.isfile(os.path.join(_installed, "backend.py")):
        __path__.insert(0, _installed)
