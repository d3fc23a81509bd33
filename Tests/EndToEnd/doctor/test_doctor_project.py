"""`doctor`: the sources that a project names, and whether each tool asks us for them."""

from __future__ import annotations

import pytest
from harness.clinic import Finding, only, script
from harness.environments import program
from harness.project import uv_application

POETRY = '[tool.poetry]\nname = "a"\n\n[[tool.poetry.source]]\nname = "acme"\nurl = "{}"\npriority = "explicit"\n'
UV = '[[tool.uv.index]]\nname = "acme"\nurl = "{}"\n'
PDM = '[[tool.pdm.source]]\nname = "acme"\nurl = "{}"\n'


def with_user(clinic, name="aws"):
    return clinic.repository.index_url.replace("//", f"//{name}@")


@pytest.mark.parametrize(
    ("text", "name"),
    [(POETRY, ""), (UV + 'authenticate = "always"\n', ""), (UV, "aws@"), (PDM, ""), (PDM, "aws@")],
    ids=["Poetry", "uv with authenticate", "uv with a user", "PDM", "PDM with a user"],
)
def test_as_they_should_be_written(clinic, text, name):
    clinic.project(text.format(clinic.repository.index_url.replace("//", f"//{name}")))
    assert clinic.complaints() == []
    [finding] = [item for item in clinic.findings() if item.area == "project"]
    assert finding.what == "1 source of CodeArtifact's, written as they should be"
    assert [item.what for item in clinic.findings() if item.area == "repository"] == [
        "internal of DOMAIN answers (HTTP 200)"
    ]


@pytest.mark.parametrize("name", ["aws", "bob", "a token"])
def test_a_user_in_a_source_of_poetrys(clinic, name):
    """Somebody may have put the token where the user's name should be: it is not shown."""
    path = clinic.project(POETRY.format(with_user(clinic, name.replace("a token", clinic.good_token()))))
    [finding] = only(clinic, "project")
    assert finding == Finding(
        "project",
        "problem",
        "source acme has a user's name in its URL: Poetry then asks nobody",
        "./pyproject.toml:6",
        "sed -i '6s|//[^/]*@|//|' ./pyproject.toml",
    )
    clinic.obey(finding)
    assert clinic.complaints() == []
    assert path.read_text() == POETRY.format(clinic.repository.index_url)


@pytest.mark.parametrize(("text", "line"), [(UV, 3), (PDM, 3)], ids=["uv", "PDM"])
def test_another_user_than_aws(clinic, text, line):
    clinic.project(text.format(with_user(clinic, "bob")))
    [finding] = only(clinic, "project")
    assert finding == Finding(
        "project",
        "problem",
        "source acme has another user than aws in its URL: only aws gets a token",
        f"./pyproject.toml:{line}",
        f"sed -i '{line}s|//[^/]*@|//aws@|' ./pyproject.toml",
    )
    clinic.obey(finding)
    assert clinic.complaints() == []


@pytest.mark.parametrize(
    ("text", "tool", "right"),
    [(POETRY, "poetry", ""), (UV, "uv", "aws@"), (PDM, "pdm", "aws@")],
    ids=["Poetry", "uv", "PDM"],
)
def test_a_token_in_a_url(clinic, text, tool, right):
    path = clinic.project(text.format(with_user(clinic, f"aws:{clinic.old_token()}")))
    [finding] = only(clinic, "project")
    assert finding.what == f"source acme has a token that ended 3 d ago in its URL: {tool} sends it instead of asking"
    assert clinic.fix() == ["./pyproject.toml: the token was taken out"]
    assert path.read_text() == text.format(clinic.repository.index_url.replace("//", f"//{right}"))


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("pyproject.toml", POETRY, 6), ("requirements.txt", "--index-url {}\nacme-one\n", 1)],
    ids=["Poetry", "requirements.txt"],
)
def test_a_slip_in_a_host(clinic, name, text, line):
    """To every client such a host is anybody's."""
    url = clinic.repository.index_url.replace("111122223333", "11112222333").replace("//", "//aws:hunter2secret@")
    clinic.project(text.format(url), name)
    [finding] = [item for item in clinic.complaints() if "digits" in item.what]
    assert finding.place == f"./{name}:{line}"
    assert "has an account of 11 digits where there are twelve, so nobody gets a token for it" in finding.what
    assert "hunter2secret" not in clinic.doctor().stdout


@pytest.mark.parametrize("text", [POETRY, UV.replace('"{}"', '"{}"\nauthenticate = "always"'), PDM])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_source_that_is_not_the_index(clinic, text, slash):
    path = clinic.project(text.format(clinic.repository.publish_url.rstrip("/") + slash))
    [finding] = [item for item in clinic.complaints() if item.area == "project"]
    assert finding.what == "source acme has a URL that does not end in /simple/: there are no packages to be found"
    clinic.obey(finding)
    assert clinic.complaints() == []
    assert path.read_text() == text.format(clinic.repository.index_url)


