"""Verifies a DPoP proof (RFC 9449): a small signed statement that the sender holds the key bound to its token."""

from __future__ import annotations

import base64
import hashlib
import json
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

TOLERANCE = 300


class ProofError(Exception):
    """What is wrong with a proof."""


def thumbprint(key: ec.EllipticCurvePublicKey) -> str:
    """The digest by which a key is compared (RFC 7638)."""
    numbers = key.public_numbers()
    return _thumbprint(_encode(numbers.x.to_bytes(32, "big")), _encode(numbers.y.to_bytes(32, "big")))


class ProofVerifier:
    """Verifies proofs and remembers their identifiers: none serves twice."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def verify(self, proof: str, method: str, url: str, now: float | None = None) -> str:
        """The thumbprint of the key that made the proof, or ProofError."""
        parts = proof.split(".")
        if len(parts) != 3:
            raise ProofError("a proof has three parts")
        header, claims = _object(parts[0]), _object(parts[1])
        jwk = header.get("jwk")
        if (header.get("typ"), header.get("alg")) != ("dpop+jwt", "ES256") or not isinstance(jwk, dict):
            raise ProofError("typ must be dpop+jwt, alg ES256, with a jwk")
        if set(jwk) != {"kty", "crv", "x", "y"} or (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
            raise ProofError("jwk must be a public P-256 key and nothing more")
        _check_signature(jwk, f"{parts[0]}.{parts[1]}", parts[2])
        if (claims.get("htm"), claims.get("htu")) != (method, url):
            raise ProofError(f"made for {claims.get('htm')} {claims.get('htu')}, not {method} {url}")
        issued = claims.get("iat")
        if not isinstance(issued, int) or abs(issued - (time.time() if now is None else now)) > TOLERANCE:
            raise ProofError("iat is not now")
        identifier = claims.get("jti")
        if not isinstance(identifier, str) or not identifier or identifier in self._seen:
            raise ProofError("jti is missing or was seen before")
        self._seen.add(identifier)
        return _thumbprint(jwk["x"], jwk["y"])


def _check_signature(jwk: dict, signed: str, signature: str) -> None:
    x, y, raw = _decode(jwk["x"]), _decode(jwk["y"]), _decode(signature)
    if (len(x), len(y), len(raw)) != (32, 32, 64):
        raise ProofError("coordinates are 32 bytes each, a signature is r and s of 32 bytes each")
    try:
        key = ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        ).public_key()
        pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        raise ProofError("the signature does not match the key") from None


def _object(part: str) -> dict:
    try:
        value = json.loads(_decode(part))
    except ValueError:
        raise ProofError("a part is not JSON") from None
    if not isinstance(value, dict):
        raise ProofError("a part is not an object")
    return value


def _decode(text: object) -> bytes:
    if not isinstance(text, str) or "=" in text:
        raise ProofError("a part is not unpadded base64url")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except ValueError:
        raise ProofError("a part is not unpadded base64url") from None


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _thumbprint(x: str, y: str) -> str:
    return hashlib.sha256(
        json.dumps({"crv": "P-256", "kty": "EC", "x": x, "y": y}, separators=(",", ":")).encode()
    ).hexdigest()
