"""A chroot in which nobody has mounted `/proc`."""

from __future__ import annotations

import pytest
from harness.aws_files import write_config
from harness.environments import python


@pytest.fixture
def run(home):
    """Runs a command without it."""
    hidden = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"]
    if home.run(*hidden, "true").returncode != 0:
        pytest.skip("nothing can be mounted here")
    return lambda *argv: home.run(*hidden, *argv)


def test_lookups(run, installed, standin, repository):
    for words in (["get", repository.index_url, "aws"], ["--mode=creds", "--output=json", "get", repository.index_url]):
        for program in ([installed.keyring], [installed.program, "keyring"]):
            result = run(*program, *words).ok()
            assert (result.stderr, result.fingerprint) == ("", standin.mints[0].fingerprint)
    assert standin.mint_count == 1


def test_the_backend(run, configured, standin, repository):
    code = f"import keyring; print(keyring.get_password({repository.index_url!r}, 'aws'))"
    assert run(python(), "-c", code).ok().fingerprint == standin.mints[-1].fingerprint


def test_other_services_are_passed_on(run, home, installed):
    home.write("other/keyring", '#!/bin/sh\necho "$@"\n', mode=0o755)
    home.env["PATH"] = f"{installed.bin}:{home.directory}/other:/usr/bin:/bin"
    assert run(installed.keyring, "get", "example.org", "anna").ok().stdout == "get example.org anna\n"


def test_commands(run, installed, repository):
    """Without its arguments the program would print its help, and succeed."""
    assert run(installed.program, "exec", repository.index_url, "--", "sh", "-c", "exit 7").returncode == 7
    assert run(installed.program, "token", repository.index_url).ok().fingerprint
    assert "kernel" in run(installed.program, "status").ok().stdout


def test_programs_that_cannot_be_run(run, configured, installed, repository):
    """The library that waits for them would end the process."""
    write_config(configured, {"dev": {"credential_process": "/bin/true"}})
    result = run(installed.program, "token", "--profile", "dev", repository.index_url)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert "credential_process of profile dev failed to start: /proc is not mounted" in result.stderr
    checked = run(installed.program, "doctor", repository.index_url)
    assert checked.returncode in (0, 1) and checked.stderr == "", checked.describe()
