"""What scenarios are made with: a home to write files to, and the AWS around it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from standin import Credentials, StandIn

from ..aws_files import write_login_token, write_sso_token, section, write_config, write_keys
from ..home import Home

ACCOUNT = "111122223333"
SCENARIOS: dict[str, Callable[[Setup], None]] = {}


@dataclass
class Setup:
    """A home to set up, and the AWS around it."""

    home: Home
    standin: StandIn
    anna: Credentials
    berta: Credentials

    def config(self, **sections: dict[str, str]) -> None:
        write_config(self.home, {name.replace("__", " "): values for name, values in sections.items()})

    def env(self, **variables: str | Path) -> None:
        self.home.env |= {name: str(value) for name, value in variables.items()}

    def role(self, name: str = "reader", *trusted: str, **more) -> str:
        """The ARN of a new role that anna may assume, or whom else is named."""
        names = set(trusted) or {self.anna.principal.arn}
        return self.standin.iam.add_role(name, trusted=names, **more).arn

    def workload(self) -> tuple[Path, str]:
        """A token of an identity provider, and a role for it."""
        return self.home.write("token", self.standin.providers.issue()), self.role("ci", self.standin.providers.arn)

    def sso(
        self,
        lifetime: float = 3600,
        legacy: bool = False,
        session: str = "corp",
        expires_at: str | None = None,
        **more: str,
    ) -> None:
        center = self.standin.identity_center
        center.assign("Reader")
        where = {"sso_start_url": center.start_url, "sso_region": center.region}
        chosen = {"sso_account_id": ACCOUNT, "sso_role_name": "Reader", **more}
        if legacy:
            self.config(dev={**where, **chosen})
        else:
            heading = f"sso-session__{shlex.quote(session)}"
            self.config(dev={"sso_session": session, **chosen}, **{heading: where})
        self.env(AWS_PROFILE="dev")
        end = {"expiresAt": expires_at} if expires_at else {}
        write_sso_token(self.home, center.sign_in(lifetime=lifetime), None if legacy else session, **end)

    def process(self, **changes: object) -> str:
        """A credential_process that answers with a session."""
        session = self.standin.iam.issue_session(self.standin.iam.add_role("tool", set()), "anna")
        answer = {
            "Version": 1,
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": session.secret_access_key,
            "SessionToken": session.session_token,
            "Expiration": "2099-01-01T00:00:00Z",
            **changes,
        }
        return f"cat {self.home.write('answer.json', json.dumps(answer))}"

    def container(self) -> None:
        self.standin.machine.role = self.standin.iam.add_role("worker", set())
        self.env(
            AWS_CONTAINER_CREDENTIALS_FULL_URI=self.standin.container_uri,
            AWS_CONTAINER_AUTHORIZATION_TOKEN=self.standin.machine.authorization,
        )

    def instance(self) -> None:
        self.standin.machine.role = self.standin.iam.add_role("worker", set())
        del self.home.env["AWS_EC2_METADATA_DISABLED"]
        self.env(AWS_EC2_METADATA_SERVICE_ENDPOINT=f"{self.standin.machine_url}/")


def keys(credentials: Credentials) -> dict[str, str]:
    """Credentials as settings of a profile."""
    return {name.lower(): value for name, value in credentials.environment().items()}


def scenario(set_up: Callable[[Setup], None]) -> Callable[[Setup], None]:
    """Adds a scenario under the name of its function."""
    SCENARIOS[set_up.__name__.replace("_", " ")] = set_up
    return set_up


__all__ = ["ACCOUNT", "SCENARIOS", "Setup", "write_login_token", "keys", "section", "scenario", "write_keys"]
