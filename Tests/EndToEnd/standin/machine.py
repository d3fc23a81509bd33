"""What a machine in AWS is told about itself, over plain HTTP on loopback: container credentials and IMDSv2."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from .clock import Clock
from .http import Request, Response
from .iam import Credentials, Iam, Role
from .identity_center import iso
from .server import Handler, Listener

_TOKEN = "/latest/api/token"
_ROLES = "/latest/meta-data/iam/security-credentials/"
CONTAINER_PATH = "/v2/credentials/00000000-0000-4000-8000-000000000000"


class Machine:
    """The endpoints of one machine. `role` is what it runs as; without one, IMDS knows none."""

    def __init__(self, iam: Iam, clock: Clock) -> None:
        self.iam, self.clock = iam, clock
        self.role: Role | None = None
        # What a container must send in its Authorization header.
        self.authorization = "Basic " + secrets.token_urlsafe(24)
        self._issued: Credentials | None = None
        self._tokens: set[str] = set()

    def service_of(self, path: str) -> str:
        """As which service a request is recorded and scripted."""
        return "imds" if path.startswith("/latest/") else "container"

    def answer(self, request: Request) -> Response:
        if request.path == _TOKEN:
            return self._token(request)
        if request.path.startswith("/latest/"):
            return self._metadata(request)
        return self._container(request)

    def credentials(self) -> Credentials:
        """The same ones until they have expired, as the real endpoints give."""
        assert self.role is not None
        if self._issued is None or (self._issued.expiration or 0) <= self.clock.now():
            self._issued = self.iam.issue_session(self.role, "i-0123456789abcdef0", 21600)
        return self._issued

    def _token(self, request: Request) -> Response:
        if request.method != "PUT":
            return Response(405)
        life = request.header("X-aws-ec2-metadata-token-ttl-seconds") or ""
        # A proxy in between is what the token is there to keep out.
        if request.header("X-Forwarded-For") is not None:
            return Response(403)
        if not life.isdigit() or not 1 <= int(life) <= 21600:
            return Response(400)
        token = secrets.token_urlsafe(42) + "=="
        self._tokens.add(token)
        return Response(200, token.encode(), {"Content-Type": "text/plain"})

    def _metadata(self, request: Request) -> Response:
        if request.method != "GET":
            return Response(405)
        if request.header("X-aws-ec2-metadata-token") not in self._tokens:
            return Response(401, b"Unauthorized")
        if self.role is None or request.path not in (_ROLES, _ROLES + self.role.name):
            return Response(404, b"Not Found")
        if request.path == _ROLES:
            return Response(200, self.role.name.encode(), {"Content-Type": "text/plain"})
        return Response.json(200, {"Code": "Success", "Type": "AWS-HMAC", **self._members()})

    def _container(self, request: Request) -> Response:
        if request.method != "GET" or request.path != CONTAINER_PATH:
            return Response.json(404, {"message": "not found"})
        if request.header("Authorization") != self.authorization:
            return Response.json(403, {"code": "AccessDenied", "message": "The token does not match"})
        if self.role is None:
            return Response.json(404, {"message": "no role"})
        return Response.json(200, {"RoleArn": self.role.arn, **self._members()})

    def _members(self) -> dict[str, str]:
        issued = self.credentials()
        return {
            "AccessKeyId": issued.access_key_id,
            "SecretAccessKey": issued.secret_access_key,
            "Token": issued.session_token or "",
            "Expiration": iso(issued.expiration or 0),
            "LastUpdated": iso(self.clock.now()),
        }


class MachineListener(Listener):
    """Serves a machine's endpoints on loopback."""

    def __init__(self, answer: Callable[[Request], Response], now: Callable[[], float]) -> None:
        super().__init__(_MachineHandler, answer, now)


class _MachineHandler(Handler):
    """Answers in the clear; whoever comes as to a proxy is refused."""

    server: MachineListener  # type: ignore[assignment]
    tunnelled = False

    def do_CONNECT(self) -> None:
        self._send(Response(405))
        self.close_connection = True
