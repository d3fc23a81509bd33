"""How this copy was installed, and so how to install it again, or how to do without it. Used only after an error."""

import os
import re
import sys

_NAME = "codeartifact-keyring"
# A file, never a name: whoever registers the name in an index would have it run.
_WHEEL = "Download the release's wheel and run:"
_PACKAGE = "Download the release's package and run:"


def folder():
    """The directory that this package was installed in."""
    package = os.path.dirname(os.path.realpath(__file__))
    # A user's own copy, whose package is gone.
    link = os.path.join(package, "installed")
    return os.path.dirname(os.readlink(link) if os.path.islink(link) else package)


def again():
    """The sentence with the command that installs this copy again."""
    from shlex import quote

    # <prefix>/share/codeartifact-keyring/python, or <prefix>/lib/python3.x/site-packages.
    packages = folder()
    prefix = os.path.dirname(os.path.dirname(os.path.dirname(packages)))
    tool = os.path.basename(prefix)
    is_gone = not os.path.exists(prefix)

    def has(file):
        return os.path.exists(os.path.join(prefix, file))

    if has("uv-receipt.toml") or (is_gone and "/uv/tools/" in prefix):
        what = "FILE.whl" if tool == _NAME else f"--with FILE.whl {quote(tool)}"
        return f"{_WHEEL} uv tool install --reinstall {what}"
    if has("pipx_metadata.json") or (is_gone and "/pipx/venvs/" in prefix):
        what = "install --force" if tool == _NAME else f"inject --force {quote(tool)}"
        return f"{_WHEEL} pipx {what} FILE.whl"
    if has("pyvenv.cfg"):
        return f"{_WHEEL} {quote(os.path.join(prefix, 'bin', 'python'))} -m pip install --force-reinstall FILE.whl"
    # install.sh links `python` to a directory of each version.
    if not re.fullmatch(r"python(\..+)?", os.path.basename(packages)):
        if is_gone:
            return "Install it again from a release"
        return f"{_WHEEL} {quote(sys.executable or 'python3')} -m pip install --force-reinstall FILE.whl"
    if prefix == "/usr":
        if has("bin/dnf"):
            return f"{_PACKAGE} sudo dnf reinstall ./FILE.rpm"
        return f"{_PACKAGE} sudo apt-get install --reinstall ./FILE.deb"
    return "Run its install.sh again"


def without():
    """What to append about the command after which Python's keyring does not load this program; empty where
    its configuration does not name it.
    """
    from shlex import quote

    from keyring.util import platform_

    path = os.path.join(platform_.config_root(), "keyringrc.cfg")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            if __package__ not in file.read():
                return ""
    except OSError:
        return ""
    script = rf"s/{__package__}.*/keyring.backends.chainer.ChainerBackend/; /{_NAME}/d"
    # `sed -i` puts a file in the place of a link.
    return f". To use Python's keyring without it, run: sed -i '{script}' {quote(os.path.realpath(path))}"
