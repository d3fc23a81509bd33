"""How this copy was installed, and so how to install it again. Imported only after an error."""

import os
import re
import sys

_NAME = "codeartifact-keyring"


def again():
    """The sentence with the command that installs this copy again."""
    # In a prefix, <prefix>/share/codeartifact-keyring/python/codeartifact_keyring; in a Python's own packages,
    # <prefix>/lib/python3.x/site-packages/codeartifact_keyring.
    package = os.path.dirname(os.path.realpath(__file__))
    # A user's own copy, whose package is gone.
    link = os.path.join(package, "installed")
    folder = os.path.dirname(os.readlink(link) if os.path.islink(link) else package)
    prefix = os.path.dirname(os.path.dirname(os.path.dirname(folder)))
    tool = os.path.basename(prefix)
    if not os.path.exists(prefix):
        if "/uv/tools/" in prefix:
            return f"Run: uv tool install {_NAME}"
        if "/pipx/venvs/" in prefix:
            return f"Run: pipx install {_NAME}"
    if os.path.exists(os.path.join(prefix, "uv-receipt.toml")):
        if tool == _NAME:
            return f"Run: uv tool install --reinstall {_NAME}"
        return f"Run: uv tool install --reinstall --with {_NAME} {tool}"
    if os.path.exists(os.path.join(prefix, "pipx_metadata.json")):
        return f"Run: pipx reinstall {_NAME}" if tool == _NAME else f"Run: pipx inject --force {tool} {_NAME}"
    if os.path.exists(os.path.join(prefix, "pyvenv.cfg")):
        return f"Run: {os.path.join(prefix, 'bin', 'python')} -m pip install --force-reinstall {_NAME}"
    # install.sh links `python` to a directory of each version.
    if not re.fullmatch(r"python(\..+)?", os.path.basename(folder)):
        return f"Run: {sys.executable} -m pip install --force-reinstall {_NAME}"
    if prefix == "/usr":
        manager = "dnf reinstall" if os.path.exists("/usr/bin/dnf") else "apt-get install --reinstall"
        return f"Run: sudo {manager} {_NAME}"
    return "Run its install.sh again"
