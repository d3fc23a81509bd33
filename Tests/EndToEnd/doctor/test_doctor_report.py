"""`doctor` on a machine where everything works, and the layout of its report."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import termios

import pytest

AREAS = ("program configuration keyring poetry pip uv files project aws stores token repository history").split()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_healthy_machine(doctor_env):
    doctor_env.with_source().with_clients()
    # Without it, where `poetry publish` would upload to is worth a note.
    doctor_env.project(f'[repositories.artifact]\nurl = "{doctor_env.repository.publish_url}"\n', "poetry.toml")
    result = doctor_env.doctor("--verbose").ok()
    *lines, blank, end = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", area] for area in AREAS], result.describe()
    assert (blank, end) == ("", "All checks passed. Nothing needs to be done.")
    [line, blank, end] = doctor_env.doctor().ok().stdout.splitlines()
    assert line == f"ok       {len(AREAS)} checks passed: {', '.join(AREAS)} (--verbose lists them)"
    assert doctor_env.standin.mint_count == 1
    doctor_env.doctor("--fix").ok()
    assert doctor_env.report("--fix")["fixed"] == [], "there is nothing to fix"
    assert doctor_env.standin.mint_count == 1


def test_a_machine_without_any_client(doctor_env):
    """Nothing to complain of: whoever has no Poetry, no uv and no project needs none."""
    assert doctor_env.failures() == []
    for area in ("poetry", "uv", "project", "token"):
        assert len(doctor_env.notes(area)) == 1, area
    [note] = doctor_env.notes("token")
    assert note.command.startswith("codeartifact-keyring doctor https://")


def test_json_says_all_that_the_lines_say(doctor_env, home):
    doctor_env.with_source()
    home.env["PIP_INDEX_URL"] = (
        f"https://aws:{doctor_env.old_token()}@{doctor_env.repository.host}/pypi/internal/simple/"
    )
    home.write(".netrc", f"machine {doctor_env.repository.host} login aws password {doctor_env.old_token()}\n")
    doctor_env.doctor()
    report = doctor_env.report()
    shown = doctor_env.doctor("--verbose").stdout
    assert report["version"] == home.run(doctor_env.installation.program, "--version").stdout.strip()
    entries = []
    for severity in ("problem", "warning", "note", "ok"):
        for item in [item for item in report["findings"] if item["severity"] == severity]:
            place = item.get("file", "") + (f" line {item['line']}" if "line" in item else "")
            what = f"{place}: {item['what']}" if place else item["what"]
            entries.append(f"{severity.ljust(9)}{item['area'].ljust(15)}{what}\n")
            if "command" in item:
                entries.append(f"    {item['command']}\n\n")
    assert shown.startswith("".join(entries).replace(f"{home.directory}/", "~/"))
    assert shown.endswith(
        "\n\n2 problems\nNext: codeartifact-keyring doctor --fix (fixes 1 of 2 and shows what is left)\n"
    )


def on_a_terminal(doctor_env, columns=0, **variables):
    """What `doctor` writes when its standard output is a terminal; with no columns, one that does not know its size."""
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [doctor_env.installation.program, "doctor"],
        env={**doctor_env.home.env, **variables},
        cwd=doctor_env.folder,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.STDOUT,
    )
    os.close(follower)
    shown = b""
    try:
        while data := os.read(leader, 65536):
            shown += data
    except OSError:
        pass  # how Linux says that the other end has been closed
    os.close(leader)
    process.wait(60)
    return shown.decode().replace("\r\n", "\n")


def test_colours_and_symbols_are_for_terminals(doctor_env, home):
    home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    plain = doctor_env.doctor().stdout
    assert plain.isascii()
    assert "\x1b" not in plain
    shown = on_a_terminal(doctor_env)
    assert re.sub("^[✗!•✓] ", "", COLOUR.sub("", shown), flags=re.MULTILINE) == plain
    assert re.search(r"^\x1b\[31m✗ problem +\x1b\[0mkeyring ", shown, re.MULTILINE)
    assert re.search(r"^\x1b\[32m✓ ok +\x1b\[0m", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("variables", "symbols"),
    [({"NO_COLOR": "1"}, True), ({"NO_COLOR": "1", "LC_ALL": "C"}, False), ({"TERM": "dumb"}, False)],
    ids=["NO_COLOR", "a locale without symbols", "a dumb terminal"],
)
def test_no_colours_where_none_are_wanted(doctor_env, variables, symbols):
    shown = on_a_terminal(doctor_env, **variables)
    assert "\x1b" not in shown
    assert shown.isascii() is not symbols
    assert shown.endswith("All checks passed, but no repository was tried.\nNext: codeartifact-keyring doctor URL\n")


def test_lines_are_as_wide_as_the_terminal_and_commands_are_whole(doctor_env, home):
    home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    shown = on_a_terminal(doctor_env, columns=80, NO_COLOR="1")
    plain = doctor_env.doctor().stdout
    commands = [line for line in plain.splitlines() if line.startswith("    ")]
    assert commands
    lines = shown.splitlines()
    assert set(commands) <= set(lines)
    others = [line for line in lines if line not in commands]
    assert max(map(len, others)) <= 80
    assert max(map(len, plain.splitlines())) > 80
    # Nothing but line breaks and symbols differs.
    assert re.sub("[✗!•✓] ", "", " ".join(shown.split())) == " ".join(plain.split())


def test_repositories_on_the_command_line(doctor_env, standin):
    """Without a project, and in place of the project's own."""
    other = standin.add_repository(f"{doctor_env.repository.domain}-x", "libraries")
    doctor_env.with_source()
    pages = [item for item in doctor_env.findings(other.index_url, other.publish_url) if item.area == "repository"]
    assert [page.what for page in pages] == ["libraries of DOMAIN-x answers (HTTP 200)"]
    [host] = [item for item in doctor_env.findings(other.host) if item.area == "token"]
    assert host.what.startswith("DOMAIN-x (111122223333, us-east-1): a token with 11 h 59 min left")


def test_what_is_no_repository(doctor_env, home):
    result = home.run(doctor_env.installation.program, "doctor", "https://pypi.org/simple/")
    assert (result.returncode, result.stdout) == (1, "")
    assert "is not a CodeArtifact repository" in result.stderr


def test_help_has_an_example(doctor_env, home):
    shown = home.run(doctor_env.installation.program, "doctor", "--help").ok().stdout
    assert "Example: codeartifact-keyring doctor --fix" in shown
    assert home.run(doctor_env.installation.program, "doctor", "--bogus").returncode == 2
