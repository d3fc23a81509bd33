"""The stand-in for AWS as tests use it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from .authority import CertificateAuthority
from .clock import Clock
from .control_plane import ControlPlane
from .faults import Faults
from .hosts import Host, recognise
from .http import Request, Response
from .iam import Iam
from .identity_center import IdentityCenter
from .index import Index
from .machine import CONTAINER_PATH, Machine, MachineListener
from .oidc import Oidc
from .public_index import PublicIndex
from .repository import RepositoryEndpoint
from .server import LEAD, REFUSE, SILENCE, Proxy
from .signin import SignInService
from .sso_portal import SsoPortal
from .sts import Sts
from .tokens import Mint, TokenRegister, fingerprint
from .web_identity import IdentityProviders
from .wheels import Distribution


@dataclass(frozen=True)
class Record:
    """One request that was answered. Holds no header and no body, so no secret."""

    host: str
    service: str
    method: str
    path: str
    status: int
    authenticated: bool


@dataclass(frozen=True)
class Repository:
    """A repository, with the URLs that users write down."""

    domain: str
    owner: str
    region: str
    name: str

    @property
    def host(self) -> str:
        return f"{self.domain}-{self.owner}.d.codeartifact.{self.region}.amazonaws.com"

    @property
    def publish_url(self) -> str:
        return f"https://{self.host}/pypi/{self.name}/"

    @property
    def index_url(self) -> str:
        return f"{self.publish_url}simple/"


class StandIn:
    """AWS, one public index, and the proxy that connects to them. Use as a context manager.

    `mints` lists every authorization token issued, `requests` every request answered, `connections` every
    (host, client port) the proxy was asked for, the refused ones included.
    """

    def __init__(self, on_event: Callable[[StandIn], None] | None = None) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="standin-"))
        self._authority = CertificateAuthority(self._directory)
        self.on_event = on_event
        self._lock = threading.Lock()
        self.clock = Clock()
        self.faults = Faults()
        self.iam = Iam(self.clock)
        self.tokens = TokenRegister(self.clock)
        self.repositories = RepositoryEndpoint(self.tokens, self.faults)
        self.control_plane = ControlPlane(self.iam, self.clock, self.faults, self.tokens, self.repositories)
        self.providers = IdentityProviders(self.clock)
        self.sts = Sts(self.iam, self.clock, self.providers)
        self.identity_center = IdentityCenter(self.iam, self.clock)
        self.oidc = Oidc(self.identity_center, self.clock)
        self.sso_portal = SsoPortal(self.identity_center)
        self.signin = SignInService(self.iam, self.clock)
        self.machine = Machine(self.iam, self.clock)
        # Further names under which a service answers: a company's own proxy in front of AWS.
        self.aliases: dict[str, Host] = {}
        self.public_index = PublicIndex()
        self.requests: list[Record] = []
        self.connections: list[tuple[str, int]] = []
        self._proxy = Proxy(self._authority.server_context(), self._decide, self._answer, self.clock.now)
        self._machine_listener = MachineListener(self._answer_machine, self.clock.now)

    def __enter__(self) -> StandIn:
        self._proxy.start()
        self._machine_listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.stop()
        self._machine_listener.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def proxy_url(self) -> str:
        return self._proxy.url

    @property
    def ca_file(self) -> Path:
        return self._authority.ca_file

    @property
    def mints(self) -> list[Mint]:
        return self.tokens.mints

    @property
    def mint_count(self) -> int:
        return len(self.tokens.mints)

    @property
    def unauthorized_count(self) -> int:
        """How many requests to a repository were refused for want of a good token."""
        return sum(1 for record in self.requests if record.status == 401)

    def environment(self) -> dict[str, str]:
        """The variables with which a client connects to it: the proxy, and the authority to trust."""
        proxy = {name: self.proxy_url for name in ("HTTPS_PROXY", "https_proxy")}
        trust = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT")
        return {**proxy, "NO_PROXY": "", "no_proxy": "", **{name: str(self.ca_file) for name in trust}}

    @property
    def machine_url(self) -> str:
        """Where a machine in AWS asks about itself, for AWS_EC2_METADATA_SERVICE_ENDPOINT."""
        return self._machine_listener.url

    @property
    def container_uri(self) -> str:
        """For AWS_CONTAINER_CREDENTIALS_FULL_URI."""
        return self.machine_url + CONTAINER_PATH

    def alias(self, name: str, service: str, region: str = "us-east-1") -> str:
        """A URL under which the service answers as well."""
        self.aliases[name] = Host(name, service, region)
        return f"https://{name}"

    def secrets(self) -> set[str]:
        """Everything handed out by which somebody could act as somebody else. Not for showing."""
        return self.iam.secrets() | self.identity_center.secrets() | self.signin.secrets()

    def hosts_asked(self, service: str) -> list[str]:
        """The hosts at which a service was asked, in order."""
        return [record.host for record in self.requests if record.service == service]

    def add_domain(self, name: str, owner: str = "111122223333", region: str = "us-east-1") -> None:
        self.control_plane.domains.add((name, owner, region))

    def add_repository(
        self, domain: str, name: str = "internal", owner: str = "111122223333", region: str = "us-east-1"
    ) -> Repository:
        """A repository, and its domain where that is new."""
        self.add_domain(domain, owner, region)
        self.repositories.repository(domain, owner, region, name)
        return Repository(domain, owner, region, name)

    def seed(self, repository: Repository, distributions: Iterable[Distribution]) -> None:
        """Puts packages into a repository."""
        index = self._index(repository)
        for distribution in distributions:
            index.add(distribution)

    def files(self, repository: Repository, project: str) -> list[Distribution]:
        """The files a repository holds of one project."""
        return self._index(repository).files(project)

    def issue_token(self, repository: Repository, lifetime: float = 43200) -> str:
        """A token that the repository takes, got without any request and not counted."""
        expiration = self.clock.now() + lifetime
        return self.tokens.issue(repository.domain, repository.owner, repository.region, expiration)

    def is_last_token(self, token: str) -> bool:
        """True when this is the token minted last. Lets a test compare without showing a token."""
        return bool(self.mints) and fingerprint(token) == self.mints[-1].fingerprint

    def repository_requests(self) -> list[Record]:
        """What reached the package repositories."""
        return [record for record in self.requests if record.service in ("repository", "vpc-repository")]

    def _index(self, repository: Repository) -> Index:
        return self.repositories.repository(repository.domain, repository.owner, repository.region, repository.name)

    def answer_behind(self, host: str, request: Request) -> Response:
        """The answer to a request that somebody in front of a host hands on to it."""
        return self._answer(replace(request, host=host))

    def _decide(self, host: str, port: int, client_port: int) -> str:
        with self._lock:
            self.connections.append((host, client_port))
        if host in self.faults.silent_hosts:
            return SILENCE
        if host in self.faults.refused_hosts or port != 443 or self._recognise(host) is None:
            return REFUSE
        return LEAD

    def _recognise(self, name: str) -> Host | None:
        return self.aliases.get(name.lower()) or recognise(name)

    def _answer(self, request: Request) -> Response:
        host = self._recognise(request.host.split(":")[0])
        service = host.service if host else ""
        response = self.faults.next_answer(service)
        if response is None:
            response = self._true_answer(request, host) if host else Response(404)
        self._record(request, service, response)
        return response

    def _true_answer(self, request: Request, host: Host) -> Response:
        match host.service:
            case "control-plane":
                return self.control_plane.answer(request, host)
            case "sts":
                return self.sts.answer(request, host)
            case "sso-oidc":
                return self.oidc.answer(request, host)
            case "sso-portal":
                return self.sso_portal.answer(request, host)
            case "signin":
                return self.signin.answer(request, host)
            case "repository" | "vpc-repository":
                return self.repositories.answer(request, host)
            case "public-index":
                return self.public_index.answer(request)
        return Response.json(404, {"message": "not found"})

    def _answer_machine(self, request: Request) -> Response:
        service = self.machine.service_of(request.path)
        response = self.faults.next_answer(service) or self.machine.answer(request)
        self._record(request, service, response)
        return response

    def _record(self, request: Request, service: str, response: Response) -> None:
        path = urlsplit(request.target).path
        authenticated = request.header("Authorization") is not None
        with self._lock:
            self.requests.append(Record(request.host, service, request.method, path, response.status, authenticated))
            if self.on_event is not None:
                self.on_event(self)
