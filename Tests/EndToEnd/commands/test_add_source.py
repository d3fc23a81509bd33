"""`add-source` on project files as people write them, and `list`."""

from __future__ import annotations

import json
import os
import secrets

import pytest
from harness.environments import program, python
from harness.project_file_samples import CLOSED, LISTS, POETRY, UV, Sample
from standin import BEARER_TOKEN, GET_TOKEN

# Python 3.11 brings it.
tomllib = pytest.importorskip("tomllib")


@pytest.fixture
def run(home, installed, tmp_path):
    home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never", "AWS_REGION": "us-east-1"}
    return lambda *words, cwd=tmp_path: home.run(*words, cwd=cwd)


@pytest.fixture
def add(run, installed, repository, tmp_path):
    """Runs `add-source` for the test's repository."""

    def add(*more, cwd=tmp_path):
        names = ["--domain", repository.domain, "--repository", repository.name, "--name", "acme"]
        return run(installed.program, "add-source", *names, *more, cwd=cwd)

    return add


def files(directory):
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def remainder(before: bytes, after: bytes) -> list[bytes]:
    """The lines of `after` that are not in `before`; an error when a line of `before` is gone, has moved, or has lost
    anything: something may have been put into one."""
    own = iter(after.splitlines())
    added = []
    for line in before.splitlines():
        for found in own:
            kept = os.path.commonprefix([line, found])
            if found == line or (line and found.endswith(line[len(kept) :])):
                break
            added.append(found)
        else:
            raise AssertionError(f"lost: {line!r}")
    return added + list(own)


def without_source(text: bytes, *path: str) -> dict:
    """What the file says beside the sources of one tool."""
    root = tomllib.loads(text.decode("utf-8-sig"))
    table = root
    for key in path[:-1]:
        table = table.get(key, {})
    table.pop(path[-1], None)
    # A table that had nothing else is as good as none.
    if path[0] == "tool":
        tools = {name: value for name, value in root.get("tool", {}).items() if value}
        root = {**root, "tool": tools}
        if not tools:
            root.pop("tool")
    return root


def check_sample(sample: Sample, add, tool: str, file: str, path: tuple[str, ...], directory) -> list[dict]:
    sample.write(directory)
    target = directory / file
    before = target.read_bytes()
    first = add("--tool", tool, cwd=directory / sample.folder).ok()
    assert first.stderr == ""
    after = target.read_bytes()
    assert without_source(before, *path) == without_source(after, *path), "all else says what it said"
    remainder(before, after)
    assert (b"\r\n" in before) == (b"\r\n" in after)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in after
    known = files(directory)
    second = add("--tool", tool, cwd=directory / sample.folder).ok()
    assert "already" in second.stdout
    assert files(directory) == known, "a second run changes nothing"
    table = tomllib.loads(after.decode("utf-8-sig"))
    for key in path:
        table = table[key]
    return table


@pytest.mark.parametrize("sample", POETRY, ids=str)
def test_poetry_accepts_the_result(run, add, repository, sample, tmp_path):
    project = tmp_path / "project"
    sources = check_sample(sample, add, "poetry", "pyproject.toml", ("tool", "poetry", "source"), project)
    assert sources[-1] == {"name": "acme", "url": repository.index_url, "priority": "explicit"}
    settings = tomllib.loads((project / "poetry.toml").read_text())
    assert settings["repositories"]["acme"] == {"url": repository.publish_url}
    checked = run(program("poetry"), "check", "-n", cwd=project).ok()
    assert "Error" not in checked.output, checked.describe()


def test_poetry_reads_what_was_written(run, add, repository, tmp_path):
    POETRY[0].write(tmp_path)
    add().ok()
    shown = run(program("poetry"), "source", "show", "acme", "-n").ok()
    assert repository.index_url in shown.output and "explicit" in shown.output
    shown = run(program("poetry"), "config", "repositories.acme", "-n").ok()
    assert repository.publish_url in shown.output


@pytest.mark.parametrize("sample", UV, ids=str)
def test_uv_accepts_the_result(run, add, repository, sample, tmp_path):
    project = tmp_path / "project"
    path = ("index",) if sample.file == "uv.toml" else ("tool", "uv", "index")
    indexes = check_sample(sample, add, "uv", sample.file, path, project)
    assert indexes[-1] == {
        "name": "acme",
        "url": repository.index_url,
        "publish-url": repository.publish_url,
        "authenticate": "always",
    }
    run(program("uv"), "lock", "--offline", cwd=project / sample.folder).ok()


