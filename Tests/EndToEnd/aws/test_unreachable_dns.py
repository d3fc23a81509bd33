"""Name servers that never answer, as on a train, or in a container whose network has gone: no lookup waits for them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from harness.installation import ROOT

# Seconds after which the Python backend gives up.
TIMEOUT = float(
    re.search(r"^DEADLINE = ([\d.]+)$", (ROOT / "Sources/python/codeartifact_keyring/helper.py").read_text(), re.M)[1]
)
# A name server in the place of those: it tells the address of IPv4 at once, and never says that there is none of IPv6. There
# is an endpoint at that address.
HALF = """
import http.server, json, struct, threading, time
class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        answer = json.dumps({"authorizationToken": "token", "expiration": time.time() + 43200}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *_):
        pass
def answer():
    while True:
        question, sender = server.recvfrom(512)
        end = question.index(0, 12) + 5
        if struct.unpack(">H", question[end - 4 : end - 2]) == (1,):
            head = question[:2] + bytes.fromhex("8180 0001 0001 0000 0000")
            server.sendto(head + question[12:end] + bytes.fromhex("c00c 0001 0001 0000003c 0004 7f000001"), sender)
listening = http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Endpoint)
for work in (answer, listening.serve_forever):
    threading.Thread(target=work, daemon=True).start()
"""
# In namespaces of its own: three name servers that take every question and answer none, then the command.
MUTE = """
import array, fcntl, os, socket, subprocess, sys
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
fcntl.ioctl(control, SIOCSIFFLAGS, b"lo".ljust(16, b"\\0") + IFF_UP.to_bytes(2, sys.byteorder) + bytes(22))
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 53))
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
exec(sys.argv[2])
done = subprocess.run(sys.argv[3:])
if not sys.argv[2]:
    server.setblocking(False)
    server.recv(512)  # somebody did ask
sys.exit(done.returncode)
"""


@pytest.fixture
def resolved_by_nobody(home):
    """Runs a command where all names are asked of mute servers."""
    for name in [name for name in home.env if name.lower().endswith("_proxy")]:
        del home.env[name]
    servers = home.write("resolv.conf", "".join(f"nameserver 127.0.0.{number}\n" for number in (1, 2, 3)))
    apart = ["unshare", "--user", "--map-root-user", "--net", "--mount", "--keep-caps"]
    if subprocess.run([*apart, "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("no namespaces here")
    return lambda *words, by="": home.run(*apart, sys.executable, "-c", MUTE, servers, by, *words, timeout=TIMEOUT)


# Threats: An AWS endpoint, a proxy, the network
def test_a_lookup_ends_before_its_client_gives_up(resolved_by_nobody, installed, repository):
    result = resolved_by_nobody(installed.keyring, "get", repository.index_url, "aws")
    assert (result.returncode, result.stdout) == (1, "")
    assert "cannot reach codeartifact.us-east-1.amazonaws.com" in result.stderr


def test_a_name_server_that_does_not_answer_for_ipv6(resolved_by_nobody, home, installed, repository):
    home.env["AWS_ENDPOINT_URL_CODEARTIFACT"] = "http://half.example:8080"
    result = resolved_by_nobody(installed.keyring, "get", repository.index_url, "aws", by=HALF)
    assert (result.ok().stdout, result.stderr) == ("token\n", "")
