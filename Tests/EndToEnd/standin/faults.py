"""What tests make go wrong, set while the stand-in runs."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from .http import Response

CONTROL_PLANE = "control-plane"


class Faults:
    """Delays, scripted answers, a limit on mints, and hosts that cannot be reached.

    A service is named as `hosts.py` names it; the machine's own endpoints are "container" and "imds".
    """

    def __init__(self) -> None:
        self.mint_delay = 0.0
        # How many mints a second are granted; what is above is answered with 429.
        self.mints_per_second: float | None = None
        self.unauthorized_status = 401
        # For who brings a token that is not good, where that is told apart from bringing none.
        self.bad_token_status: int | None = None
        self.challenge = "Basic"
        # Hosts to which the proxy refuses to connect, and hosts that are accepted and never answered.
        self.refused_hosts: set[str] = set()
        self.silent_hosts: set[str] = set()
        self._next: defaultdict[str, deque[Response]] = defaultdict(deque)
        self._always: dict[str, Response] = {}
        self._lock = threading.Lock()

    def answer_next(self, *responses: Response, service: str = CONTROL_PLANE) -> None:
        """The service gives these answers, one per request, before it works again."""
        with self._lock:
            self._next[service].extend(responses)

    def answer_always(self, response: Response | None, service: str = CONTROL_PLANE) -> None:
        """The service gives this answer to every request; with None, the truth again."""
        with self._lock:
            if response is None:
                self._always.pop(service, None)
            else:
                self._always[service] = response

    def next_answer(self, service: str = CONTROL_PLANE) -> Response | None:
        """What is to be answered instead of the truth, if anything."""
        with self._lock:
            waiting = self._next[service]
            return waiting.popleft() if waiting else self._always.get(service)
