"""What the services of the stand-in receive and answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    """One HTTP request as it came over the wire. `target` is path and query, untouched."""

    method: str
    host: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    peer_port: int = 0

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """All values of a header joined as HTTP joins them, or None."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass
class Response:
    """An answer. `cut` closes the connection instead of answering, `silent` keeps it open and never answers,
    `endless` sends the body again and again, with a pause of so many seconds in between."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False
    endless: bool = False
    pause: float = 0.0

    @classmethod
    def json(cls, status: int, value: object, **headers: str) -> Response:
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})

    @classmethod
    def html(cls, status: int, text: str) -> Response:
        return cls(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})
