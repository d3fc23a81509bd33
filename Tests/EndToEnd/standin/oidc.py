"""IAM Identity Center's OIDC: clients, the device flow, and tokens refreshed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from .clock import Clock
from .hosts import Host
from .http import Request, Response
from .identity_center import Client, IdentityCenter, SsoSignIn
from .json_service import ServiceError, json_members, refuse_signature

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_INVALID = "InvalidRequestException"
_CLIENT = {"clientId", "clientSecret"}


@dataclass
class Device:
    """A device that waits for a person to approve it in the browser."""

    client: Client
    user_code: str
    approved_by: str | None = None
    slow_down: int = 0
    # What the person, or the time, has made of it: the name of the error that it ends in.
    ended: str | None = None


class Oidc:
    """`oidc.<region>.amazonaws.com`."""

    def __init__(self, center: IdentityCenter, clock: Clock) -> None:
        self.center, self.clock = center, clock
        self.devices: dict[str, Device] = {}
        # Whether somebody sits in front of the page already.
        self.approve_at_once = False

    def answer(self, request: Request, host: Host) -> Response:
        operations = {
            "/token": self._token,
            "/client/register": self._register,
            "/device_authorization": self._start_device,
        }
        try:
            operation = operations.get(request.path)
            if operation is None or request.method != "POST" or host.region != self.center.region:
                raise ServiceError(404, "UnknownOperationException", f"Unknown: {request.method} {request.path}")
            refuse_signature(request, _INVALID)
            return operation(request)
        except ServiceError as refused:
            # Beside the message, OAuth's own members.
            refused.members |= {"error": _oauth_name(refused.name), "error_description": refused.message}
            return refused.response()

    def approve(self, user: str = "anna") -> None:
        """What the person does in the browser, for every device that waits."""
        for device in self.devices.values():
            device.approved_by = user

    def end(self, error: str) -> None:
        """Every device that waits ends so: `AccessDeniedException` by the person, `ExpiredTokenException` by the time."""
        for device in self.devices.values():
            device.ended = error

    def _token(self, request: Request) -> Response:
        asked = json_members(
            request, _INVALID, _CLIENT | {"grantType"}, {"refreshToken", "deviceCode", "scope", "code"}
        )
        client = self._client(asked)
        if asked["grantType"] == "refresh_token":
            session = self.center.refresh(str(asked.get("refreshToken")), client)
            if session is None:
                raise ServiceError(400, "InvalidGrantException", "Invalid refresh token provided")
        elif asked["grantType"] == DEVICE_GRANT:
            session = self._approved(asked, client)
        else:
            raise ServiceError(400, "UnsupportedGrantTypeException", f"Unsupported grant: {asked['grantType']}")
        return Response.json(
            200,
            {
                "accessToken": session.access_token,
                "expiresIn": int(session.expires - self.clock.now()),
                "refreshToken": session.refresh_token,
                "tokenType": "Bearer",
            },
        )

    def _approved(self, asked: dict, client: Client) -> SsoSignIn:
        device = self.devices.get(str(asked.get("deviceCode")))
        if device is None or device.client is not client:
            raise ServiceError(400, "InvalidGrantException", "Invalid device code provided")
        if device.slow_down:
            device.slow_down -= 1
            raise ServiceError(400, "SlowDownException", "Polling too fast")
        if device.ended is not None:
            raise ServiceError(400, device.ended, "It has ended")
        if device.approved_by is None:
            raise ServiceError(400, "AuthorizationPendingException", "The person has not answered yet")
        del self.devices[str(asked["deviceCode"])]
        return self.center.sign_in(device.approved_by, client=client)

    def _register(self, request: Request) -> Response:
        asked = json_members(
            request, _INVALID, {"clientName", "clientType"}, {"scopes", "grantTypes", "redirectUris", "issuerUrl"}
        )
        if asked["clientType"] != "public":
            raise ServiceError(400, "InvalidClientMetadataException", "clientType must be public")
        client = self.center.register_client()
        return Response.json(
            200,
            {
                "clientId": client.client_id,
                "clientSecret": client.client_secret,
                "clientIdIssuedAt": int(self.clock.now()),
                "clientSecretExpiresAt": int(client.expires),
            },
        )

    def _start_device(self, request: Request) -> Response:
        asked = json_members(request, _INVALID, _CLIENT | {"startUrl"})
        client = self._client(asked)
        if asked["startUrl"].rstrip("#/") != self.center.start_url:
            raise ServiceError(400, _INVALID, "Unknown start URL")
        code, user_code = secrets.token_urlsafe(24), f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
        self.devices[code] = Device(client, user_code, "anna" if self.approve_at_once else None)
        page = f"https://device.sso.{self.center.region}.amazonaws.com/"
        return Response.json(
            200,
            {
                "deviceCode": code,
                "userCode": user_code,
                "verificationUri": page,
                "verificationUriComplete": f"{page}?user_code={user_code}",
                "expiresIn": 600,
                "interval": 1,
            },
        )

    def _client(self, asked: dict) -> Client:
        client = self.center.client(asked["clientId"], asked["clientSecret"])
        if client is None:
            raise ServiceError(401, "InvalidClientException", "Invalid client provided")
        return client


def _oauth_name(name: str) -> str:
    """InvalidGrantException is invalid_grant."""
    words = name.removesuffix("Exception")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in words).lstrip("_")