@pytest.mark.parametrize("path", ["x';touch$IFS$HOME/gone;'", "x|e$IFS", "$(id)", "`id`"])
def test_no_command_is_made_of_a_strange_url(clinic, path):
    """Whoever wrote the project must not have commands of his run by whoever obeys."""
    clinic.project(POETRY.format(clinic.repository.publish_url.replace("internal/", path)))
    findings = [item for item in clinic.complaints() if item.area == "project"]
    assert len(findings) == 1
    assert findings[0].command == ""


@pytest.mark.parametrize(
    "text", [POETRY, UV.replace('"{}"', '"{}"\nauthenticate = "always"'), PDM], ids=["Poetry", "uv", "PDM"]
)
@pytest.mark.parametrize("end", ["", "simple/"])
def test_a_url_for_npm(clinic, text, end):
    """As the console shows it for another package manager."""
    url = clinic.repository.publish_url.replace("/pypi/", "/npm/") + end
    path = clinic.project(text.format(url))
    [finding] = [item for item in clinic.complaints() if item.area == "project"]
    assert finding.what == "source acme has /npm/ in its URL, which has no packages of Python's: write /pypi/"
    clinic.obey(finding)
    assert path.read_text() == text.format(clinic.repository.publish_url + end)


def test_a_source_with_a_user_that_is_not_the_index(clinic):
    path = clinic.project(UV.format(with_user(clinic).replace("simple/", "")))
    [finding] = only(clinic, "project")
    clinic.obey(finding)
    assert clinic.complaints() == []
    assert path.read_text() == UV.format(with_user(clinic))


def test_an_index_for_which_uv_asks_nobody(clinic):
    clinic.with_clients("uv")
    project = uv_application(clinic.folder, clinic.repository, authenticate=None)
    [finding] = only(clinic, "project")
    assert finding == Finding(
        "project",
        "problem",
        'source artifact has neither authenticate = "always" nor aws@ in its URL: uv asks nobody',
        "./pyproject.toml:9",
        "sed -i '9a authenticate = \"always\"' ./pyproject.toml",
    )
    lock = [program("uv"), "lock", "--python", "/usr/bin/python3"]
    clinic.home.env["UV_KEYRING_PROVIDER"] = "subprocess"
    assert clinic.home.run(*lock, cwd=project).returncode != 0, "uv says so too"
    clinic.obey(finding)
    assert clinic.complaints() == []
    clinic.home.run(*lock, cwd=project).ok()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('[tool.uv]\nindex-url = "{}"\n', "the index has neither a table [[index]]"),
        (
            '[tool.uv]\nindex = [{{ name = "acme", url = "{}" }}]\n',
            'source acme has neither authenticate = "always"',
        ),
        (UV + 'authenticate = "never"\n', 'source acme has neither authenticate = "always"'),
    ],
    ids=["index-url", "one line", "never"],
)
def test_an_index_of_uvs_that_can_only_have_a_user(clinic, text, title):
    clinic.project(text.format(clinic.repository.index_url))
    [finding] = only(clinic, "project")
    assert finding.what == f"{title} nor aws@ in its URL: uv asks nobody"
    clinic.obey(finding)
    assert clinic.complaints() == []


def test_a_uv_that_does_not_know_authenticate(clinic):
    script(clinic.tools / "uv", "#!/bin/sh\necho uv 0.6.7\n")
    clinic.project((UV + 'authenticate = "always"\n').format(clinic.repository.index_url))
    [finding] = only(clinic, "project")
    assert finding == Finding(
        "project",
        "problem",
        'source acme has authenticate = "always", which uv 0.6.7 does not know',
        "./pyproject.toml:3",
        "uv self update",
    )


def test_a_uv_that_says_nothing(clinic):
    script(clinic.tools / "uv", "#!/bin/sh\nexit 1\n")
    assert only(clinic, "uv") == [
        Finding("uv", "warning", "TOOLS/uv does not tell its version", command="TOOLS/uv --version")
    ]


@pytest.mark.parametrize("option", [(), ("--local",)], ids=["for the user", "for the project"])
def test_poetry_publishes_to_the_simple_index(clinic, home, option):
    """Set by Poetry itself, and mended by it."""
    clinic.with_clients("poetry").project(POETRY.format(clinic.repository.index_url))
    name, poetry = "repositories.acme", program("poetry")
    home.run(poetry, "config", *option, name, clinic.repository.index_url, cwd=clinic.folder).ok()
    [finding] = only(clinic, "project")
    right = clinic.repository.publish_url.replace(clinic.repository.domain, "DOMAIN")
    assert finding == Finding(
        "project",
        "problem",
        "source acme is published to, and its URL ends in /simple, which takes no uploads",
        "./poetry.toml:2" if option else "~/.config/pypoetry/config.toml:2",
        " ".join(["poetry config", *option, name, right]),
    )
    clinic.obey(finding)
    assert clinic.complaints() == []


