"""Where the user's configuration of this product is."""

import os


def configuration_file(name):
    """The path of one of this program's configuration files, whether or not it exists."""
    root = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative one counts for nothing, as the XDG specification says.
    if not os.path.isabs(root):
        root = os.path.expanduser("~/.config")
    return os.path.join(root, "codeartifact-keyring", name)
