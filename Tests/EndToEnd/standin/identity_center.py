"""AWS IAM Identity Center: who is signed in, with which client, and which roles are assigned."""

from __future__ import annotations

import datetime
import secrets
import threading
from dataclasses import dataclass, field

from .clock import Clock
from .iam import Credentials, Iam, Role
from .tokens import fingerprint

SSO_ROLE_PREFIX = "AWSReservedSSO_"
CLIENT_LIFETIME = 90 * 86400


def iso(moment: float) -> str:
    """A time as AWS's tools write it into their caches."""
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Client:
    """A registered OIDC client."""

    client_id: str
    client_secret: str = field(repr=False)
    expires: float


@dataclass
class SsoSignIn:
    """One person's sign-in, with the tokens that are valid now."""

    user: str
    region: str
    start_url: str
    client: Client
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires: float
    revoked: bool = False

    def cache_entry(self, session: str | None = "corp") -> dict[str, object]:
        """The file that AWS CLI v2 keeps of it; the legacy form, without a session, cannot be refreshed."""
        entry: dict[str, object] = {
            "startUrl": self.start_url,
            "region": self.region,
            "accessToken": self.access_token,
            "expiresAt": iso(self.expires),
        }
        if session is not None:
            entry |= {
                "clientId": self.client.client_id,
                "clientSecret": self.client.client_secret,
                "registrationExpiresAt": iso(self.client.expires),
                "refreshToken": self.refresh_token,
            }
        return entry


class IdentityCenter:
    """One organisation's instance, in one region. Remembers every access token that was ever valid."""

    def __init__(self, iam: Iam, clock: Clock) -> None:
        self.iam, self.clock = iam, clock
        self.region = "us-east-1"
        self.start_url = "https://corp.awsapps.example/start"
        self.token_lifetime = 3600
        self.refreshes = 0
        self._clients: dict[str, Client] = {}
        self._access: dict[str, tuple[SsoSignIn, float]] = {}
        self._refresh: dict[str, SsoSignIn] = {}
        self._assigned: dict[tuple[str, str, str], Role] = {}
        self._lock = threading.Lock()

    def assign(self, role_name: str, user: str = "anna", account: str = "111122223333", **role: object) -> Role:
        """From now on this person may take this role in this account."""
        name = f"{SSO_ROLE_PREFIX}{role_name}_{secrets.token_hex(8)}"
        self._assigned[user, account, role_name] = self.iam.add_role(name, set(), account, **role)  # type: ignore
        return self._assigned[user, account, role_name]

    def register_client(self) -> Client:
        client = Client(secrets.token_urlsafe(16), secrets.token_urlsafe(48), self.clock.now() + CLIENT_LIFETIME)
        self._clients[client.client_id] = client
        return client

    def client(self, client_id: object, client_secret: object) -> Client | None:
        """The client, when it is registered, its secret is right and it has not expired."""
        client = self._clients.get(client_id) if isinstance(client_id, str) else None
        if client is None or client.client_secret != client_secret or client.expires <= self.clock.now():
            return None
        return client

    def sign_in(self, user: str = "anna", lifetime: float = 3600, client: Client | None = None) -> SsoSignIn:
        """What `aws sso login` ends in. A negative lifetime has passed already."""
        client = client or self.register_client()
        expires = self.clock.now() + lifetime
        access, refresh = _token("aoa"), _token("aor")
        session = SsoSignIn(user, self.region, self.start_url, client, access, refresh, expires)
        with self._lock:
            self._access[fingerprint(access)] = session, expires
            self._refresh[fingerprint(refresh)] = session
        return session

    def refresh(self, token: str, client: Client) -> SsoSignIn | None:
        """The sign-in with new tokens, or None when there is nothing to refresh. A refresh token serves once."""
        with self._lock:
            session = self._refresh.pop(fingerprint(token), None)
            if session is None or session.revoked or session.client.client_id != client.client_id:
                return None
            session.access_token, session.refresh_token = _token("aoa"), _token("aor")
            session.expires = self.clock.now() + self.token_lifetime
            self._access[fingerprint(session.access_token)] = session, session.expires
            self._refresh[fingerprint(session.refresh_token)] = session
            self.refreshes += 1
            return session

    def secrets(self) -> set[str]:
        with self._lock:
            sessions = [session for session, _ in self._access.values()]
        tokens = {token for one in sessions for token in (one.access_token, one.refresh_token) if token}
        return tokens | {client.client_secret for client in self._clients.values()}

    def signed_in(self, access_token: str) -> SsoSignIn | None:
        """Whose token this is, while it is valid."""
        with self._lock:
            session, expires = self._access.get(fingerprint(access_token), (None, 0.0))
        return session if session and not session.revoked and expires > self.clock.now() else None

    def knows_account(self, account: str) -> bool:
        return any(known == account for _, known, _ in self._assigned)

    def role_credentials(self, session: SsoSignIn, account: str, role_name: str) -> Credentials | None:
        """Credentials of the role, where it is assigned."""
        role = self._assigned.get((session.user, account, role_name))
        return self.iam.issue_session(role, session.user) if role else None


def _token(kind: str) -> str:
    return f"{kind}AAAAA{secrets.token_urlsafe(300)}:{secrets.token_urlsafe(80)}"
