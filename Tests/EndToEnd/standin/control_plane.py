"""The CodeArtifact API, as strict as the real one: GetAuthorizationToken here, the rest in the catalog."""

from __future__ import annotations

import re
import time

from .api_error import ApiError, denied
from .catalog import Catalog
from .clock import Clock
from .faults import Faults
from .hosts import Host
from .http import Request, Response
from .iam import BEARER_TOKEN, GET_TOKEN, Credentials, Iam, Principal
from .repository import RepositoryEndpoint
from .signature import SignatureError, verify
from .throttle import Throttle
from .tokens import TokenRegister

_SIGNATURE_ERRORS = {
    "missing": "MissingAuthenticationTokenException",
    "incomplete": "IncompleteSignatureException",
    "unknown": "UnrecognizedClientException",
    "expired": "ExpiredTokenException",
    "mismatch": "InvalidSignatureException",
    "skew": "InvalidSignatureException",
}
_DOMAIN_NAME = re.compile(r"[a-z][a-z0-9\-]{0,48}[a-z0-9]")
_PARAMETERS = {"domain", "domain-owner", "duration"}


class ControlPlane:
    """`codeartifact.<region>.amazonaws.com`."""

    def __init__(
        self, iam: Iam, clock: Clock, faults: Faults, tokens: TokenRegister, repositories: RepositoryEndpoint
    ) -> None:
        self.iam, self.clock, self.faults, self.tokens = iam, clock, faults, tokens
        self.throttle = Throttle()
        self.domains: set[tuple[str, str, str]] = set()
        self.catalog = Catalog(repositories, self.domains)

    def answer(self, request: Request, host: Host) -> Response:
        try:
            operation = self.catalog.operations.get((request.method, request.path))
            if operation is not None:
                return operation(request, host, self._caller(request, host).principal)
            return self._authorization_token(request, host)
        except ApiError as error:
            return error.response()

    def _authorization_token(self, request: Request, host: Host) -> Response:
        if request.path != "/v1/authorization-token":
            raise ApiError(404, "UnknownOperationException", f"Unknown operation: {request.path}")
        if request.method != "POST":
            raise ApiError(405, "UnknownOperationException", f"Method not allowed: {request.method}")
        credentials = self._caller(request, host)
        principal = credentials.principal
        domain, owner, duration = _parameters(request, principal)
        if not self.throttle.grants(self.faults.mints_per_second):
            raise ApiError(429, "ThrottlingException", "Rate exceeded")
        # The delay stands before the decision, as AWS's own work does.
        time.sleep(self.faults.mint_delay)
        self._authorize(principal, f"arn:aws:codeartifact:{host.region}:{owner}:domain/{domain}")
        if (domain, owner, host.region) not in self.domains:
            raise ApiError(
                404,
                "ResourceNotFoundException",
                f"Domain not found. Domain '{domain}' owned by account '{owner}' does not exist",
            )
        expiration = self.clock.now() + (duration or 43200)
        if duration == 0 and credentials.expiration is not None:
            expiration = credentials.expiration
        token, expiration = self.tokens.mint(principal.arn, domain, owner, host.region, duration, expiration)
        return Response.json(200, {"authorizationToken": token, "expiration": round(expiration, 3)})

    def _caller(self, request: Request, host: Host) -> Credentials:
        try:
            return verify(request, self.iam, self.clock, "codeartifact", host.region)
        except SignatureError as error:
            raise ApiError(403, _SIGNATURE_ERRORS[error.kind], error.message) from None

    @staticmethod
    def _authorize(principal: Principal, resource: str) -> None:
        for action, on in ((GET_TOKEN, resource), (BEARER_TOKEN, "*")):
            if not principal.may(action):
                raise denied(principal.arn, action, on)


def _parameters(request: Request, principal: Principal) -> tuple[str, str, int]:
    names = [name for name, _ in request.query]
    values = dict(request.query)
    if set(names) - _PARAMETERS or len(names) != len(values):
        raise ApiError(400, "ValidationException", "Unknown or repeated query parameter")
    if request.body:
        raise ApiError(400, "ValidationException", "The request body must be empty")
    domain = values.get("domain", "")
    if not _DOMAIN_NAME.fullmatch(domain):
        raise ApiError(400, "ValidationException", f"1 validation error detected: invalid value at 'domain': {domain}")
    owner = values.get("domain-owner", principal.account)
    if not re.fullmatch(r"\d{12}", owner):
        raise ApiError(400, "ValidationException", f"1 validation error detected: invalid 'domainOwner': {owner}")
    text = values.get("duration", "43200")
    duration = int(text) if text.isdigit() else -1
    if duration != 0 and not 900 <= duration <= 43200:
        raise ApiError(
            400, "ValidationException", "Duration must be 0 or between 900 and 43200 seconds (15 minutes and 12 hours)"
        )
    return domain, owner, duration
