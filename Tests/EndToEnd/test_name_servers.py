"""Name servers that never answer, as on a train, or in a container whose network has gone: no lookup waits for them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from harness.installation import ROOT

# Seconds after which the Python backend gives up.
PATIENCE = float(
    re.search(r"^DEADLINE = ([\d.]+)$", (ROOT / "Sources/python/codeartifact_keyring/helper.py").read_text(), re.M)[1]
)
# In namespaces of its own: three name servers that take every question and answer none, then the command.
MUTE = """
import array, fcntl, os, socket, subprocess, sys
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
fcntl.ioctl(control, SIOCSIFFLAGS, b"lo".ljust(16, b"\\0") + IFF_UP.to_bytes(2, sys.byteorder) + bytes(22))
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 53))
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
done = subprocess.run(sys.argv[2:])
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
    return lambda *words: home.run(*apart, sys.executable, "-c", MUTE, servers, *words, timeout=PATIENCE)


def test_a_lookup_ends_before_its_client_gives_up(resolved_by_nobody, installed, repository):
    result = resolved_by_nobody(installed.keyring, "get", repository.index_url, "aws")
    assert (result.returncode, result.stdout) == (1, "")
    assert "cannot reach codeartifact.us-east-1.amazonaws.com" in result.stderr
