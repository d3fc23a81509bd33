"""What the services that speak unsigned JSON have in common."""

from __future__ import annotations

import json

from .answers import error
from .http import Request, Response


class ServiceError(Exception):
    """An error of a JSON service, with its status, name and members."""

    def __init__(self, status: int, name: str, message: str, **members: object) -> None:
        super().__init__(message)
        self.status, self.name, self.message, self.members = status, name, message, members

    def response(self) -> Response:
        return error(self.status, self.name, self.message, **self.members)


def json_members(request: Request, invalid: str, required: set[str], optional: set[str] = frozenset()) -> dict:
    """The members of a JSON request, or ServiceError with the name that the service gives to a bad one."""
    kind = (request.header("Content-Type") or "").split(";")[0].strip()
    if kind not in ("application/json", "application/x-amz-json-1.1"):
        raise ServiceError(400, invalid, f"Content-Type must be application/json, not '{kind}'")
    try:
        members = json.loads(request.body)
    except ValueError:
        raise ServiceError(400, invalid, "The body is not JSON") from None
    if not isinstance(members, dict):
        raise ServiceError(400, invalid, "The body is not an object")
    lacking, unknown = required - set(members), set(members) - required - optional
    if lacking or unknown:
        raise ServiceError(400, invalid, f"lacking: {sorted(lacking)}, unknown: {sorted(unknown)}")
    return members


def refuse_signature(request: Request, invalid: str) -> None:
    """These operations are not signed: whoever signs them has mistaken their authentication."""
    if request.header("Authorization") is not None:
        raise ServiceError(400, invalid, "This operation takes no Authorization header")
