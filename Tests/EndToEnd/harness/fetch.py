"""One HTTPS request through the stand-in's proxy, by Python's own client."""

from __future__ import annotations

import base64
import http.client
import ssl
from urllib.parse import urlsplit

from standin import StandIn


def fetch(standin: StandIn, url: str, token: str | None = None, method: str = "GET", username: str = "aws", body=None):
    """Status, headers and body of one request through the proxy."""
    parts = urlsplit(url)
    proxy = urlsplit(standin.proxy_url)
    connection = http.client.HTTPSConnection(
        proxy.hostname, proxy.port, context=ssl.create_default_context(cafile=str(standin.ca_file)), timeout=20
    )
    connection.set_tunnel(parts.hostname, 443)
    headers = dict(body[1]) if body else {}
    if token is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{username}:{token}".encode()).decode()
    connection.request(method, parts.path, body=body[0] if body else None, headers=headers)
    response = connection.getresponse()
    answer = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return answer
