"""Someone who signs in with `login`: to SSO, with the AWS CLI or without, in front of a terminal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from standin import Repository, StandIn
from standin.identity_center import IdentityCenter

from .aws_files import sso_cache, write_config
from .developer import Developer
from .terminal import Terminal

ACCOUNT = "111122223333"
ROLE = {"sso_account_id": ACCOUNT, "sso_role_name": "Reader"}
SCOPES = "sso:account:access"

# An `aws` that notes how it is called. `--version` is answered, and what `sign-in` is told to do is done.
_AWS = """#!/bin/sh
if [ "$1" = --version ]; then echo "aws-cli/VERSION Python/3.11.2 Linux/6.1 exe/x86_64"; exit 0; fi
printf '%s\\n' "$@" >>"$HOME/aws-arguments"
echo "the CLI speaks"
exec /bin/sh "$HOME/sign-in"
"""


@dataclass
class Person:
    """Whose profile `dev` is of the SSO session `corp`. There is no AWS CLI on PATH."""

    developer: Developer

    def __post_init__(self) -> None:
        self.home.env["PATH"] = str(self.developer.installation.bin)
        self.home.env["TERM"] = "xterm"
        self.center.assign("Reader")
        self.configure()

    @property
    def home(self):
        return self.developer.home

    @property
    def standin(self) -> StandIn:
        return self.developer.standin

    @property
    def center(self) -> IdentityCenter:
        return self.standin.identity_center

    @property
    def repository(self) -> Repository:
        return self.developer.repository

    def configure(self, legacy: bool = False, scopes: str | None = None, **more: dict[str, str]) -> None:
        """Writes `~/.aws/config`."""
        where = {"sso_start_url": self.center.start_url, "sso_region": self.center.region}
        if legacy:
            write_config(self.home, {"dev": {**where, **ROLE}, **more})
        else:
            session = where | ({"sso_registration_scopes": scopes} if scopes else {})
            write_config(self.home, {"dev": {"sso_session": "corp", **ROLE}, "sso-session corp": session, **more})

    def add_aws(self, version: str, script: str = "") -> None:
        """From now on there is an `aws`, which does so to sign in."""
        self.home.write("sign-in", script)
        self.home.write("tools/aws", _AWS.replace("VERSION", version), mode=0o755)
        self.home.env["PATH"] = f"{self.home.directory / 'tools'}:{self.developer.installation.bin}:/usr/bin:/bin"

    def aws_arguments(self) -> list[str]:
        """How `aws` was called, but for its version."""
        path = self.home.directory / "aws-arguments"
        return path.read_text().split() if path.exists() else []

    def login(self, *words: str, cwd: Path | None = None, watched: bool = True) -> Terminal:
        """Starts `login` in front of a terminal."""
        argv: Sequence[str | Path] = [self.developer.installation.program, "login", *words]
        return Terminal(argv, self.home.env, cwd or self.home.directory, watched)

    def confirm(self, terminal: Terminal, user: str = "anna") -> str:
        """Waits for the code to be shown, and confirms it in the browser. Returns the code."""
        code = self.wait_for_code(terminal)
        self.standin.oidc.approve(user)
        return code

    def wait_for_code(self, terminal: Terminal) -> str:
        terminal.wait_until(lambda: self.standin.oidc.devices)
        (device,) = self.standin.oidc.devices.values()
        terminal.wait_for(f"the code {device.user_code}")
        return device.user_code

    def aws_files(self) -> list[str]:
        """The files below ~/.aws, but for the configuration."""
        folder = self.home.directory / ".aws"
        return sorted(str(path.relative_to(folder)) for path in folder.glob("*/**/*") if path.is_file())

    def token_file(self, session: str | None = "corp") -> Path:
        return sso_cache(self.home, session or self.center.start_url)

    def registration_file(self, session: str | None = "corp", scopes: list[str] | None = None) -> Path:
        """Where AWS CLI v2 keeps the client that it registers."""
        key = {
            "tool": "botocore",
            "startUrl": self.center.start_url,
            "region": self.center.region,
            "scopes": scopes,
            "session_name": session,
        }
        name = hashlib.sha1(json.dumps(key, sort_keys=True).encode()).hexdigest()
        return self.home.directory / f".aws/sso/cache/{name}.json"

    def asked(self, path: str) -> int:
        """How often SSO's own service was asked something."""
        return sum(1 for record in self.standin.requests if (record.service, record.path) == ("sso-oidc", path))


@pytest.fixture
def person(developer):
    """Who signs in with `login`."""
    return Person(developer)


@pytest.fixture
def url(person):
    """The index whose token the person needs."""
    return person.repository.index_url
