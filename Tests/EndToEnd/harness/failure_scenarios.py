"""Scenarios in which a lookup fails: each one breaks something, and knows the words of the error message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from standin import Credentials, Repository, StandIn

from .aws_files import write_config, write_keys
from .developer import Developer
from .home import Home

ACCOUNT = "111122223333"
CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
REGION = {"region": "us-east-1"}
PROXY_PASSWORD = "hunter2"


@dataclass
class Setup:
    """What a scenario may break."""

    home: Home
    standin: StandIn
    user: Credentials
    repository: Repository

    def config(self, **sections: dict[str, str]) -> None:
        write_config(self.home, {name.replace("_", " "): values for name, values in sections.items()})

    def keys(self, credentials: Credentials, profile: str = "dev") -> None:
        write_keys(self.home, {profile: credentials})

    def sso(self, role: str = "Reader", defined: bool = True):
        """The profile `dev` of the SSO session `corp`, in which only `Reader` is assigned."""
        center = self.standin.identity_center
        center.assign("Reader")
        dev = {"sso_session": "corp", "sso_account_id": ACCOUNT, "sso_role_name": role}
        where = {"sso_start_url": center.start_url, "sso_region": center.region}
        write_config(self.home, {"dev": dev, **({"sso-session corp": where} if defined else {})})
        return center

    def role(self, **settings: str) -> None:
        self.config(base={}, dev={"role_arn": ROLE, "source_profile": "base", **REGION, **settings})
        self.keys(self.user, "base")

    def web_identity(self, token: str) -> str:
        self.standin.iam.add_role("reader", trusted={self.standin.providers.arn})
        path = str(self.home.write("token", token))
        self.config(dev={"role_arn": ROLE, "web_identity_token_file": path, **REGION})
        return path


Scenario = Callable[[Setup], list[str]]


class FailureTable:
    """The rows of a table of messages. Its scenarios have the names of their functions."""

    def __init__(self) -> None:
        self.rows: dict[str, Scenario] = {}

    def row(self, scenario: Scenario) -> Scenario:
        """A row: it sets the scenario up and returns the words that the line must contain."""
        self.rows[scenario.__name__.replace("_", " ")] = scenario
        return scenario

    def check(self, name: str, developer: Developer, user: Credentials) -> None:
        """Runs a scenario and compares the line."""
        setup = Setup(developer.home, developer.standin, user, developer.repository)
        line = developer.error(*self.rows[name](setup))
        assert PROXY_PASSWORD not in line
        assert developer.standin.mint_count == 0