def test_a_variable_publishes_to_the_simple_index(clinic, home):
    home.env["POETRY_REPOSITORIES_ACME_URL"] = clinic.repository.index_url.rstrip("/")
    [finding] = only(clinic, "project")
    right = clinic.repository.publish_url.replace(clinic.repository.domain, "DOMAIN").rstrip("/")
    assert (finding.place, finding.command) == (
        "POETRY_REPOSITORIES_ACME_URL",
        f"export POETRY_REPOSITORIES_ACME_URL={right}",
    )
    home.env["POETRY_REPOSITORIES_ACME_URL"] = clinic.repository.publish_url
    assert clinic.complaints() == []


def test_uv_publishes_to_the_simple_index(clinic, home):
    index = clinic.repository.index_url
    clinic.project(
        UV.format(index)
        + f'authenticate = "always"\npublish-url = "{index}simple/"\n'.replace("simple/simple", "simple")
    )
    [finding] = only(clinic, "project")
    assert finding.what == "source acme is published to, and its URL ends in /simple, which takes no uploads"
    clinic.obey(finding)
    assert clinic.complaints() == []


@pytest.mark.parametrize(("path", "right"), [("simple-lib/simple/", "simple-lib"), ("simple/simple", "simple")])
def test_the_simple_index_of_a_repository_called_simple(clinic, path, right):
    base = clinic.repository.publish_url.rsplit("/", 2)[0]
    text = UV.format(clinic.repository.index_url) + 'authenticate = "always"\npublish-url = "{}"  # simple/\n'
    project = clinic.project(text.format(f"{base}/{path}"))
    clinic.obey(next(finding for finding in clinic.complaints() if finding.area == "project"))
    assert project.read_text() == text.format(f"{base}/{right}")


def test_uv_publishes_only_as_somebody(clinic, home):
    urls = clinic.repository.index_url, clinic.repository.publish_url
    clinic.project((UV + 'authenticate = "always"\npublish-url = "{}"\n').format(*urls))
    assert clinic.complaints() == []
    assert clinic.notes("uv")[0] == Finding(
        "uv",
        "note",
        "uv publish asks only with a user's name",
        "./pyproject.toml:5",
        "export UV_PUBLISH_USERNAME=aws",
    )
    home.env["UV_PUBLISH_USERNAME"] = "aws"
    assert "uv publish asks only with a user's name" not in [note.what for note in clinic.notes("uv")]


def test_poetry_publishes_where_it_reads(clinic):
    """`poetry publish -r` takes a source's URL as it is, unless a repository has the same name."""
    clinic.with_clients("poetry")
    clinic.project(POETRY.format(clinic.repository.index_url))
    assert clinic.complaints() == []
    [note] = clinic.notes("poetry")
    assert note == Finding(
        "poetry",
        "note",
        "poetry publish -r acme uploads to its URL, which ends in /simple and takes no uploads",
        "./pyproject.toml:6",
        f"poetry config repositories.acme {clinic.repository.publish_url}".replace(clinic.repository.domain, "DOMAIN"),
    )
    clinic.obey(note)
    assert clinic.notes("poetry") == []
    clinic.project(POETRY.format(clinic.repository.index_url).replace("]", "]\npackage-mode = false", 1))
    clinic.home.run(program("poetry"), "config", "--unset", "repositories.acme").ok()
    assert clinic.notes("poetry") == []


@pytest.mark.parametrize("text", [POETRY, UV, PDM], ids=["Poetry", "uv", "PDM"])
def test_plain_http(clinic, text):
    clinic.project(text.format(clinic.repository.index_url.replace("https:", "http:")))
    [finding] = only(clinic, "project")
    assert finding.what == "source acme has http in its URL: no token is ever sent there"
    clinic.obey(finding)
    assert "http://" not in (clinic.folder / "pyproject.toml").read_text()


@pytest.mark.parametrize("value", ["", "https://aws:{}@h/", "{}", "'{}", "[{}", "{}.b = 1"])
def test_a_project_that_cannot_be_read(clinic, value):
    """What stands in it is not shown, since it may be a token."""
    clinic.project(f"[tool.poetry]\nname = {value.format(clinic.good_token())}\n")
    [finding] = only(clinic, "project")
    assert finding.severity == "problem"
    assert finding.what.endswith(": its sources are not known")
    assert finding.place == "./pyproject.toml:2"


def test_the_project_is_that_of_the_folder_above(clinic):
    clinic.project(POETRY.format(with_user(clinic)))
    below = clinic.folder / "src" / "acme"
    below.mkdir(parents=True)
    clinic.folder, above = below, clinic.folder
    [finding] = only(clinic, "project")
    assert finding.place == f"{above}/pyproject.toml:6"
