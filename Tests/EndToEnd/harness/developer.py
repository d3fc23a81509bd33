"""A developer who needs a token: a lookup as clients do it, and what must hold of every answer and every failure."""

from __future__ import annotations

from dataclasses import dataclass

from standin import Mint, Repository, StandIn

from .home import Home
from .installation import Installation
from .process import Result

PREFIX = "codeartifact-keyring: "


@dataclass
class Developer:
    """Asks with `keyring get`, for one repository."""

    home: Home
    installation: Installation
    standin: StandIn
    repository: Repository

    def run(self) -> Result:
        """The lookup itself: it ends within the thirty seconds that the product allows itself, and shows no secret."""
        result = self.home.run(self.installation.keyring, "get", self.repository.index_url, "aws", timeout=40)
        self._check_secrets(result)
        return result

    def served(self) -> Mint:
        """The mint behind the answer; an error when there is no answer, or when anything else is said."""
        result = self.run().ok()
        assert result.stderr == ""
        found = [mint for mint in self.standin.mints if mint.fingerprint == result.fingerprint]
        assert found, "the token is one of AWS's"
        return found[0]

    def caller(self) -> str:
        """The end of the ARN of whoever signed: `user/anna`, `assumed-role/reader/anna`."""
        return self.served().caller.split(":")[5]

    def error(self, *words: str) -> str:
        """The one line of a failure, which holds the words."""
        result = self.run()
        assert (result.returncode, result.stdout) == (1, ""), result.describe()
        assert len(result.raw_stderr.splitlines()) == 1, result.stderr
        assert result.raw_stderr.startswith(PREFIX)
        line = result.raw_stderr.removeprefix(PREFIX).strip()
        assert line.isprintable(), "no control characters"
        lacking = [word for word in words if word not in line]
        assert not lacking, f"{lacking} not in: {line}"
        return line

    def aws_credentials(self, *options: str) -> Result:
        """`codeartifact-keyring aws-credentials`, whose standard output is full of secrets: compare, do not show."""
        return self.home.run(self.installation.program, "aws-credentials", *options, timeout=40)

    def _check_secrets(self, result: Result) -> None:
        shown = result.raw_stdout + result.raw_stderr
        assert not any(secret in shown for secret in self.standin.secrets()), "a secret is shown"
