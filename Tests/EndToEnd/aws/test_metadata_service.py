"""EC2's metadata service on a bad day: slow, throttled, cut off, in each of its three requests, over IPv4 and IPv6."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

STEPS = ["token", "role", "credentials"]
KEYS = {
    "Code": "Success",
    "Type": "AWS-HMAC",
    "AccessKeyId": "ASIAWORKER",
    "SecretAccessKey": "secret-of-the-instance",
    "Token": "session-of-the-instance",
    "Expiration": "2099-01-01T00:00:00Z",
}
BODIES = {"token": b"a-session-token", "role": b"worker", "credentials": json.dumps(KEYS).encode()}
PATHS = {
    "token": "PUT /latest/api/token ",
    "role": "GET /latest/meta-data/iam/security-credentials/ ",
    "credentials": "GET /latest/meta-data/iam/security-credentials/worker ",
}

# What a service does with a connection, given the answer it should have sent.
Fault = Callable[[socket.socket, bytes], None]


def answer(status: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def throttled(connection: socket.socket, good: bytes) -> None:
    connection.sendall(answer("429 Too Many Requests"))


def unavailable(connection: socket.socket, good: bytes) -> None:
    connection.sendall(answer("503 Service Unavailable", b"<html>503</html>"))


def reset(connection: socket.socket, good: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def truncated(connection: socket.socket, good: bytes) -> None:
    connection.sendall(good[:-3])


def delayed(connection: socket.socket, good: bytes) -> None:
    time.sleep(0.45)
    connection.sendall(good)


def silent(connection: socket.socket, good: bytes) -> None:
    connection.settimeout(20)
    connection.recv(1)


@dataclass
class Service:
    """Where it listens, what it was asked, and what it is to do wrong: the faults of a step are used up one by one."""

    url: str
    asked: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)

    def serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096) or b"\r\n\r\n"
            step = next((step for step in STEPS if head.decode().startswith(PATHS[step])), None)
            if step is None:
                return connection.sendall(answer("404 Not Found"))
            self.asked.append(step)
            good = answer("200 OK", BODIES[step])
            faults = self.faults.get(step)
            if faults:
                faults.pop(0)(connection, good)
            else:
                connection.sendall(good)


@contextmanager
def metadata_service(family: socket.AddressFamily) -> Iterator[Service]:
    host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
    try:
        listener = socket.create_server((host, 0), family=family, backlog=16)
    except OSError:
        pytest.skip("no IPv6 here")
    port = listener.getsockname()[1]
    service = Service(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=service.serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield service
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def service(request, developer, home):
    """The service of an instance whose user has configured nothing."""
    home.sign_out()
    for name in ("AWS_PROFILE", "AWS_EC2_METADATA_DISABLED"):
        home.env.pop(name, None)
    with metadata_service(request.param) as service:
        home.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.url
        yield service


def key_of(developer) -> str:
    return json.loads(developer.aws_credentials().ok().raw_stdout)["AccessKeyId"]


def failure_of(developer, *words: str) -> None:
    result = developer.aws_credentials()
    assert (result.returncode, result.stdout) == (1, "")
    lacking = [word for word in ("metadata service", *words) if word not in result.stderr]
    assert not lacking, result.stderr
    assert not any(KEYS[name] in result.stderr for name in ("SecretAccessKey", "Token"))


@pytest.mark.parametrize("fault", [throttled, unavailable, reset, truncated], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_that_passes(developer, service, step, fault):
    service.faults[step] = [fault, fault]
    assert key_of(developer) == "ASIAWORKER"
    assert service.asked.count(step) == 3


def test_a_fault_in_each_request_at_once(developer, service):
    service.faults = {"token": [reset, unavailable], "role": [throttled, truncated], "credentials": [truncated, reset]}
    assert key_of(developer) == "ASIAWORKER"


def test_slow_answers(developer, service):
    """Each request has a second to itself."""
    service.faults = {step: [delayed] for step in STEPS}
    assert key_of(developer) == "ASIAWORKER"
    assert service.asked == STEPS


@pytest.mark.parametrize(
    ("step", "fault", "words"),
    [
        ("token", unavailable, ["HTTP 503", "3 attempts"]),
        ("role", throttled, ["HTTP 429", "3 attempts"]),
        ("credentials", truncated, ["closed the connection", "3 attempts"]),
        ("token", reset, ["closed the connection", "3 attempts"]),
        ("token", silent, ["no answer within 1 s", "AWS_METADATA_SERVICE_TIMEOUT"]),
    ],
)
def test_a_fault_that_stays(developer, service, step, fault, words):
    service.faults[step] = [fault] * 9
    failure_of(developer, *words)
    assert service.asked.count(step) == (1 if fault is silent else 3)


def test_the_settings_of_the_profile(developer, home, service):
    """A longer time for each request, one attempt, and where it is."""
    del home.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
    settings = {
        "ec2_metadata_service_endpoint": service.url,
        "metadata_service_timeout": "5",
        "metadata_service_num_attempts": "1",
    }
    home.write(".aws/config", "[default]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
    service.faults["role"] = [lambda connection, good: (time.sleep(1.5), connection.sendall(good))]
    assert key_of(developer) == "ASIAWORKER"
    service.faults["role"] = [unavailable]
    failure_of(developer, "HTTP 503")
    assert service.asked.count("role") == 2


def test_a_connection_that_is_not_accepted(developer, home):
    """As on a laptop, where the address is a black hole: the whole of it takes one second, in one attempt."""
    home.sign_out()
    for name in ("AWS_PROFILE", "AWS_EC2_METADATA_DISABLED"):
        home.env.pop(name, None)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        # Its queue is full: from now on nobody is heard.
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        home.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        developer.error('No AWS credentials found (looked in env, profile "default", container, instance)')
        for one in waiting:
            one.close()
