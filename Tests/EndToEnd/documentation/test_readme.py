"""The README, read by somebody new: every shell block in it is run here, and its files mean something to who reads them."""

from __future__ import annotations

import json
import os
import re
import shutil

import pytest
from harness.environments import ROOT, environment, program, python
from harness.home import joined
from harness.installation import Installation, run_installer
from harness.project import poetry_library
from standin import wheel
from standin.tokens import fingerprint

TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
INDENTED = re.findall(r"^ +- (?:run: )?(.*codeartifact-keyring.*)$", TEXT, re.MULTILINE)
HOST = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"
# Docker is not here: what it is handed is looked at instead.
DOCKER = """#!/bin/sh
for word; do case $word in *src=/dev/stdin) cat >"$HOME/docker.stdin" ;; esac; done
printf %s "$CODEARTIFACT_TOKEN" >"$HOME/docker.token"
"""


def blocks(language: str, *words: str) -> list[str]:
    """The blocks of a language that have these words in them."""
    return [text for kind, text in BLOCKS if kind == language and all(word in text for word in words)]


@pytest.fixture
def repository(standin):
    """The one that the README speaks of."""
    repository = standin.add_repository("acme", name="internal")
    standin.seed(repository, [wheel("acme-one")])
    assert repository.index_url == f"{HOST}simple/"
    return repository


@pytest.fixture
def reader(bare_home, user, repository):
    """Somebody who has installed it, and is signed in to AWS by a profile."""
    prefix = bare_home.directory / ".local"
    run_installer(bare_home, prefix, "--no-build").ok()
    bare_home.env["PATH"] = joined(Installation(prefix).bin, program("poetry").parent, program("uv").parent)
    bare_home.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    keys = "".join(f"{name.lower()} = {value}\n" for name, value in user.environment().items())
    bare_home.write(".aws/config", "[default]\nregion = us-east-1\n")
    bare_home.write(".aws/credentials", f"[default]\n{keys}[acme-dev]\n{keys}")
    bare_home.write(".local/bin/docker", DOCKER, mode=0o755)
    return bare_home


@pytest.fixture
def project(reader, tmp_path):
    """A project with the README's own lines for Poetry."""
    folder = poetry_library(tmp_path / "project", "acme-new")
    (source,) = blocks("toml", "tool.poetry.source")
    (team,) = blocks("toml", "tool.codeartifact-keyring")
    with (folder / "pyproject.toml").open("a") as file:
        file.write(f"{source}\n{team}")
    return folder


SHELL = {
    "publish": ["poetry config repositories.acme"],
    "token": ["codeartifact-keyring token --json"],
    "doctor": ["codeartifact-keyring doctor"],
    "login": ["codeartifact-keyring login"],
    "docker with netrc": ["codeartifact-keyring netrc"],
    "docker with a variable": ["codeartifact-keyring exec"],
    "add-source": ["codeartifact-keyring add-source"],
}
# Those that no project is needed for: what they do is what other tests do.
ELSEWHERE = {"./install.sh --demo\n", "./install.sh\n", "Tests/run\n"}


def test_every_shell_block_is_run():
    rest = [text for text in blocks("sh") if text not in ELSEWHERE]
    assert sorted(rest) == sorted(text for words in SHELL.values() for text in blocks("sh", *words))
    assert len(rest) == len(SHELL)


@pytest.mark.parametrize("name", SHELL)
def test_a_shell_block(reader, project, standin, repository, name):
    (block,) = blocks("sh", *SHELL[name])
    result = reader.run("bash", "-euo", "pipefail", "-c", block, cwd=project).ok()
    if name == "publish":
        assert len(standin.files(repository, "acme-new")) == 2
    elif name == "token":
        assert json.loads(result.raw_stdout)["username"] == "aws"
    elif name == "doctor":
        assert "problem" not in result.stdout
        assert "warning" not in result.stdout
    elif name == "docker with netrc":
        assert (reader.directory / "docker.stdin").read_text().startswith("machine acme-111122223333.d.codeartifact.")
        assert standin.mints[-1].duration == 900
    elif name == "docker with a variable":
        assert fingerprint((reader.directory / "docker.token").read_text()) == standin.mints[-1].fingerprint
    assert standin.mint_count == (0 if name == "add-source" else 1)


