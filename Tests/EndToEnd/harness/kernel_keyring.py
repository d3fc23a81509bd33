"""The kernel's user keyring, which all processes of a user share: the tests' own keys in it are told apart and removed."""

from __future__ import annotations

import subprocess

PREFIX = "codeartifact-keyring:"
QUICK_PREFIX = "codeartifact-keyring-quick:"


def _keyctl(*words: str) -> str:
    done = subprocess.run(["keyctl", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else ""


def _our_keys(prefix: str) -> set[tuple[str, str]]:
    """The keys whose description begins so, each with what it holds."""
    found = set()
    for key in _keyctl("rlist", "@u").split():
        # type;uid;gid;permissions;description
        description = _keyctl("rdescribe", key).strip().split(";", 4)
        if len(description) == 5 and description[4].startswith(prefix):
            found.add((key, _keyctl("print", key)))
    return found


class KernelKeyring:
    """The keys of codeartifact-keyring that were added or given other content since this object was made."""

    def __init__(self) -> None:
        self._before = _our_keys(PREFIX) | _our_keys(QUICK_PREFIX)

    def keys(self) -> set[str]:
        """Those that hold tokens."""
        return self._changed(PREFIX)

    def quick_answers(self) -> set[str]:
        """Those that hold answers for the front."""
        return self._changed(QUICK_PREFIX)

    def _changed(self, prefix: str) -> set[str]:
        return {key for key, _ in _our_keys(prefix) - self._before}

    def clear(self) -> None:
        """Removes them, as a reboot would."""
        for key in self.keys() | self.quick_answers():
            _keyctl("unlink", key, "@u")
        assert not self.keys(), "keys are left in the kernel keyring"
