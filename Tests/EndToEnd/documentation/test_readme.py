"""The README and the pages in docs, read by somebody new: every shell block is run, and every file is understood."""

from __future__ import annotations

import json
import os
import re
import shutil
import xml.etree.ElementTree

import picture
import pytest
from harness.documents import PAGES, README, TEXT, blocks, page, without_blocks
from harness.environments import ROOT, environment, program, python
from harness.home import joined
from harness.installation import Installation, run_installer
from harness.project import poetry_library
from standin import wheel
from standin.tokens import fingerprint

INDENTED = sorted(set(re.findall(r"^ +- (?:run: )?(.*codeartifact-keyring.*)$", TEXT, re.MULTILINE)))
HOST = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"
# Docker is not here: what it is handed is looked at instead.
DOCKER = """#!/bin/sh
for word; do case $word in *src=/dev/stdin) cat >"$HOME/docker.stdin" ;; esac; done
printf %s "$CODEARTIFACT_TOKEN" >"$HOME/docker.token"
"""


@pytest.fixture
def repository(standin):
    """The one that the pages speak of."""
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
    """A project with the README's own lines for Poetry, and those for a team."""
    folder = poetry_library(tmp_path / "project", "acme-new")
    (source,) = blocks("toml", "tool.poetry.source")
    (team,) = blocks("toml", "tool.codeartifact-keyring")
    with (folder / "pyproject.toml").open("a") as file:
        file.write(f"{source}\n{team}")
    return folder


SHELL = {
    "add": ["poetry add"],
    "publish": ["poetry config repositories.acme"],
    "token": ["codeartifact-keyring token --json"],
    "doctor": ["codeartifact-keyring doctor"],
    "login": ["codeartifact-keyring login"],
    "docker with netrc": ["codeartifact-keyring netrc"],
    "docker with a variable": ["codeartifact-keyring exec"],
    "add-source": ["codeartifact-keyring add-source"],
}
# Those that other tests run.
ELSEWHERE = {"./install.sh --demo\n", "./install.sh\n", "Tests/run\n"}
ELSEWHERE |= {*blocks("sh", "| bash -s -- --from"), *blocks("sh", "pip config set")}


def test_every_shell_block_is_run():
    others = [text for text in blocks("sh") if text not in ELSEWHERE]
    assert sorted(others) == sorted(text for words in SHELL.values() for text in blocks("sh", *words))
    assert len(others) == len(SHELL)


def test_the_first_command_is_the_demonstration():
    first, *_ = blocks("sh", text=README.read_text())
    assert first == "./install.sh --demo\n"
    assert len(README.read_text().splitlines()) <= 200


@pytest.mark.parametrize("name", SHELL)
def test_a_shell_block(reader, project, standin, repository, name):
    (block,) = blocks("sh", *SHELL[name])
    result = reader.run("bash", "-euo", "pipefail", "-c", block, cwd=project).ok()
    if name == "add":
        assert list(project.glob(".venv/lib/*/site-packages/acme_one*"))
    elif name == "publish":
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
    assert "Tokens requested from AWS: 1" in shown
    assert "the first time takes some minutes" in shown
    assert shown.count(str(environment("poetry").parent)) == 2, "where its Python environments stay, before and after"
    assert picture.svg(shown) == picture.PICTURE.read_text(), "draw it again with Tests/EndToEnd/picture.py"


def test_the_picture():
    """It can be parsed, is for light and for dark ground, and has nothing that a run of its own would change."""
    text = picture.PICTURE.read_text()
    xml.etree.ElementTree.fromstring(text)
    assert "prefers-color-scheme: dark" in text
    assert not re.search(r"/tmp|/root|/home/|tmp\.|[0-9a-f]{8}\b(?<!22223333)", text.split("</style>")[1])


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
    (requirements,) = blocks("text", "--index-url")
    (folder / "requirements.txt").write_text(f"{requirements}acme-one\n")
    reader.run(*download, tmp_path / "by-requirements", "-r", folder / "requirements.txt").ok()
    (block,) = blocks("sh", "pip config set")
    path = reader.directory / ".config/pip/pip.conf"
    assert path.read_text().startswith("[global]\n"), "configure has written it"
    reader.run("bash", "-euc", f'python() {{ {python()} "$@"; }}\n{block}').ok()
    assert path.read_text().count("[global]\n") == 1
    reader.run(*download, tmp_path / "by-configuration", "acme-one").ok()
    for found in ("by-requirements", "by-configuration"):
        assert list((tmp_path / found).glob("acme_one*")), found
    assert standin.mint_count == 1


def test_what_helps_when_it_was_removed_too_early(reader):
    """Its files are gone, and Python's keyring still loads the copy."""
    use_keyring = [python(), "-c", f"import keyring; keyring.get_password({HOST!r}, 'aws')"]
    (row,) = re.findall(r"^\| `(the program is neither .*?)` \|.*: `(sed .*?)`", page("troubleshooting"), re.MULTILINE)
    message, command = row
    for folder in ("libexec", "share/codeartifact-keyring"):
        shutil.rmtree(reader.directory / ".local" / folder)
    refused = reader.run(*use_keyring)
    assert refused.returncode != 0
    for words in message.split(" … "):
        assert words in refused.stderr
    assert f"run: {command.replace('~', str(reader.directory))}" in refused.stderr
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
    section = page("security").split("## Threats\n\n")[1].split("\n\n")[0]
    rows = [row.split(" | ")[0].removeprefix("| ") for row in section.splitlines()[2:]]
    assert len(rows) >= 7
    tests = "\n".join(path.read_text() for path in (ROOT / "Tests").rglob("test_*.py"))
    proved = re.findall(r"^# Threats: (.*?)(?:: .*)?\n(?:@.*\n(?:[ )\]].*\n)*)*def test_", tests, re.MULTILINE)
    # A row may name several files of the project behind a colon.
    assert {row.partition(":")[0] for row in rows} == set(proved)


def test_every_command_is_named(reader):
    """By the README or a page."""
    dump = json.loads(reader.run("codeartifact-keyring", "--experimental-dump-help").ok().stdout)
    names = {command["commandName"] for command in dump["command"]["subcommands"]} - {"help"}
    assert {name for name in names if name not in TEXT} == set()


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "path", [*PAGES, *(ROOT / f"{name}.md" for name in ("SECURITY", "CONTRIBUTING"))], ids=lambda path: path.name
)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)]+)\)", without_blocks(path)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        other = (path.parent / name).resolve() if name else path
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


def test_every_page_is_linked_from_the_readme():
    assert {path.name for path in PAGES[1:]} == set(re.findall(r"\(docs/(\w+\.md)", README.read_text()))


def test_the_files_of_a_release_are_named_right(release):
    """Their names without the version, as the page on installation has them."""
    names = {re.sub(r"(\d+\.\d+\.\d+)", "1.0.0", path.name) for path in release.iterdir()}
    for name in re.findall(r"`(codeartifact[-_]keyring[-_]1\.0\.0\S*)`", page("install")):
        assert any(re.fullmatch(re.escape(name).replace("…", ".*"), each) for each in names), (name, names)
