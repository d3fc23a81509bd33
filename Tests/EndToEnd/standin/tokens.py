"""Authorization tokens: minted in the shape of the real ones, remembered only by their digest."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field

from .clock import Clock


def fingerprint(token: str) -> str:
    """A short digest by which a token can be compared and shown."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Mint:
    """One successful GetAuthorizationToken: who asked for what, and the digest of the token."""

    caller: str
    domain: str
    owner: str
    region: str
    duration: int
    time: float
    expiration: float
    fingerprint: str


@dataclass
class _Token:
    domain: str
    owner: str
    region: str
    expiration: float
    revoked: bool = False


@dataclass
class TokenRegister:
    """Every token minted, and whether the repositories still take it."""

    clock: Clock
    mints: list[Mint] = field(default_factory=list)
    # When set, the next tokens expire at this epoch time whatever was asked for.
    forced_expiration: float | None = None

    def __post_init__(self) -> None:
        self._tokens: dict[str, _Token] = {}
        self._lock = threading.Lock()

    def mint(
        self, caller: str, domain: str, owner: str, region: str, duration: int, expiration: float
    ) -> tuple[str, float]:
        """A new token and its expiration. `duration` is what was asked for, `expiration` what it comes to."""
        if self.forced_expiration is not None:
            expiration = self.forced_expiration
        token = self.issue(domain, owner, region, expiration)
        mint = Mint(caller, domain, owner, region, duration, self.clock.now(), expiration, fingerprint(token))
        with self._lock:
            self.mints.append(mint)
        return token, expiration

    def issue(self, domain: str, owner: str, region: str, expiration: float) -> str:
        """A token that the domain takes, not counted as a mint."""
        token = _shape(int(self.clock.now()), int(expiration))
        with self._lock:
            self._tokens[fingerprint(token)] = _Token(domain, owner, region, expiration)
        return token

    def accepts(self, token: str, domain: str, owner: str, region: str) -> bool:
        """True when the token was minted for this domain and is neither expired nor revoked."""
        with self._lock:
            known = self._tokens.get(fingerprint(token))
            return (
                known is not None
                and (known.domain, known.owner, known.region) == (domain, owner, region)
                and not known.revoked
                and known.expiration > self.clock.now()
            )

    def revoke_all(self) -> None:
        """From now on no repository takes a token minted so far; its stated expiration stays what it was."""
        with self._lock:
            for token in self._tokens.values():
                token.revoked = True


def _shape(issued: int, expires: int) -> str:
    """A compact JWE as CodeArtifact makes them: the header can be read, the rest is noise."""
    header = {
        "ver": 1,
        "isu": issued,
        "enc": "A128GCM",
        "tag": secrets.token_urlsafe(16),
        "exp": expires,
        "alg": "A128GCMKW",
        "iv": secrets.token_urlsafe(12),
    }
    first = base64.urlsafe_b64encode(json.dumps(header, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return ".".join([first, *(secrets.token_urlsafe(size) for size in (16, 12, 620, 16))])
