"""A package index: projects and their files, shown as HTML (PEP 503) or JSON (PEP 691)."""

from __future__ import annotations

import html
import json
import threading

from .http import Request, Response
from .wheels import Distribution, normalized

_JSON = "application/vnd.pypi.simple.v1+json"


class Index:
    """The files of one repository. `metadata_files` also offers each wheel's METADATA (PEP 658).

    With `address`, where the index is, JSON has whole URLs: Poetry expects them of the public index.
    """

    def __init__(self, metadata_files: bool = False, address: str = "") -> None:
        self.metadata_files, self.address = metadata_files, address
        self._projects: dict[str, dict[str, Distribution]] = {}
        self._lock = threading.Lock()

    def add(self, distribution: Distribution) -> bool:
        """Adds a file; False when one of that name is there already."""
        with self._lock:
            files = self._projects.setdefault(normalized(distribution.project), {})
            if distribution.filename in files:
                return False
            files[distribution.filename] = distribution
            return True

    def files(self, project: str) -> list[Distribution]:
        with self._lock:
            return list(self._projects.get(normalized(project), {}).values())

    def projects(self) -> list[str]:
        with self._lock:
            return sorted(self._projects)

    def simple(self, request: Request, rest: str) -> Response:
        """Answers for `rest`, the path behind `/simple/`."""
        if rest == "":
            links = "".join(f'<a href="{name}/">{name}</a><br/>\n' for name in self.projects())
            return Response.html(200, f"<!DOCTYPE html><html><body>\n{links}</body></html>")
        parts = rest.split("/")
        if len(parts) == 1:
            return Response(301, headers={"Location": request.target.split("?")[0] + "/"})
        if len(parts) == 2 and parts[1] == "":
            return self._project_page(request, parts[0])
        if len(parts) == 3:
            return self._file(parts[0], parts[2])
        return Response.html(404, "not found")

    def _project_page(self, request: Request, project: str) -> Response:
        files = self.files(project)
        if not files:
            return Response.html(404, "not found")
        if _JSON in (request.header("Accept") or ""):
            return Response(200, json.dumps(self._json_page(project, files)).encode(), {"Content-Type": _JSON})
        links = "".join(self._link(file) for file in files)
        return Response.html(
            200, f"<!DOCTYPE html><html><body>\n<h1>{html.escape(project)}</h1>\n{links}</body></html>"
        )

    def _link(self, file: Distribution) -> str:
        extra = ' data-dist-info-metadata="true"' if self.metadata_files and file.metadata else ""
        href = f"{file.version}/{file.filename}#sha256={file.sha256}"
        return f'<a href="{href}"{extra}>{file.filename}</a><br/>\n'

    def _json_page(self, project: str, files: list[Distribution]) -> dict[str, object]:
        base = f"{self.address}{project}/" if self.address else ""
        entries = [
            {
                "filename": file.filename,
                "url": f"{base}{file.version}/{file.filename}",
                "hashes": {"sha256": file.sha256},
                "size": len(file.content),
                "upload-time": "2020-01-01T00:00:00Z",
            }
            for file in files
        ]
        versions = sorted({file.version for file in files})
        return {"meta": {"api-version": "1.1"}, "name": normalized(project), "versions": versions, "files": entries}

    def _file(self, project: str, filename: str) -> Response:
        for file in self.files(project):
            if file.filename == filename:
                return Response(200, file.content, {"Content-Type": "application/octet-stream"})
            if self.metadata_files and filename == f"{file.filename}.metadata":
                return Response(200, file.metadata, {"Content-Type": "text/plain"})
        return Response.html(404, "not found")
