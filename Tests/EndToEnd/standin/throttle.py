"""A token bucket, as AWS limits the rate of its APIs."""

from __future__ import annotations

import threading
import time


class Throttle:
    """Grants so many requests a second, and as many at once after a quiet second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: float | None = None
        self._since = 0.0
        self.refused = 0

    def grants(self, rate: float | None) -> bool:
        """True when one more request fits into the rate; always, where there is none."""
        if rate is None:
            return True
        with self._lock:
            # The real clock, whatever the tests make of the stand-in's.
            now = time.monotonic()
            self._left = rate if self._left is None else min(rate, self._left + (now - self._since) * rate)
            self._since = now
            granted = self._left >= 1
            if granted:
                self._left -= 1
            else:
                self.refused += 1
            return granted
