"""MFA devices, whose codes serve once."""

from __future__ import annotations

import secrets
import threading


class MfaDevice:
    """A device of one user."""

    def __init__(self, user_arn: str) -> None:
        self.user_arn = user_arn
        self.serial = user_arn.replace(":user/", ":mfa/")
        self._codes: set[str] = set()
        self._lock = threading.Lock()

    def code(self) -> str:
        """What the device shows now."""
        with self._lock:
            while (code := f"{secrets.randbelow(10**6):06}") in self._codes or code == "000000":
                pass
            self._codes.add(code)
            return code

    def accepts(self, code: str | None) -> bool:
        """True the first time. `000000` is never right."""
        with self._lock:
            if code not in self._codes:
                return False
            self._codes.remove(code)
            return True
