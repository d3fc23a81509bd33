"""Ctrl-C in the midst of `login`: it ends as a program does that was interrupted, and leaves nothing half done behind."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest
from harness.aws_files import write_config, write_keys
from standin import silence


def interrupt(terminal) -> None:
    terminal.type("\x03")
    result = terminal.finish()
    assert result.returncode == -signal.SIGINT
    assert result.stdout == ""
    assert terminal.echoes


def asked(standin, service):
    return lambda: standin.hosts_asked(service)


@pytest.mark.parametrize("step", ["registering", "waiting", "asking the portal", "minting"])
def test_the_device_flow(person, standin, step):
    def reach(terminal) -> None:
        if step == "registering":
            terminal.wait_until(asked(standin, "sso-oidc"))
            return
        person.wait_for_code(terminal)
        if step == "waiting":
            terminal.wait_for("waiting for you to confirm in the browser (")
            return
        standin.oidc.approve()
        service = "sso-portal" if step == "asking the portal" else "control-plane"
        terminal.wait_until(asked(standin, service))

    silent = {"registering": "sso-oidc", "asking the portal": "sso-portal", "minting": "control-plane"}.get(step)
    if silent:
        standin.faults.answer_always(silence(), service=silent)
    before = person.aws_files()
    with person.login(person.repository.index_url) as terminal:
        reach(terminal)
        interrupt(terminal)
    files = person.aws_files()
    # In front of SSO's own service nobody is signed in yet; behind it the sign-in is whole, and stays.
    if step in ("registering", "waiting"):
        assert files == before == []
        assert person.home.files_holding("clientSecret") == []
    else:
        whole = [person.token_file().name, person.registration_file().name]
        assert files == sorted(f"sso/cache/{name}" for name in whole)
    assert "(" not in terminal.screen.splitlines()[-1], "the line that told of the wait is gone"
    assert standin.mint_count == 0

    # And nothing is in the way of the next time.
    standin.faults.answer_always(None, service=silent or "")
    standin.oidc.devices.clear()
    standin.oidc.approve_at_once = True
    with person.login(person.repository.index_url) as terminal:
        terminal.finish().ok()


def test_the_cli(person):
    """The CLI is interrupted as well, cleans up, and only then does `login` end."""
    script = (
        'trap \'sleep 0.3; echo bye; echo "$$" >"$HOME/ended"; exit 130\' INT\necho ready\nwhile :; do sleep 0.1; done'
    )
    person.add_aws("2.22.0", script)
    with person.login(person.repository.index_url) as terminal:
        terminal.wait_for("ready")
        interrupt(terminal)
    assert "bye" in terminal.screen
    assert (person.home.directory / "ended").exists()
    assert person.aws_files() == []


def test_the_cli_is_not_left_behind(person):
    person.add_aws("2.22.0", 'echo "pid $$!"; exec sleep 1000')
    with person.login(person.repository.index_url) as terminal:
        terminal.wait_for("!")
        interrupt(terminal)
    pid = int(terminal.screen.split("pid ")[1].split("!")[0])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_mfa_code(person, home, standin, user):
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, requires_mfa=True)
    dev = {"role_arn": role.arn, "source_profile": "base", "mfa_serial": device.serial, "region": "us-east-1"}
    write_config(home, {"base": {"region": "us-east-1"}, "dev": dev})
    write_keys(home, {"base": user})
    before = home.contents()
    with person.login(person.repository.index_url) as terminal:
        terminal.wait_for(device.serial)
        terminal.wait_until(lambda: not terminal.echoes)
        interrupt(terminal)
    assert home.contents() == before
    assert standin.connections == []


# Whatever is flushed to disk is interrupted in the midst of it.
_INTERRUPTING = """
#include <signal.h>
int fsync(int file) { raise(SIGINT); return 0; }
"""


def test_in_the_midst_of_writing(person, standin, tmp_path):
    """The file that is being written is made whole first; no temporary one, full of secrets, stays."""
    source, library = tmp_path / "interrupt.c", tmp_path / "interrupt.so"
    source.write_text(_INTERRUPTING)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    person.home.env["LD_PRELOAD"] = str(library)
    standin.oidc.approve_at_once = True
    with person.login(person.repository.index_url) as terminal:
        assert terminal.finish().returncode == -signal.SIGINT
    assert person.aws_files() == [f"sso/cache/{person.token_file().name}"]
    assert "accessToken" in person.token_file().read_text()