def test_the_demonstration(bare_home):
    """The first command of all; real Poetry against a stand-in of its own."""
    bare_home.env["PATH"] = os.environ["PATH"]
    bare_home.env["XDG_CACHE_HOME"] = str(environment("poetry").parent.parent)
    shown = bare_home.run("./install.sh", "--demo", cwd=ROOT, timeout=600).ok().stdout
    assert "Hello from a private package." in shown
    assert "Tokens that AWS was asked for, all in all: 1" in shown
    assert "the first time takes some minutes" in shown
    assert shown.count(str(environment("poetry").parent)) == 2, "where its Python environments stay, before and after"


@pytest.mark.parametrize("line", INDENTED)
def test_a_line_of_a_pipeline(reader, project, standin, line, tmp_path):
    reader.env |= {"GITHUB_ENV": str(tmp_path / "github"), "GITHUB_ACTIONS": "true"}
    (tmp_path / "github").touch()
    done = reader.run(
        "bash", "-euo", "pipefail", "-c", line.replace("poetry install", "poetry --version"), cwd=project
    ).ok()
    assert standin.mint_count == 1
    if "github" in line:
        assert "::add-mask::" in done.raw_stdout
        assert "POETRY_HTTP_BASIC_ACME_PASSWORD" in (tmp_path / "github").read_text()


def test_pipelines_are_three():
    assert len(INDENTED) == 3


def test_the_lines_for_uv_and_pip(reader, tmp_path, standin):
    (source,) = blocks("toml", "tool.uv.index")
    folder = tmp_path / "with-uv"
    folder.mkdir()
    head = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["acme-one"]\n'
    (folder / "pyproject.toml").write_text(f"{head}\n{source}")
    reader.run("uv", "lock", cwd=folder).ok()
    download = [program("pip"), "download", "--no-input", "--no-deps", "--dest"]
    (requirements,) = blocks("text", "requirements.txt")
    (folder / "requirements.txt").write_text(f"{requirements}acme-one\n")
    reader.run(*download, tmp_path / "by-requirements", "-r", folder / "requirements.txt").ok()
    (ini,) = blocks("ini", "pip.conf")
    reader.write(".config/pip/pip.conf", ini)
    reader.run("codeartifact-keyring", "configure", "pip").ok()
    reader.run(*download, tmp_path / "by-configuration", "acme-one").ok()
    for found in ("by-requirements", "by-configuration"):
        assert list((tmp_path / found).glob("acme_one*")), found
    assert standin.mint_count == 1


def test_what_helps_when_it_was_removed_too_early(reader):
    """Its files are gone, and Python's keyring still loads the copy."""
    use_keyring = [python(), "-c", f"import keyring; keyring.get_password({HOST!r}, 'aws')"]
    (row,) = re.findall(r"^\| `(the program is neither .*?)` \|.* `(sed .*?)`", TEXT, re.MULTILINE)
    message, command = row
    for folder in ("libexec", "share/codeartifact-keyring"):
        shutil.rmtree(reader.directory / ".local" / folder)
    refused = reader.run(*use_keyring)
    assert refused.returncode != 0
    for words in message.split(" … "):
        assert words in refused.stderr
    reader.run("sh", "-c", command).ok()
    assert reader.run(*use_keyring).ok().stderr == ""


def test_the_configuration_is_understood(reader, standin):
    (text,) = blocks("toml", "duration", "[[host]]")
    reader.write(".config/codeartifact-keyring/config.toml", text)
    shown = reader.run("codeartifact-keyring", "status", HOST).ok()
    assert shown.stderr == ""


def test_the_policy_is_json():
    (text,) = blocks("json")
    assert json.loads(text)["Version"] == "2012-10-17"


def test_every_threat_names_where_it_is_proved():
    """Each row of the table is named in a comment right before a test."""
    section = TEXT.split("### Threats\n\n")[1].split("\n\n")[0]
    rows = [row.split(" | ")[0].removeprefix("| ") for row in section.splitlines()[2:]]
    assert len(rows) >= 7
    tests = "\n".join(path.read_text() for path in (ROOT / "Tests").rglob("test_*.py"))
    proved = re.findall(r"^# Threats: (.*?)(?:: .*)?\n(?:@.*\n(?:[ )\]].*\n)*)*def test_", tests, re.MULTILINE)
    # A row may name several files of the project behind a colon.
    assert {row.partition(":")[0] for row in rows} == set(proved)


def test_every_command_is_named(reader):
    """By the README, or by its `--help`, which the README leads to."""
    dump = json.loads(reader.run("codeartifact-keyring", "--experimental-dump-help").ok().stdout)
    names = {command["commandName"] for command in dump["command"]["subcommands"]} - {"help"}
    assert {name for name in names if name not in TEXT} == set()
