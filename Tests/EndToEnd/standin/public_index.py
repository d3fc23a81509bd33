"""The public index, `pypi.org`: empty until a test puts packages there."""

from __future__ import annotations

import re

from .http import Request, Response
from .index import Index

_ADDRESS = "https://pypi.org/simple/"


class PublicIndex:
    """Answers for the public index's two hosts. Nobody has to log in here."""

    def __init__(self) -> None:
        self.index = Index(address=_ADDRESS)

    def answer(self, request: Request) -> Response:
        path = request.path
        if path.startswith("/simple/"):
            return self.index.simple(request, path.removeprefix("/simple/"))
        match = re.fullmatch(r"/pypi/([^/]+)(?:/([^/]+))?/json", path)
        if match:
            return self._project_json(match[1], match[2])
        return Response.html(404, "not found")

    def _project_json(self, project: str, version: str | None) -> Response:
        files = [file for file in self.index.files(project) if version in (None, file.version)]
        if not files:
            return Response.json(404, {"message": "Not Found"})
        last = files[-1]
        urls = [
            {
                "filename": file.filename,
                "url": f"{_ADDRESS}{project}/{file.version}/{file.filename}",
                "digests": {"sha256": file.sha256},
                "packagetype": "bdist_wheel" if file.filename.endswith(".whl") else "sdist",
            }
            for file in files
        ]
        info = {
            "name": last.project,
            "version": last.version,
            "summary": "",
            "platform": "",
            "requires_dist": None,
            "requires_python": None,
            "yanked": False,
        }
        return Response.json(200, {"info": info, "urls": urls, "releases": {last.version: urls}})