@pytest.mark.parametrize(("text", "line"), CLOSED + LISTS)
def test_what_cannot_be_appended_is_printed(add, repository, text, line, tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    result = add("--tool", "poetry")
    source = {"name": "acme", "url": repository.index_url, "priority": "explicit"}
    if (text, line) in LISTS:
        assert tomllib.loads(f"source = [{result.stdout}]")["source"] == [source]
    else:
        assert tomllib.loads(result.stdout)["tool"]["poetry"]["source"] == [source]
    assert result.returncode == 1
    assert f"pyproject.toml line {line}: [[tool.poetry.source]] cannot be appended" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert path.read_text() == text
    assert list(tmp_path.glob("poetry.toml")) == []


def test_pdm_is_given_its_source(add, repository, tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n[tool.pdm]\ndistribution = false # why\n')
    result = add().ok()
    table = tomllib.loads(path.read_text())["tool"]["pdm"]
    assert table == {"distribution": False, "source": [{"name": "acme", "url": repository.index_url}]}
    assert f"pdm publish --username aws --repository {repository.publish_url}" in result.stdout
    assert "# why" in path.read_text()


@pytest.mark.parametrize(
    ("text", "more", "tools"),
    [
        ("[tool.poetry]\n[tool.uv]\n", "", {"poetry", "uv"}),
        ('[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', "", {"poetry"}),
        ('[build-system]\nbuild-backend = "pdm.backend"\n', "", {"pdm"}),
        ('[build-system]\nbuild-backend = "uv_build"\n', "", {"uv"}),
        ('[build-system]\nbuild-backend = "hatchling.build"\n', "uv.lock", {"uv"}),
        ('[project]\nname = "x"\n', "poetry.lock", {"poetry"}),
    ],
)
def test_the_tools_in_use_are_found(add, tmp_path, text, more, tools):
    (tmp_path / "pyproject.toml").write_text(text)
    if more:
        (tmp_path / more).write_text("")
    add().ok()
    found = tomllib.loads((tmp_path / "pyproject.toml").read_text())["tool"]
    assert {tool for tool, table in found.items() if "source" in table or "index" in table} == tools


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        (None, [], "there is no pyproject.toml in this folder or above"),
        ("[project]\n", [], "Name the tool with --tool"),
        ("[tool.uv\n", [], "pyproject.toml line 1"),
        ("[tool.uv]\n", ["--repository", "missing"], "Repository not found"),
        ("[tool.uv]\n", ["--owner", "999999999999"], "Domain not found"),
        ("[[tool.uv.index]]\nname = 'acme'\nurl = 'https://other.example/'\n", [], "Choose a name with --name"),
    ],
)
def test_failures_are_one_line(add, tmp_path, text, more, expected):
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    before = files(tmp_path)
    result = add(*more)
    assert (result.returncode, result.stdout) == (1, ""), result.describe()
    assert expected in result.stderr and len(result.stderr.splitlines()) == 1
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["pypi", "PyPI"])
def test_the_name_of_the_public_index_is_refused_for_poetry(add, tmp_path, name):
    """Poetry would fail at every command."""
    (tmp_path / "pyproject.toml").write_text("[tool.uv]\n[tool.poetry]\n")
    before = files(tmp_path)
    result = add("--name", name)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{name} is Poetry's name for the public index. Choose another with --name" in result.stderr
    assert files(tmp_path) == before
    add("--name", name, "--tool", "uv").ok()


def test_a_domain_called_as_the_public_index(run, installed, standin, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.9"\n[tool.poetry]\npackage-mode = false\n'
    )
    repository = standin.add_repository("pypi")
    words = ["--domain", "pypi", "--repository", repository.name]
    run(installed.program, "add-source", *words).ok()
    assert "pypi-codeartifact" in run(program("poetry"), "source", "show", "-n").ok().output


def test_the_tools_that_can_be_written_for_are_named(add):
    assert "(values: poetry, uv, pdm)" in " ".join(add("--help").ok().stdout.split())
    result = add("--tool", "pip")
    assert (result.returncode, result.stdout) == (2, "")
    assert "'poetry', 'uv'" in result.stderr


