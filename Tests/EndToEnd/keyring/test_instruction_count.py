"""What a warm lookup takes, in instructions: they are the same on a busy machine, so that no change makes it slower unseen."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(
    not shutil.which("valgrind"), reason="valgrind is not installed (apt-get install valgrind)"
)

# Of the fast path, beyond those of a process that does nothing: what the dynamic loader needs is the system's affair.
# Who makes it faster writes down the new figure.
FIGURE = 88_600
TOLERANCE = 1.10


@pytest.fixture
def instructions(home, tmp_path):
    def count(*command) -> int:
        log = tmp_path / "callgrind.txt"
        options = ["--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}"]
        home.run("valgrind", *options, *command, timeout=120).ok()
        return int(re.search(r"Collected : (\d+)", log.read_text())[1])

    return count


def test_a_warm_lookup(home, installed, repository, instructions):
    words = [installed.keyring, "get", repository.index_url, "aws"]
    for _ in range(20):
        home.run(*words).ok()
    # Too little space for anything but the fast path.
    home.run("prlimit", "--as=12000000", *words).ok()
    taken = instructions(*words) - instructions("/bin/true")
    assert taken <= FIGURE * TOLERANCE, "a warm lookup has become slower"


def test_no_library_is_looked_for_beside_the_program(installed):
    """To search in vain takes as long as all that a warm lookup does itself."""
    for program in installed.keyring, installed.program:
        dynamic = subprocess.run(["readelf", "--dynamic", program], check=True, stdout=subprocess.PIPE, text=True)
        assert "NEEDED" in dynamic.stdout
        assert "RUNPATH" not in dynamic.stdout
