"""Verifies Signature Version 4 by signing again with botocore, AWS's own implementation, and comparing."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re

from botocore import credentials as boto_credentials
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from .clock import Clock
from .http import Request
from .iam import Credentials, Iam

TOLERANCE = 300
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[A-Za-z0-9]+)/(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)"
    r"/aws4_request, ?SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureError(Exception):
    """Why a request is refused, in AWS's words. `kind` is what the protocol of the service spells its own way."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def verify(request: Request, iam: Iam, clock: Clock, service: str, region: str) -> Credentials:
    """The credentials that signed the request, or SignatureError."""
    header = request.header("Authorization")
    if header is None:
        raise SignatureError("missing", "Missing Authentication Token")
    match = _AUTHORIZATION.fullmatch(header)
    if match is None:
        raise SignatureError("incomplete", "Authorization header requires existence of 'Credential' and 'Signature'.")
    credentials = _known_credentials(request, iam, clock, match["key"])
    if match["service"] != service:
        raise SignatureError("mismatch", f"Credential should be scoped to correct service: '{service}'.")
    if match["region"] != region:
        raise SignatureError("mismatch", f"Credential should be scoped to a valid region, not '{match['region']}'.")
    timestamp = _checked_date(request, clock, match["day"])
    _check_signed_headers(request, match["headers"].split(";"))
    _check_signature(request, credentials, match, timestamp)
    return credentials


def _known_credentials(request: Request, iam: Iam, clock: Clock, access_key_id: str) -> Credentials:
    credentials = iam.find(access_key_id)
    if credentials is None or request.header("X-Amz-Security-Token") != credentials.session_token:
        raise SignatureError("unknown", "The security token included in the request is invalid.")
    if credentials.expiration is not None and credentials.expiration <= clock.now():
        raise SignatureError("expired", "The security token included in the request is expired")
    return credentials


def _checked_date(request: Request, clock: Clock, day: str) -> str:
    timestamp = request.header("X-Amz-Date") or ""
    try:
        moment = datetime.datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise SignatureError("incomplete", "Date must be in ISO-8601 'basic format'.") from None
    if timestamp[:8] != day:
        raise SignatureError("mismatch", f"Date in Credential scope does not match YYYYMMDD from {timestamp}.")
    now = datetime.datetime.fromtimestamp(clock.now(), datetime.timezone.utc)
    skew = (moment - now).total_seconds()
    shown = now.strftime("%Y%m%dT%H%M%SZ")
    if skew < -TOLERANCE:
        edge = (now - datetime.timedelta(seconds=TOLERANCE)).strftime("%Y%m%dT%H%M%SZ")
        raise SignatureError("skew", f"Signature expired: {timestamp} is now earlier than {edge} ({shown} - 5 min.)")
    if skew > TOLERANCE:
        edge = (now + datetime.timedelta(seconds=TOLERANCE)).strftime("%Y%m%dT%H%M%SZ")
        raise SignatureError(
            "skew", f"Signature not yet current: {timestamp} is still later than {edge} ({shown} + 5 min.)"
        )
    return timestamp


def _check_signed_headers(request: Request, signed: list[str]) -> None:
    required = {"host", "x-amz-date"} | {
        name.lower() for name, _ in request.headers if name.lower().startswith("x-amz-")
    }
    missing = sorted(required - set(signed))
    if missing:
        raise SignatureError(
            "mismatch", f"There were headers present in the request which were not signed: {', '.join(missing)}"
        )
    if signed != sorted(set(signed)):
        raise SignatureError("mismatch", "SignedHeaders must be sorted and name each header once.")


def _check_signature(request: Request, credentials: Credentials, match: re.Match[str], timestamp: str) -> None:
    body_hash = hashlib.sha256(request.body).hexdigest()
    stated = request.header("X-Amz-Content-SHA256")
    signed = match["headers"].split(";")
    again = AWSRequest(method=request.method, url=f"https://{request.host}{request.target}", data=request.body)
    for name in signed:
        again.headers[name] = request.header(name) or ""
    again.context["timestamp"] = timestamp
    auth = SigV4Auth(
        boto_credentials.Credentials(credentials.access_key_id, credentials.secret_access_key),
        match["service"],
        match["region"],
    )
    text = auth.string_to_sign(again, auth.canonical_request(again))
    good = hmac.compare_digest(auth.signature(text, again), match["signature"])
    if not good or (stated is not None and stated != body_hash):
        raise SignatureError(
            "mismatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.",
        )
