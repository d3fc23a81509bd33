"""CodeArtifact's repository endpoints: authorization, the simple index, downloads and uploads."""

from __future__ import annotations

import base64
import binascii
import re
import threading

from .faults import Faults
from .hosts import Host
from .http import Request, Response
from .index import Index
from .tokens import TokenRegister
from .wheels import Distribution

_VPC_PATH = re.compile(r"/pypi/d/(?P<domain>[a-z][a-z0-9-]{0,48}[a-z0-9])-(?P<owner>\d{12})(?P<rest>/.*)")


class RepositoryEndpoint:
    """`<domain>-<owner>.d.codeartifact.<region>.amazonaws.com`."""

    def __init__(self, tokens: TokenRegister, faults: Faults) -> None:
        self.tokens, self.faults = tokens, faults
        self._repositories: dict[tuple[str, str, str, str], Index] = {}
        self._lock = threading.Lock()

    def repository(self, domain: str, owner: str, region: str, name: str) -> Index:
        """The index of a repository, made when it is not there."""
        with self._lock:
            return self._repositories.setdefault((domain, owner, region, name), Index())

    def names(self) -> list[tuple[str, str, str, str]]:
        """Domain, owner, region and name of every repository."""
        with self._lock:
            return list(self._repositories)

    def answer(self, request: Request, host: Host) -> Response:
        domain, owner, path = host.domain, host.owner, request.path
        if host.service == "vpc-repository":
            match = _VPC_PATH.fullmatch(path)
            if match is None:
                return Response.json(404, {"message": "not found"})
            domain, owner, path = match["domain"], match["owner"], f"/pypi{match['rest']}"
        username, token = _credentials(request)
        if username != "aws" or not self.tokens.accepts(token, domain, owner, host.region):
            headers = {"WWW-Authenticate": f'{self.faults.challenge} realm="{domain}/{owner}"'}
            # pip sends a user without a password before it asks for one.
            status = (self.faults.bad_token_status if token else None) or self.faults.unauthorized_status
            return Response(status, b"Unauthenticated: request did not include a token", headers)
        parts = path.split("/", 3)
        if len(parts) < 4 or parts[1] != "pypi":
            return Response.json(404, {"message": "not found"})
        with self._lock:
            index = self._repositories.get((domain, owner, host.region, parts[2]))
        if index is None:
            return Response.json(
                404, {"message": f"Repository not found. Repository '{parts[2]}' in domain '{domain}'"}
            )
        return _repository_answer(request, index, parts[3])


def _credentials(request: Request) -> tuple[str, str]:
    """User and password of a Basic header, empty where there is none."""
    scheme, _, encoded = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        username, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, token


def _repository_answer(request: Request, index: Index, rest: str) -> Response:
    if request.method == "POST":
        # The simple index takes no uploads: publishing goes to the repository itself.
        return _upload(request, index) if rest == "" else Response(405, b"Method Not Allowed", {"Allow": "GET, HEAD"})
    if request.method not in ("GET", "HEAD"):
        return Response(405, b"Method Not Allowed", {"Allow": "GET, HEAD"})
    if rest == "simple":
        return Response(301, headers={"Location": f"{request.path}/"})
    if rest.startswith("simple/"):
        return index.simple(request, rest.removeprefix("simple/"))
    return Response.json(404, {"message": "not found"})


def _upload(request: Request, index: Index) -> Response:
    fields, filename, content = _multipart(request)
    if fields.get(":action") != "file_upload" or fields.get("protocol_version", "1") != "1":
        return Response.json(400, {"message": "Unsupported upload"})
    missing = [name for name in ("name", "version") if not fields.get(name)]
    if missing or not filename:
        return Response.json(400, {"message": f"Missing in the upload: {', '.join(missing) or 'content'}"})
    distribution = Distribution(fields["name"], fields["version"], filename, content)
    if fields.get("sha256_digest") not in (None, "", distribution.sha256):
        return Response.json(400, {"message": "The SHA256 digest does not match the content"})
    if not index.add(distribution):
        return Response.json(409, {"message": f"{filename} already exists"})
    return Response(200)


def _multipart(request: Request) -> tuple[dict[str, str], str, bytes]:
    """The fields of a form upload, and the name and content of its file."""
    boundary = re.search(r'boundary="?([^";]+)"?', request.header("Content-Type") or "")
    fields: dict[str, str] = {}
    filename, content = "", b""
    if boundary is None:
        return fields, filename, content
    for part in (b"\r\n" + request.body).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, _, body = part.partition(b"\r\n\r\n")
        disposition = re.search(rb'name="([^"]*)"(?:;\s*filename="([^"]*)")?', head)
        if disposition is None:
            continue
        if disposition[2] is not None:
            filename, content = disposition[2].decode(), body
        else:
            fields[disposition[1].decode()] = body.decode()
    return fields, filename, content
