"""What CodeArtifact tells about its repositories: GetRepositoryEndpoint, ListRepositories, ListRepositoriesInDomain.

Parameters, their grammar and the answers' members are those of botocore's service model.
"""

from __future__ import annotations

import re

from .api_error import ApiError, denied, invalid
from .hosts import Host
from .http import Request, Response
from .iam import GET_ENDPOINT, LIST_IN_DOMAIN, LIST_REPOSITORIES, Principal
from .repository import RepositoryEndpoint

_GRAMMAR = {
    "domain": r"[a-z][a-z0-9\-]{0,48}[a-z0-9]",
    "domain-owner": r"[0-9]{12}",
    "administrator-account": r"[0-9]{12}",
    "repository": r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}",
    "repository-prefix": r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}",
    "format": r"npm|pypi|maven|nuget|generic|ruby|swift|cargo",
    "endpointType": r"dualstack|ipv4",
    "max-results": r"[1-9][0-9]{0,2}|1000",
    "next-token": r"\S{1,2000}",
}


class Catalog:
    """Answers about the repositories that there are."""

    # The service may always give fewer than it was asked for.
    page_size = 1000

    def __init__(self, repositories: RepositoryEndpoint, domains: set[tuple[str, str, str]]) -> None:
        self._repositories, self._domains = repositories, domains
        self.operations = {
            ("GET", "/v1/repository/endpoint"): self._endpoint,
            ("POST", "/v1/repositories"): self._all,
            ("POST", "/v1/domain/repositories"): self._in_domain,
        }

    def _endpoint(self, request: Request, host: Host, principal: Principal) -> Response:
        values = _parameters(request, {"domain", "repository", "format"}, {"domain-owner", "endpointType"})
        domain, owner = values["domain"], values.get("domain-owner", principal.account)
        _authorize(principal, GET_ENDPOINT, f"repository/{domain}/{values['repository']}", owner, host)
        self._check_domain(domain, owner, host)
        name = values["repository"]
        if (domain, owner, host.region, name) not in self._repositories.names():
            raise ApiError(
                404,
                "ResourceNotFoundException",
                f"Repository not found. Repository '{name}' in domain '{domain}' "
                f"owned by account '{owner}' does not exist",
            )
        suffix = "amazonaws.com.cn" if host.region.startswith("cn-") else "amazonaws.com"
        address = f"{domain}-{owner}.d.codeartifact.{host.region}.{suffix}"
        if values.get("endpointType") == "dualstack":
            address = f"{domain}-{owner}.codeartifact.{host.region}.on.aws"
        return Response.json(200, {"repositoryEndpoint": f"https://{address}/{values['format']}/{name}/"})

    def _all(self, request: Request, host: Host, principal: Principal) -> Response:
        values = _parameters(request, set(), {"repository-prefix", "max-results", "next-token"})
        _authorize(principal, LIST_REPOSITORIES, "*", principal.account, host)
        return self._page(values, host, lambda domain, owner: owner == principal.account)

    def _in_domain(self, request: Request, host: Host, principal: Principal) -> Response:
        optional = {"domain-owner", "administrator-account", "repository-prefix", "max-results", "next-token"}
        values = _parameters(request, {"domain"}, optional)
        wanted = (values["domain"], values.get("domain-owner", principal.account))
        _authorize(principal, LIST_IN_DOMAIN, f"domain/{wanted[0]}", wanted[1], host)
        self._check_domain(*wanted, host)
        return self._page(values, host, lambda domain, owner: (domain, owner) == wanted)

    def _page(self, values: dict[str, str], host: Host, belongs) -> Response:
        prefix = values.get("repository-prefix", "")
        found = [
            (domain, owner, name)
            for domain, owner, region, name in sorted(self._repositories.names())
            if region == host.region and belongs(domain, owner) and name.startswith(prefix)
        ]
        token = values.get("next-token", "page/0=")
        if not re.fullmatch(r"page/[0-9]+=", token):
            raise invalid("Invalid pagination token")
        start = int(token[5:-1])
        end = start + min(self.page_size, int(values.get("max-results", "1000")))
        answer: dict[str, object] = {"repositories": [_summary(host.region, *one) for one in found[start:end]]}
        if end < len(found):
            answer["nextToken"] = f"page/{end}="
        return Response.json(200, answer)

    def _check_domain(self, domain: str, owner: str, host: Host) -> None:
        if (domain, owner, host.region) not in self._domains:
            raise ApiError(
                404,
                "ResourceNotFoundException",
                f"Domain not found. Domain '{domain}' owned by account '{owner}' does not exist",
            )


def _summary(region: str, domain: str, owner: str, name: str) -> dict[str, object]:
    return {
        "administratorAccount": owner,
        "arn": f"arn:aws:codeartifact:{region}:{owner}:repository/{domain}/{name}",
        "createdTime": 1.6e9,
        "description": f"The repository {name}",
        "domainName": domain,
        "domainOwner": owner,
        "name": name,
    }


def _authorize(principal: Principal, action: str, resource: str, owner: str, host: Host) -> None:
    if not principal.may(action):
        raise denied(principal.arn, action, f"arn:aws:codeartifact:{host.region}:{owner}:{resource}")


def _parameters(request: Request, required: set[str], optional: set[str]) -> dict[str, str]:
    names = [name for name, _ in request.query]
    values = dict(request.query)
    if len(names) != len(values) or required - set(names) or set(names) - required - optional:
        raise invalid("Unknown, missing or repeated query parameter")
    if request.body:
        raise invalid("The request body must be empty")
    for name, value in values.items():
        if not re.fullmatch(_GRAMMAR[name], value):
            raise invalid(f"1 validation error detected: invalid value at '{name}': {value}")
    return values
