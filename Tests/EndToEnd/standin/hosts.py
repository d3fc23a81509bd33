"""Which service a host name belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUFFIX = (
    r"(?P<suffix>amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|api\.amazonwebservices\.com\.cn"
    r"|c2s\.ic\.gov|sc2s\.sgov\.gov)"
)
_REGION = r"(?P<region>[a-z]{2,5}(?:-[a-z]+)+-\d)"
_DOMAIN = r"(?P<domain>[a-z][a-z0-9-]{0,48}[a-z0-9])-(?P<owner>\d{12})"
_RULES = [
    ("control-plane", re.compile(rf"codeartifact(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("sts", re.compile(rf"sts(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("sts", re.compile(r"sts\.amazonaws\.com")),
    ("sso-oidc", re.compile(rf"oidc(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("sso-portal", re.compile(rf"portal\.sso(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("signin", re.compile(rf"{_REGION}\.signin\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)")),
    ("signin", re.compile(rf"signin(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("repository", re.compile(rf"{_DOMAIN}\.d\.codeartifact(?:-fips)?\.{_REGION}\.{_SUFFIX}")),
    ("repository", re.compile(rf"{_DOMAIN}\.(?:d\.)?codeartifact\.{_REGION}\.on\.aws")),
    ("vpc-repository", re.compile(rf"vpce-[a-z0-9-]+\.d\.codeartifact\.{_REGION}\.vpce\.amazonaws\.com")),
    ("vpc-control-plane", re.compile(rf"vpce-[a-z0-9-]+\.api\.codeartifact\.{_REGION}\.vpce\.amazonaws\.com")),
    ("public-index", re.compile(r"pypi\.org|files\.pythonhosted\.org")),
    ("unknown-aws", re.compile(r"(?:.+\.)?(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|on\.aws)")),
]


@dataclass(frozen=True)
class Host:
    """A host name and what it stands for."""

    name: str
    service: str
    region: str = "us-east-1"
    domain: str = ""
    owner: str = ""


def recognise(name: str) -> Host | None:
    """What the host is, or None when it is neither AWS's nor the public index."""
    name = name.lower().rstrip(".")
    for service, pattern in _RULES:
        match = pattern.fullmatch(name)
        if match:
            groups = match.groupdict()
            return Host(
                name,
                service.removeprefix("vpc-") if service == "vpc-control-plane" else service,
                groups.get("region") or "us-east-1",
                groups.get("domain") or "",
                groups.get("owner") or "",
            )
    return None
