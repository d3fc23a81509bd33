"""AWS Sign-in, behind `aws login`: short credentials, renewed with a refresh token and a proof of its key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .clock import Clock
from .dpop import ProofError, ProofVerifier, thumbprint
from .hosts import Host
from .http import Request, Response
from .iam import Credentials, Iam, Role
from .identity_center import iso
from .json_service import ServiceError, json_members, refuse_signature
from .tokens import fingerprint

CLIENT_ID = "arn:aws:signin:::devtools/same-device"
LIFETIME = 900
_STATUS = {"TOKEN_EXPIRED": 401, "USER_CREDENTIALS_CHANGED": 403, "INSUFFICIENT_PERMISSIONS": 403}


@dataclass
class LoginSession:
    """One `aws login`. Set `refused` to one of AWS's reasons, and it can be renewed no more."""

    arn: str
    role: Role
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    credentials: Credentials = field(repr=False)
    refresh_token: str = field(repr=False)
    refused: str | None = None

    def cache_entry(self) -> dict[str, object]:
        """The file that AWS CLI v2 keeps of it."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        return {
            "accessToken": {
                "accessKeyId": self.credentials.access_key_id,
                "secretAccessKey": self.credentials.secret_access_key,
                "sessionToken": self.credentials.session_token,
                "accountId": self.role.account,
                "expiresAt": iso(self.credentials.expiration or 0),
            },
            "clientId": CLIENT_ID,
            "refreshToken": self.refresh_token,
            "idToken": "eyJhbGciOiJub25lIn0.e30.",
            "tokenType": "aws_sigv4",
            "dpopKey": pem.decode(),
        }


class SignInService:
    """`<region>.signin.aws.amazon.com`."""

    def __init__(self, iam: Iam, clock: Clock) -> None:
        self.iam, self.clock = iam, clock
        self.renewals = 0
        self._proofs = ProofVerifier()
        self._sessions: dict[str, LoginSession] = {}

    def login(self, user: str = "anna", account: str = "111122223333", lifetime: float = LIFETIME) -> LoginSession:
        """What `aws login` ends in."""
        role = self.iam.add_role(f"login-{user}", set(), account)
        session = LoginSession(
            f"arn:aws:sts::{account}:assumed-role/{role.name}/{user}",
            role,
            ec.generate_private_key(ec.SECP256R1()),
            self.iam.issue_session(role, user, lifetime),
            secrets.token_urlsafe(200),
        )
        self._sessions[fingerprint(session.refresh_token)] = session
        return session

    def secrets(self) -> set[str]:
        return {session.refresh_token for session in list(self._sessions.values())}

    def answer(self, request: Request, host: Host) -> Response:
        try:
            return self._token(request, host)
        except ServiceError as refused:
            return refused.response()

    def _token(self, request: Request, host: Host) -> Response:
        if (request.method, request.path) != ("POST", "/v1/token"):
            raise ServiceError(404, "UnknownOperationException", f"Unknown: {request.method} {request.path}")
        refuse_signature(request, "ValidationException")
        asked = json_members(request, "ValidationException", {"clientId", "grantType", "refreshToken"})
        if (asked["clientId"], asked["grantType"]) != (CLIENT_ID, "refresh_token"):
            raise _invalid("INVALID_REQUEST", "unknown client or grant")
        try:
            # Signed at the client's own time: a proof is as sensitive to the clock as a signature.
            holder = self._proofs.verify(
                request.header("DPoP") or "", "POST", f"https://{host.name}/v1/token", self.clock.now()
            )
        except ProofError as wrong:
            raise _invalid("INVALID_REQUEST", f"DPoP proof: {wrong}") from None
        session = self._sessions.get(fingerprint(str(asked["refreshToken"])))
        if session is None or holder != thumbprint(session.key.public_key()):
            raise ServiceError(401, "AccessDeniedException", "Unknown refresh token", error="TOKEN_EXPIRED")
        if session.refused:
            raise ServiceError(
                _STATUS[session.refused], "AccessDeniedException", "The session has ended", error=session.refused
            )
        return self._renew(session)

    def _renew(self, session: LoginSession) -> Response:
        user = session.arn.rsplit("/", 1)[1]
        session.credentials = self.iam.issue_session(session.role, user, LIFETIME)
        # The old refresh token goes on to serve: AWS calls the operation idempotent within its validity.
        session.refresh_token = secrets.token_urlsafe(200)
        self._sessions[fingerprint(session.refresh_token)] = session
        self.renewals += 1
        return Response.json(
            200,
            {
                "accessToken": {
                    "accessKeyId": session.credentials.access_key_id,
                    "secretAccessKey": session.credentials.secret_access_key,
                    "sessionToken": session.credentials.session_token,
                },
                "tokenType": "aws_sigv4",
                "expiresIn": LIFETIME,
                "refreshToken": session.refresh_token,
            },
        )


def _invalid(code: str, message: str) -> ServiceError:
    return ServiceError(400, "ValidationException", message, error=code)
