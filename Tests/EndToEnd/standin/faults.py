"""What tests make go wrong, set while the stand-in runs."""

from __future__ import annotations

import threading
from collections import deque

from .http import Response

_HTML_503 = "<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"


class Faults:
    """Delays, scripted answers and hosts that cannot be reached."""

    def __init__(self) -> None:
        self.mint_delay = 0.0
        self.unauthorized_status = 401
        self.challenge = "Basic"
        # Hosts to which the proxy refuses to lead, and hosts that are led nowhere: accepted and never answered.
        self.refused_hosts: set[str] = set()
        self.silent_hosts: set[str] = set()
        self._answers: deque[Response] = deque()
        self._lock = threading.Lock()

    def answer_next(self, *responses: Response) -> None:
        """The control plane gives these answers, one per request, before it works again."""
        with self._lock:
            self._answers.extend(responses)

    def next_answer(self) -> Response | None:
        with self._lock:
            return self._answers.popleft() if self._answers else None


def throttled(retry_after: int = 1) -> Response:
    response = Response.json(429, {"message": "Rate exceeded"})
    response.headers |= {"x-amzn-ErrorType": "ThrottlingException", "Retry-After": str(retry_after)}
    return response


def internal_error() -> Response:
    response = Response.json(500, {"message": "An internal error occurred."})
    response.headers["x-amzn-ErrorType"] = "InternalServerException"
    return response


def unavailable() -> Response:
    """What a proxy or load balancer in between says: not JSON at all."""
    return Response.html(503, _HTML_503)


def connection_cut() -> Response:
    return Response(cut=True)
