"""`doctor` on a machine where all is well, and how it says what it says."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

AREAS = ("program configuration keyring poetry pip uv files project aws stores token repository history").split()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_healthy_machine(doctor_env):
    doctor_env.with_source().with_clients()
    # Without it, where `poetry publish` would upload to is worth a note.
    doctor_env.project(f'[repositories.artifact]\nurl = "{doctor_env.repository.publish_url}"\n', "poetry.toml")
    result = doctor_env.doctor().ok()
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == AREAS, result.describe()
    assert {line.split()[1] for line in lines[:-1]} == {"ok"}, result.describe()
    assert lines[-1] == "All is well."
    assert doctor_env.standin.mint_count == 1
    doctor_env.doctor("--fix").ok()
    assert doctor_env.report("--fix")["fixed"] == [], "there is nothing to be repaired"
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
    lines = doctor_env.doctor().stdout.splitlines()
    assert report["version"] == home.run(doctor_env.installation.program, "--version").stdout.strip()
    assert len(lines) == len(report["findings"]) + 1
    for line, item in zip(lines, report["findings"], strict=False):
        place = item.get("file", "") + (f" line {item['line']}" if "line" in item else "")
        said = " ".join([item["area"], item["severity"], f"{place}: {item['what']}" if place else item["what"]]) + (
            f". Run: {item['command']}" if "command" in item else ""
        )
        assert " ".join(line.split()) == said.replace(f"{home.directory}/", "~/")
    assert lines[-1] == "2 problems; codeartifact-keyring doctor --fix repairs 1"


def on_a_terminal(doctor_env, **variables):
    """What `doctor` writes when its standard output is a terminal."""
    leader, follower = os.openpty()
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


def test_colour_is_for_terminals(doctor_env, home):
    doctor_env.with_source()
    home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    plain = doctor_env.doctor().stdout
    assert "\x1b" not in plain
    coloured = on_a_terminal(doctor_env)
    assert COLOUR.sub("", coloured) == plain.replace("from aws", "from kernel")
    assert re.search(r"^keyring +\x1b\[31mproblem +\x1b\[0m", coloured, re.MULTILINE)
    assert re.search(r"^stores +\x1b\[32mok +\x1b\[0m", coloured, re.MULTILINE)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "a dumb terminal"])
def test_no_colour_where_none_is_wanted(doctor_env, variables):
    shown = on_a_terminal(doctor_env, **variables)
    assert "\x1b" not in shown
    assert shown.endswith("No problem was found; no repository was tried.\n")


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
    assert "is no CodeArtifact repository" in result.stderr


def test_help_has_an_example(doctor_env, home):
    shown = home.run(doctor_env.installation.program, "doctor", "--help").ok().stdout
    assert "Example: codeartifact-keyring doctor --fix" in shown
    assert home.run(doctor_env.installation.program, "doctor", "--bogus").returncode == 2
