"""The kernel's user keyring, which all processes of a user share: the tests' own keys in it are told apart and removed."""

from __future__ import annotations

import subprocess

PREFIX = "codeartifact-keyring:"


def _keyctl(*words: str) -> str:
    done = subprocess.run(["keyctl", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else ""


def _our_keys() -> set[str]:
    found = set()
    for key in _keyctl("rlist", "@u").split():
        # type;uid;gid;permissions;description
        description = _keyctl("rdescribe", key).strip().split(";", 4)
        if len(description) == 5 and description[4].startswith(PREFIX):
            found.add(key)
    return found


class KernelKeyring:
    """Our keys that came since this object was made."""

    def __init__(self) -> None:
        self._before = _our_keys()

    def keys(self) -> set[str]:
        return _our_keys() - self._before

    def clear(self) -> None:
        """Removes them, as a reboot would."""
        for key in self.keys():
            _keyctl("unlink", key, "@u")
        assert not self.keys(), "keys are left in the kernel keyring"
