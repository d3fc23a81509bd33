"""The kernel's user keyring, which all processes of a user share: the tests find and remove their own keys in it."""

from __future__ import annotations

import subprocess

PREFIX = "codeartifact-keyring:"
CACHED_RESPONSE_PREFIX = "codeartifact-keyring-quick:"


def _keyctl(*words: str) -> str:
    done = subprocess.run(["keyctl", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.stdout if done.returncode == 0 else ""


def _keys_with_prefix(prefix: str) -> set[tuple[str, str]]:
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
        self._before = _keys_with_prefix(PREFIX) | _keys_with_prefix(CACHED_RESPONSE_PREFIX)

    def keys(self) -> set[str]:
        """Those that hold tokens."""
        return self._changed(PREFIX)

    def cached_responses(self) -> set[str]:
        """Those that hold cached responses for the fast path."""
        return self._changed(CACHED_RESPONSE_PREFIX)

    def _changed(self, prefix: str) -> set[str]:
        return {key for key, _ in _keys_with_prefix(prefix) - self._before}

    def clear(self) -> None:
        """Removes them, as a reboot would."""
        for key in self.keys() | self.cached_responses():
            _keyctl("unlink", key, "@u")
        assert not self.keys(), "keys are left in the kernel keyring"
