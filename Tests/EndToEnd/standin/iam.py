"""Who may do what: users with static keys, roles with a trust policy, temporary credentials."""

from __future__ import annotations

import secrets
import string
import threading
from dataclasses import dataclass, field

from .clock import Clock
from .mfa import MfaDevice

GET_TOKEN = "codeartifact:GetAuthorizationToken"
BEARER_TOKEN = "sts:GetServiceBearerToken"
ASSUME_ROLE = "sts:AssumeRole"
GET_ENDPOINT = "codeartifact:GetRepositoryEndpoint"
LIST_REPOSITORIES = "codeartifact:ListRepositories"
LIST_IN_DOMAIN = "codeartifact:ListRepositoriesInDomain"
ALL_ACTIONS = frozenset({GET_TOKEN, BEARER_TOKEN, ASSUME_ROLE, GET_ENDPOINT, LIST_REPOSITORIES, LIST_IN_DOMAIN})

_KEY_ALPHABET = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class Principal:
    """An identity as policies and error messages name it. `entity_arn` is the user or the role behind a session."""

    arn: str
    entity_arn: str
    account: str
    allowed: frozenset[str]

    def may(self, action: str) -> bool:
        return action in self.allowed


@dataclass(frozen=True)
class Credentials:
    """A key pair, with a session token and an expiration where it is temporary."""

    principal: Principal
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expiration: float | None = None

    def environment(self) -> dict[str, str]:
        """The variables by which AWS tools are given these credentials."""
        variables = {"AWS_ACCESS_KEY_ID": self.access_key_id, "AWS_SECRET_ACCESS_KEY": self.secret_access_key}
        if self.session_token is not None:
            variables["AWS_SESSION_TOKEN"] = self.session_token
        return variables


@dataclass(frozen=True)
class Role:
    """A role: whom it trusts (ARNs, or an account id), and the external id it insists on."""

    arn: str
    name: str
    account: str
    trusted: frozenset[str]
    external_id: str | None
    allowed: frozenset[str]
    max_session_duration: int
    requires_mfa: bool = False


class Iam:
    """The accounts of the stand-in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._credentials: dict[str, Credentials] = {}
        self._roles: dict[str, Role] = {}
        self._devices: dict[str, MfaDevice] = {}

    def add_user(
        self, name: str, account: str = "111122223333", allowed: frozenset[str] | set[str] = ALL_ACTIONS
    ) -> Credentials:
        """A user with an access key. `allowed` is the set of actions granted to it."""
        arn = f"arn:aws:iam::{account}:user/{name}"
        return self._register(Principal(arn, arn, account, frozenset(allowed)), "AKIA")

    def add_root(self, account: str = "111122223333") -> Credentials:
        """The account's root user, whom CodeArtifact gives no tokens."""
        arn = f"arn:aws:iam::{account}:root"
        return self._register(Principal(arn, arn, account, frozenset({ASSUME_ROLE})), "AKIA")

    def add_role(
        self,
        name: str,
        trusted: set[str],
        account: str = "111122223333",
        external_id: str | None = None,
        allowed: frozenset[str] | set[str] = ALL_ACTIONS,
        max_session_duration: int = 3600,
        requires_mfa: bool = False,
    ) -> Role:
        """A role that the `trusted` principals (ARN, or account id for all of one account) may assume."""
        arn = f"arn:aws:iam::{account}:role/{name}"
        role = Role(
            arn, name, account, frozenset(trusted), external_id, frozenset(allowed), max_session_duration, requires_mfa
        )
        self._roles[arn] = role
        return role

    def issue_session(self, role: Role, session_name: str, duration: float = 3600) -> Credentials:
        """Temporary credentials of a role, as AssumeRole hands them out."""
        arn = f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{session_name}"
        return self._register(
            Principal(arn, role.arn, role.account, role.allowed), "ASIA", self._clock.now() + duration
        )

    def roles(self) -> list[Role]:
        return list(self._roles.values())

    def add_mfa_device(self, user: Credentials) -> MfaDevice:
        """A device that the user has registered."""
        device = MfaDevice(user.principal.arn)
        self._devices[device.serial] = device
        return device

    def mfa_device(self, serial: str) -> MfaDevice | None:
        return self._devices.get(serial)

    def find(self, access_key_id: str) -> Credentials | None:
        with self._lock:
            return self._credentials.get(access_key_id)

    def find_role(self, arn: str) -> Role | None:
        return self._roles.get(arn)

    def delete_access_key(self, access_key_id: str) -> None:
        with self._lock:
            self._credentials.pop(access_key_id, None)

    def secrets(self) -> set[str]:
        with self._lock:
            known = list(self._credentials.values())
        return {secret for one in known for secret in (one.secret_access_key, one.session_token) if secret}

    def _register(self, principal: Principal, prefix: str, expiration: float | None = None) -> Credentials:
        key_id = prefix + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(16))
        session_token = "IQoJb3JpZ2luX2Vj" + secrets.token_urlsafe(480) + "==" if expiration else None
        credentials = Credentials(principal, key_id, secrets.token_urlsafe(30), session_token, expiration)
        with self._lock:
            self._credentials[key_id] = credentials
        return credentials
