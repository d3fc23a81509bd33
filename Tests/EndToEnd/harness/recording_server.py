"""A server that is not AWS, records what it is sent, and answers what a test wants."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What a request is answered with: status, headers, body.
Answer = tuple[int, dict[str, str], bytes]
NOTHING: Answer = (404, {}, b"")


@dataclass
class RecordingServer:
    """Where it listens, and what came."""

    port: int
    secure: bool
    answer: Answer | Callable[[BaseHTTPRequestHandler], Answer] = NOTHING
    heads: list[str] = field(default_factory=list)
    connections: int = 0

    def url(self, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


@contextmanager
def recording_server(answer: Answer = NOTHING, tls: ssl.SSLContext | None = None) -> Iterator[RecordingServer]:
    """Runs one on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            running.connections += 1
            if tls:
                self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("latin-1")
            running.heads.append(f"{self.requestline}\n{self.headers}\n{body}")
            status, headers, content = running.answer(self) if callable(running.answer) else running.answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_CONNECT = reply

        def log_message(self, format: str, *args: object) -> None:
            """It keeps its own record."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that refuse the certificate are part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    running = RecordingServer(server.server_address[1], tls is not None, answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
