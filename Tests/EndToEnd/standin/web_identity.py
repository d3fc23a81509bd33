"""Identity providers that an account trusts, and the tokens they gave."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass

from .clock import Clock
from .tokens import fingerprint


class InvalidToken(Exception):
    """Why a token is refused, in STS's words."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass
class IdentityToken:
    """A token of a provider, remembered by its digest. `rejected` is the claim that the provider takes back."""

    subject: str
    provider_arn: str
    expires: float
    rejected: bool = False


class IdentityProviders:
    """Whoever vouches for workloads: a Kubernetes cluster, a CI system."""

    def __init__(self, clock: Clock, account: str = "111122223333") -> None:
        self.clock = clock
        self.arn = f"arn:aws:iam::{account}:oidc-provider/ci.example"
        self._tokens: dict[str, IdentityToken] = {}

    def issue(self, subject: str = "project:acme", lifetime: float = 3600, rejected: bool = False) -> str:
        """A token in the shape of a JWT."""
        expires = self.clock.now() + lifetime
        claims = {"iss": "https://ci.example", "sub": subject, "aud": "sts.amazonaws.com", "exp": int(expires)}
        parts = [_encode({"alg": "RS256", "typ": "JWT"}), _encode(claims), secrets.token_urlsafe(256)]
        token = ".".join(parts)
        self._tokens[fingerprint(token)] = IdentityToken(subject, self.arn, expires, rejected)
        return token

    def verify(self, text: str) -> IdentityToken:
        """The token as it was given. A line break at its end is forgiven: users write such files with `echo`."""
        token = self._tokens.get(fingerprint(text.rstrip("\r\n")))
        if token is None:
            raise InvalidToken(
                400, "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider"
            )
        now = self.clock.now()
        if token.expires <= now:
            raise InvalidToken(
                400,
                "ExpiredTokenException",
                f"Token expired: current date/time {int(now)} must be before the expiration date/time "
                f"{int(token.expires)}",
            )
        if token.rejected:
            raise InvalidToken(403, "IDPRejectedClaim", "The identity provider rejected the claim")
        return token


def _encode(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
