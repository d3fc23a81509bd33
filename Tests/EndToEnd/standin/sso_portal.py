"""IAM Identity Center's portal, which hands out the credentials of assigned roles."""

from __future__ import annotations

import re

from .hosts import Host
from .http import Request, Response
from .identity_center import IdentityCenter
from .json_service import ServiceError, refuse_signature

_INVALID = "InvalidRequestException"


class SsoPortal:
    """`portal.sso.<region>.amazonaws.com`."""

    def __init__(self, center: IdentityCenter) -> None:
        self.center = center

    def answer(self, request: Request, host: Host) -> Response:
        try:
            return self._role_credentials(request, host)
        except ServiceError as refused:
            return refused.response()

    def _role_credentials(self, request: Request, host: Host) -> Response:
        if (request.method, request.path) != ("GET", "/federation/credentials"):
            raise ServiceError(404, "UnknownOperationException", f"Unknown: {request.method} {request.path}")
        refuse_signature(request, _INVALID)
        names = sorted(name for name, _ in request.query)
        if names != ["account_id", "role_name"] or request.body:
            raise ServiceError(400, _INVALID, f"Expected account_id and role_name, not {names}")
        asked = dict(request.query)
        if not re.fullmatch(r"\d{12}", asked["account_id"]):
            raise ServiceError(400, _INVALID, "account_id must be twelve digits")
        session = self.center.signed_in(request.header("x-amz-sso_bearer_token") or "")
        if session is None or host.region != self.center.region:
            raise ServiceError(401, "UnauthorizedException", "Session token not found or invalid")
        if not self.center.knows_account(asked["account_id"]):
            raise ServiceError(404, "ResourceNotFoundException", f"Account {asked['account_id']} not found")
        issued = self.center.role_credentials(session, asked["account_id"], asked["role_name"])
        if issued is None:
            raise ServiceError(403, "ForbiddenException", "No access")
        return Response.json(
            200,
            {
                "roleCredentials": {
                    "accessKeyId": issued.access_key_id,
                    "secretAccessKey": issued.secret_access_key,
                    "sessionToken": issued.session_token,
                    "expiration": int((issued.expiration or 0) * 1000),
                }
            },
        )