def test_a_source_of_any_name_with_that_url_is_enough(add, repository, tmp_path):
    text = f'[[tool.poetry.source]]\nname = "theirs"\nurl = "{repository.publish_url}simple"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    assert "already there, as theirs" in add().ok().stdout
    assert (tmp_path / "pyproject.toml").read_text() == text


def test_a_link_stays_one_and_modes_are_kept(add, tmp_path):
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text("[tool.uv]\n")
    elsewhere.chmod(0o640)
    (tmp_path / "pyproject.toml").symlink_to("elsewhere.toml")
    add().ok()
    assert (tmp_path / "pyproject.toml").is_symlink()
    assert "acme" in elsewhere.read_text() and elsewhere.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("link", ["pyproject.toml", "poetry.toml", "uv.toml"])
def test_a_link_out_of_the_project_is_not_followed(home, add, tmp_path, link):
    """A project of another person could break the user's own settings."""
    own = home.write(".config/uv/uv.toml", "# the user's own\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/pyproject.toml").write_text("[tool.uv]\n[tool.poetry]\n")
    (tmp_path / "project" / link).unlink(missing_ok=True)
    (tmp_path / "project" / link).symlink_to(own)
    result = add("--tool", "poetry", "--tool", "uv", cwd=tmp_path / "project")
    assert result.returncode == 1
    assert f"{link} is a link to {own.resolve()}, outside the project" in result.stderr
    assert own.read_text() == "# the user's own\n"


def test_a_missing_permission_is_named(home, add, standin, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.uv]\n")
    home.sign_in(standin.iam.add_user("bob", allowed={GET_TOKEN, BEARER_TOKEN}))
    result = add()
    assert result.returncode == 1
    assert "The role needs codeartifact:GetRepositoryEndpoint" in result.stderr


# --- list


@pytest.fixture
def many(standin, repository):
    """Seven repositories in the test's domain, one elsewhere in the account, one of another account."""
    for number in range(6):
        standin.add_repository(repository.domain, f"more-{number}")
    other = standin.add_repository(f"other-{secrets.token_hex(4)}")
    standin.add_repository(f"theirs-{secrets.token_hex(4)}", owner="444455556666")
    standin.control_plane.catalog.page_size = 3
    return repository, other


def listed(run, installed, *words, cwd=None):
    result = run(installed.program, "list", "--json", *words, **({"cwd": cwd} if cwd else {})).ok()
    return [(one["domain"], one["repository"]) for one in json.loads(result.stdout)]


def test_list_goes_through_all_pages(run, installed, standin, many):
    repository, other = many
    own = [(repository.domain, name) for name in ["internal", *(f"more-{number}" for number in range(6))]]
    assert listed(run, installed, "--domain", repository.domain) == own
    assert sorted(listed(run, installed)) == sorted([*own, (other.domain, "internal")])
    assert len([record for record in standin.requests if record.path == "/v1/domain/repositories"]) == 3


def test_list_in_a_project_is_of_its_domains(run, installed, standin, tmp_path):
    theirs = standin.add_repository(f"theirs-{secrets.token_hex(4)}", owner="444455556666", region="eu-west-1")
    (tmp_path / "pyproject.toml").write_text(f"[tool.uv]\nindex-url = '{theirs.index_url}'\n")
    assert listed(run, installed) == [(theirs.domain, "internal")]
    shown = run(installed.program, "list").ok().stdout.splitlines()
    assert shown[0].split() == ["DOMAIN", "OWNER", "REGION", "REPOSITORY", "DESCRIPTION"]
    assert shown[1].split() == [theirs.domain, "444455556666", "eu-west-1", "internal", "The", "repository", "internal"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--region", "sa-east-1"], "there are no repositories of your account in sa-east-1"),
        (["--domain", "empty"], "there are no repositories of the domain empty in us-east-1"),
    ],
)
def test_where_there_is_nothing_to_list(run, installed, standin, words, expected):
    standin.add_domain("empty", "111122223333", "us-east-1")
    result = run(installed.program, "list", *words).ok()
    assert result.stdout == "" and expected in result.stderr and result.stderr.count("\n") == 1
    result = run(installed.program, "list", "--json", *words).ok()
    assert json.loads(result.stdout) == [] and result.stderr == ""


def test_list_without_a_region(home, run, installed):
    del home.env["AWS_REGION"]
    result = run(installed.program, "list")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Name one with --region" in result.stderr
