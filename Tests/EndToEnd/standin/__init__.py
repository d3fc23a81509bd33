"""A strict stand-in for AWS on loopback: CodeArtifact's API, every way of signing in, package repositories, a public index."""

from .answers import MALFORMED, connection_cut, error, internal_error, silence, throttled, unavailable
from .http import Response
from .iam import ALL_ACTIONS, ASSUME_ROLE, BEARER_TOKEN, GET_TOKEN, Credentials
from .standin import Record, Repository, StandIn
from .tokens import Mint, fingerprint
from .wheels import Distribution, eight_wheels, sdist, wheel

__all__ = [
    "ALL_ACTIONS",
    "ASSUME_ROLE",
    "BEARER_TOKEN",
    "GET_TOKEN",
    "MALFORMED",
    "Credentials",
    "Distribution",
    "Mint",
    "Record",
    "Repository",
    "Response",
    "StandIn",
    "connection_cut",
    "eight_wheels",
    "error",
    "fingerprint",
    "internal_error",
    "sdist",
    "silence",
    "throttled",
    "unavailable",
    "wheel",
]
