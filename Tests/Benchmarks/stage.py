"""What is measured, set up: the stand-in for AWS, users with the product, and its peers with their caches warm."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from contextlib import ExitStack
from pathlib import Path

from harness.environments import program, python
from harness.home import Home, joined, profile_files
from harness.installation import Installation, run_installer
from harness.kernel_keyring import KernelKeyring
from measure import Command
from standin import StandIn, eight_wheels

FOREIGN = ["get", "example.org", "anna"]


class Stage:
    """Everything that the measurements share. Use as a context manager."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._stack = ExitStack()

    def __enter__(self) -> Stage:
        self.standin = self._stack.enter_context(StandIn())
        self.kernel = KernelKeyring()
        self._stack.callback(self.kernel.clear)
        self.repository = self.standin.add_repository("acme-speed")
        self.standin.seed(self.repository, eight_wheels())
        self.user = self.standin.iam.add_user("anna")
        self.installed = Installation(self.base / "prefix")
        run_installer(self.home("installer"), self.installed.prefix, "--no-build", "--no-configure").ok()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def home(self, name: str) -> Home:
        """Another user's home, with AWS credentials in the environment and the product on PATH."""
        folder = self.base / name
        folder.mkdir()
        home = Home.make(folder)
        home.connect_to(self.standin)
        home.sign_in(self.user)
        home.env["PATH"] = joined(self.installed.bin)
        return home

    def home_with_profiles(self, count: int) -> Home:
        """A home with so many profiles, the last of which is chosen."""
        home = self.home(f"profiles-{count}")
        home.sign_out()
        names = [f"team-{number:04}" for number in range(count)]
        settings = {"region": "us-east-1", "output": "json"}
        for name, content in profile_files({name: settings for name in names}, {names[-1]: self.user}).items():
            home.write(name, content)
        home.env["AWS_PROFILE"] = names[-1]
        return home

    def lookup(self, home: Home, url: str | None = None) -> Command:
        """A lookup as pip makes it, with a response of the fast path."""
        command = self.lookup_by_program(home, url)
        command.argv = [self.installed.keyring, *command.argv[2:]]
        # Files that have only just been written are not believed at once.
        for _ in range(20):
            home.run(*command.argv).ok()
        home.run("prlimit", "--as=12000000", *command.argv).ok()
        return command

    def lookup_by_program(self, home: Home, url: str | None = None) -> Command:
        """The same without the fast path: what a lookup takes after any change."""
        words = ["get", url or self.repository.index_url, "aws"]
        home.run(self.installed.keyring, *words).ok()
        return Command([self.installed.program, "keyring", *words], home.env)

    def cold(self, home: Home) -> Command:
        """A lookup that gets a new token from AWS every time."""
        words = ["get", self.repository.index_url, "aws"]
        return Command([self.installed.keyring, *words], home.env | {"CODEARTIFACT_KEYRING_STORE": "none"})

    def post_by_curl(self, home: Home) -> Command:
        """One signed request for a token: the floor under every cold lookup."""
        keys = f"{home.env['AWS_ACCESS_KEY_ID']}:{home.env['AWS_SECRET_ACCESS_KEY']}"
        config = home.write("curl.conf", f'user = "{keys}"\n')
        place = f"domain={self.repository.domain}&domain-owner={self.repository.owner}&duration=43200"
        url = f"https://codeartifact.{self.repository.region}.amazonaws.com/v1/authorization-token?{place}"
        sign = f"aws:amz:{self.repository.region}:codeartifact"
        words = ["curl", "--config", config, "--silent", "--fail", "--aws-sigv4", sign, "--request", "POST", url]
        return Command([*words, "--cacert", home.env["AWS_CA_BUNDLE"]], home.env)

    def secret_service_only(self, home: Home) -> Command:
        home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
        return self.lookup_by_program(home)

    def secret_tool(self, home: Home) -> Command:
        """The same item, found by libsecret's own tool."""
        words = ["secret-tool", "lookup", "application", "codeartifact-keyring", "domain", self.repository.domain]
        home.run(*words).ok()
        return Command(words, home.env)

    def secret_tool_finding_nothing(self, home: Home) -> Command:
        """What anybody has to do who looks for a secret that is not there."""
        return Command(["secret-tool", "lookup", "service", "example.org", "username", "anna"], home.env, code=1)

    def unrelated(self, home: Home) -> Command:
        """Another service, of which there is no password."""
        return Command([self.installed.keyring, *FOREIGN], home.env, code=1)

    def ecr_login(self, home: Home) -> Command:
        """docker-credential-ecr-login with a token in its cache file, and no log to write."""
        account, key = "111122223333", home.env["AWS_ACCESS_KEY_ID"]
        prefix = base64.b64encode(key.encode() + hashlib.md5(b"").digest()).decode()
        now = datetime.datetime.now(datetime.timezone.utc)
        entry = {
            "AuthorizationToken": base64.b64encode(b"AWS:" + b"x" * 1900).decode(),
            "RequestedAt": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ExpiresAt": (now + datetime.timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ProxyEndpoint": f"https://{account}.dkr.ecr.us-east-1.amazonaws.com",
            "RegistryID": account,
            "Service": "ecr",
        }
        cache = {"Registries": {f"us-east-1-{prefix}-{account}": entry}, "Version": "1.0"}
        home.write(".ecr/cache.json", json.dumps(cache))
        asked = home.write("registry", f"{account}.dkr.ecr.us-east-1.amazonaws.com")
        return Command(["docker-credential-ecr-login", "get"], home.env, stdin=asked)

    def keyrings_codeartifact(self, home: Home) -> Command:
        """Python's keyring with the plugin that is in use today. It keeps no token: every lookup asks AWS."""
        keyring = program("keyring", "former")
        return Command([keyring, "get", self.repository.index_url, "aws"], home.env)

    def backend(self, home: Home, code: str, environment: str = "harness") -> Command:
        """Python code that uses the backend, and prints its own figures."""
        env = home.env | {"PYTHONPATH": str(self.installed.python_package)}
        return Command([python(environment), "-c", code], env, cwd=home.directory)
