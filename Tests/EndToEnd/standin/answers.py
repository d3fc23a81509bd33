"""Answers that no service should give, for every protocol: what a client must survive."""

from __future__ import annotations

from .http import Response

_HTML_503 = "<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"
TEN_MEGABYTES = 10 * 1024 * 1024


def error(status: int, name: str, message: str, **members: object) -> Response:
    """An error as AWS's JSON protocols spell it."""
    response = Response.json(status, {"message": message, **members})
    response.headers["x-amzn-ErrorType"] = name
    return response


def throttled(retry_after: int = 1) -> Response:
    response = error(429, "ThrottlingException", "Rate exceeded")
    response.headers["Retry-After"] = str(retry_after)
    return response


def internal_error() -> Response:
    return error(500, "InternalServerException", "An internal error occurred.")


def unavailable() -> Response:
    """What a proxy or load balancer in between says: not JSON at all."""
    return Response.html(503, _HTML_503)


def connection_cut() -> Response:
    return Response(cut=True)


def silence() -> Response:
    """The connection stays open and nothing comes."""
    return Response(silent=True)


def garbage() -> Response:
    """Neither JSON nor XML nor text."""
    return Response(200, b'\x00\xff\xfe{"AccessKeyId": <', {"Content-Type": "application/json"})


def truncated() -> Response:
    """JSON that stops in the middle."""
    return Response(200, b'{"accessToken": "abc', {"Content-Type": "application/json"})


def not_an_object() -> Response:
    return Response.json(200, ["accessToken", 1, None])


def html() -> Response:
    """The sign-in page of somebody's network, with status 200."""
    return Response.html(200, "<html><body>Please accept the terms of this network</body></html>")


def huge() -> Response:
    """Ten megabytes of what may become JSON."""
    return Response(200, b'{"filler": "' + b"x" * TEN_MEGABYTES, {"Content-Type": "application/json"})


def endless() -> Response:
    """A body that never ends, as fast as the client reads."""
    return Response(200, b" " * 65536, {"Content-Type": "application/json"}, endless=True)


def drip() -> Response:
    """A body that never ends, a byte at a time: every read succeeds."""
    return Response(200, b" ", {"Content-Type": "application/json"}, endless=True, pause=0.1)


# What every client of every endpoint is given. Status 200 and an error, fast and slow.
MALFORMED = {
    "garbage": garbage,
    "truncated": truncated,
    "not an object": not_an_object,
    "HTML": html,
    "10 MB": huge,
    "endless": endless,
    "drip": drip,
    "empty": lambda: Response(200, b"", {"Content-Type": "application/json"}),
    "null": lambda: Response.json(200, None),
}
