"""The files of the user's configuration."""

import os


def configuration_file(name):
    """The path of one of this program's configuration files, whether or not it exists."""
    root = os.environ.get("XDG_CONFIG_HOME", "")
    # The XDG specification says to ignore a relative one.
    if not os.path.isabs(root):
        root = os.path.expanduser("~/.config")
    return os.path.join(root, "codeartifact-keyring", name)
