"""The listener on loopback: an HTTP CONNECT proxy behind which every known host is served over TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .http import Request, Response

# What the proxy does with a CONNECT: connect, refuse, or accept and never answer.
LEAD, REFUSE, SILENCE = "lead", "refuse", "silence"


class Listener(ThreadingHTTPServer):
    """A server on loopback, on whatever port is free, which knows the connections that are open."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, handler: type[Handler], answer: Callable[[Request], Response], now: Callable[[], float]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.answer, self.now = answer, now
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stops listening and closes what is still open, so that no client waits for an answer."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            left = list(self._open)
        for connection in left:
            _close(connection)
        self._thread.join()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        self.remember(connection)
        return connection, address

    def remember(self, connection: socket.socket) -> None:
        """Notes a connection that is to be closed when the server stops."""
        with self._lock:
            self._open.add(connection)

    def forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def shutdown_request(self, request: socket.socket) -> None:
        self.forget(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away in the middle are part of the tests."""


class Proxy(Listener):
    """Ends TLS for the tunnelled host in the tunnel itself, so a client's socket shows who is talking."""

    def __init__(
        self,
        tls: ssl.SSLContext,
        decide: Callable[[str, int, int], str],
        answer: Callable[[Request], Response],
        now: Callable[[], float],
    ) -> None:
        super().__init__(Handler, answer, now)
        self.tls, self.decide = tls, decide


class Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers; `tunnelled` where only what comes through a tunnel is answered."""

    protocol_version = "HTTP/1.1"
    server: Proxy
    tunnelled = True

    def setup(self) -> None:
        self.tunnel = ""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header tells the stand-in's time, by which clients correct their own."""
        return super().date_time_string(self.server.now() if timestamp is None else timestamp)

    def do_CONNECT(self) -> None:
        host, _, port = self.path.rpartition(":")
        decision = self.server.decide(host, int(port) if port.isdigit() else 0, self.client_address[1])
        if decision == SILENCE:
            self.server.stopping.wait()
            self.close_connection = True
        elif decision == REFUSE or self.tunnel:
            self._send(Response(403, b"refused by the proxy\n"))
            self.close_connection = True
        else:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._start_tls(host)

    def _start_tls(self, host: str) -> None:
        try:
            self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            self.close_connection = True
            return
        self.server.remember(self.connection)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = _Writer(self.connection)
        self.tunnel = host
        self.close_connection = False

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self._chunked() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(length)
        if self.tunnelled and not self.tunnel:
            # Plain HTTP through a proxy never reaches AWS.
            self._send(Response(403, b"only CONNECT is served\n"))
            return
        request = Request(
            self.command,
            self.headers.get("Host") or "",
            self.path,
            list(self.headers.items()),
            body,
            self.client_address[1],
        )
        if self.tunnelled and request.host.split(":")[0].lower() != self.tunnel.lower():
            self._send(Response(421, b"Misdirected Request\n"))
            return
        response = self.server.answer(request)
        if response.cut:
            self.close_connection = True
            _close(self.connection)
        elif response.silent:
            self.server.stopping.wait()
            self.close_connection = True
        elif response.endless:
            self.close_connection = True
            self._send_for_ever(response)
        else:
            self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _send_for_ever(self, response: Response) -> None:
        """Until the client has had enough."""
        self.send_response(response.status)
        for name, value in {**response.headers, "Transfer-Encoding": "chunked"}.items():
            self.send_header(name, value)
        self.end_headers()
        chunk = f"{len(response.body):x}\r\n".encode() + response.body + b"\r\n"
        while not self.server.stopping.wait(response.pause):
            self.wfile.write(chunk)

    def _chunked(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline() not in (b"\r\n", b"\n", b""):
            pass
        return body

    def finish(self) -> None:
        super().finish()
        self.server.forget(self.connection)
        _close(self.connection)

    def log_message(self, format: str, *args: object) -> None:
        """The stand-in keeps its own record."""


class _Writer:
    """An unbuffered writer, as socketserver's own."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection
        self.closed = False

    def write(self, data: bytes) -> int:
        self._connection.sendall(data)
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def _close(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
