"""`doctor`: the sources that a project names, and whether each tool asks us for them."""

from __future__ import annotations

import pytest
from harness.doctor_env import Finding, only, script
from harness.environments import program
from harness.project import uv_application

POETRY = '[tool.poetry]\nname = "a"\n\n[[tool.poetry.source]]\nname = "acme"\nurl = "{}"\npriority = "explicit"\n'
UV = '[[tool.uv.index]]\nname = "acme"\nurl = "{}"\n'
PDM = '[[tool.pdm.source]]\nname = "acme"\nurl = "{}"\n'


def with_user(doctor_env, name="aws"):
    return doctor_env.repository.index_url.replace("//", f"//{name}@")


@pytest.mark.parametrize(
    ("text", "name"),
    [(POETRY, ""), (UV + 'authenticate = "always"\n', ""), (UV, "aws@"), (PDM, ""), (PDM, "aws@")],
    ids=["Poetry", "uv with authenticate", "uv with a user", "PDM", "PDM with a user"],
)
def test_as_they_should_be_written(doctor_env, text, name):
    doctor_env.project(text.format(doctor_env.repository.index_url.replace("//", f"//{name}")))
    assert doctor_env.failures() == []
    [finding] = [item for item in doctor_env.findings() if item.area == "project"]
    assert finding.what == "1 source of CodeArtifact's, written as they should be"
    assert [item.what for item in doctor_env.findings() if item.area == "repository"] == [
        "internal of DOMAIN answers (HTTP 200)"
    ]


@pytest.mark.parametrize("name", ["aws", "bob", "a token"])
def test_a_user_in_a_source_of_poetrys(doctor_env, name):
    """Somebody may have put the token where the user's name should be: it is not shown."""
    path = doctor_env.project(POETRY.format(with_user(doctor_env, name.replace("a token", doctor_env.good_token()))))
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        "problem",
        "source acme has a user's name in its URL: Poetry then asks nobody",
        "./pyproject.toml:6",
        "sed -i '6s|//[^/]*@|//|' ./pyproject.toml",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text() == POETRY.format(doctor_env.repository.index_url)


@pytest.mark.parametrize(("text", "line"), [(UV, 3), (PDM, 3)], ids=["uv", "PDM"])
def test_another_user_than_aws(doctor_env, text, line):
    doctor_env.project(text.format(with_user(doctor_env, "bob")))
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        "problem",
        "source acme has another user than aws in its URL: only aws gets a token",
        f"./pyproject.toml:{line}",
        f"sed -i '{line}s|//[^/]*@|//aws@|' ./pyproject.toml",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


@pytest.mark.parametrize(
    ("text", "tool", "right"),
    [(POETRY, "poetry", ""), (UV, "uv", "aws@"), (PDM, "pdm", "aws@")],
    ids=["Poetry", "uv", "PDM"],
)
def test_a_token_in_a_url(doctor_env, text, tool, right):
    path = doctor_env.project(text.format(with_user(doctor_env, f"aws:{doctor_env.old_token()}")))
    [finding] = only(doctor_env, "project")
    assert finding.what == f"source acme has a token that ended 3 d ago in its URL: {tool} sends it instead of asking"
    assert doctor_env.fix() == ["./pyproject.toml: the token was taken out"]
    assert path.read_text() == text.format(doctor_env.repository.index_url.replace("//", f"//{right}"))


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("pyproject.toml", POETRY, 6), ("requirements.txt", "--index-url {}\nacme-one\n", 1)],
    ids=["Poetry", "requirements.txt"],
)
def test_a_slip_in_a_host(doctor_env, name, text, line):
    """To every client such a host is anybody's."""
    url = doctor_env.repository.index_url.replace("111122223333", "11112222333").replace("//", "//aws:hunter2secret@")
    doctor_env.project(text.format(url), name)
    [finding] = [item for item in doctor_env.failures() if "digits" in item.what]
    assert finding.place == f"./{name}:{line}"
    assert "has an account of 11 digits where there are twelve, so nobody gets a token for it" in finding.what
    assert "hunter2secret" not in doctor_env.doctor().stdout


@pytest.mark.parametrize("text", [POETRY, UV.replace('"{}"', '"{}"\nauthenticate = "always"'), PDM])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_source_that_is_not_the_index(doctor_env, text, slash):
    path = doctor_env.project(text.format(doctor_env.repository.publish_url.rstrip("/") + slash))
    [finding] = [item for item in doctor_env.failures() if item.area == "project"]
    assert finding.what == "source acme has a URL that does not end in /simple/: there are no packages to be found"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text() == text.format(doctor_env.repository.index_url)


@pytest.mark.parametrize("path", ["x';touch$IFS$HOME/gone;'", "x|e$IFS", "$(id)", "`id`"])
def test_no_command_is_made_of_a_strange_url(doctor_env, path):
    """Whoever wrote the project must not have commands of his run by whoever obeys."""
    doctor_env.project(POETRY.format(doctor_env.repository.publish_url.replace("internal/", path)))
    findings = [item for item in doctor_env.failures() if item.area == "project"]
    assert len(findings) == 1
    assert findings[0].command == ""


@pytest.mark.parametrize(
    "text", [POETRY, UV.replace('"{}"', '"{}"\nauthenticate = "always"'), PDM], ids=["Poetry", "uv", "PDM"]
)
@pytest.mark.parametrize("end", ["", "simple/"])
def test_a_url_for_npm(doctor_env, text, end):
    """As the console shows it for another package manager."""
    url = doctor_env.repository.publish_url.replace("/pypi/", "/npm/") + end
    path = doctor_env.project(text.format(url))
    [finding] = [item for item in doctor_env.failures() if item.area == "project"]
    assert finding.what == "source acme has /npm/ in its URL, which has no packages of Python's: write /pypi/"
    doctor_env.run_command(finding)
    assert path.read_text() == text.format(doctor_env.repository.publish_url + end)


def test_a_source_with_a_user_that_is_not_the_index(doctor_env):
    path = doctor_env.project(UV.format(with_user(doctor_env).replace("simple/", "")))
    [finding] = only(doctor_env, "project")
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text() == UV.format(with_user(doctor_env))


def test_an_index_for_which_uv_asks_nobody(doctor_env):
    doctor_env.with_clients("uv")
    project = uv_application(doctor_env.folder, doctor_env.repository, authenticate=None)
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        "problem",
        'source artifact has neither authenticate = "always" nor aws@ in its URL: uv asks nobody',
        "./pyproject.toml:9",
        "sed -i '9a authenticate = \"always\"' ./pyproject.toml",
    )
    lock = [program("uv"), "lock", "--python", "/usr/bin/python3"]
    doctor_env.home.env["UV_KEYRING_PROVIDER"] = "subprocess"
    assert doctor_env.home.run(*lock, cwd=project).returncode != 0, "uv says so too"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    doctor_env.home.run(*lock, cwd=project).ok()


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
def test_an_index_of_uvs_that_can_only_have_a_user(doctor_env, text, title):
    doctor_env.project(text.format(doctor_env.repository.index_url))
    [finding] = only(doctor_env, "project")
    assert finding.what == f"{title} nor aws@ in its URL: uv asks nobody"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_a_uv_that_does_not_know_authenticate(doctor_env):
    script(doctor_env.tools / "uv", "#!/bin/sh\necho uv 0.6.7\n")
    doctor_env.project((UV + 'authenticate = "always"\n').format(doctor_env.repository.index_url))
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        "problem",
        'source acme has authenticate = "always", which uv 0.6.7 does not know',
        "./pyproject.toml:3",
        "uv self update",
    )


def test_a_uv_that_says_nothing(doctor_env):
    script(doctor_env.tools / "uv", "#!/bin/sh\nexit 1\n")
    assert only(doctor_env, "uv") == [
        Finding("uv", "warning", "TOOLS/uv does not tell its version", command="TOOLS/uv --version")
    ]


@pytest.mark.parametrize("option", [(), ("--local",)], ids=["for the user", "for the project"])
def test_poetry_publishes_to_the_simple_index(doctor_env, home, option):
    """Set by Poetry itself, and mended by it."""
    doctor_env.with_clients("poetry").project(POETRY.format(doctor_env.repository.index_url))
    name, poetry = "repositories.acme", program("poetry")
    home.run(poetry, "config", *option, name, doctor_env.repository.index_url, cwd=doctor_env.folder).ok()
    [finding] = only(doctor_env, "project")
    right = doctor_env.repository.publish_url.replace(doctor_env.repository.domain, "DOMAIN")
    assert finding == Finding(
        "project",
        "problem",
        "source acme is published to, and its URL ends in /simple, which takes no uploads",
        "./poetry.toml:2" if option else "~/.config/pypoetry/config.toml:2",
        " ".join(["poetry config", *option, name, right]),
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_a_variable_publishes_to_the_simple_index(doctor_env, home):
    home.env["POETRY_REPOSITORIES_ACME_URL"] = doctor_env.repository.index_url.rstrip("/")
    [finding] = only(doctor_env, "project")
    right = doctor_env.repository.publish_url.replace(doctor_env.repository.domain, "DOMAIN").rstrip("/")
    assert (finding.place, finding.command) == (
        "POETRY_REPOSITORIES_ACME_URL",
        f"export POETRY_REPOSITORIES_ACME_URL={right}",
    )
    home.env["POETRY_REPOSITORIES_ACME_URL"] = doctor_env.repository.publish_url
    assert doctor_env.failures() == []


def test_uv_publishes_to_the_simple_index(doctor_env, home):
    index = doctor_env.repository.index_url
    doctor_env.project(
        UV.format(index)
        + f'authenticate = "always"\npublish-url = "{index}simple/"\n'.replace("simple/simple", "simple")
    )
    [finding] = only(doctor_env, "project")
    assert finding.what == "source acme is published to, and its URL ends in /simple, which takes no uploads"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


@pytest.mark.parametrize(("path", "right"), [("simple-lib/simple/", "simple-lib"), ("simple/simple", "simple")])
def test_the_simple_index_of_a_repository_called_simple(doctor_env, path, right):
    base = doctor_env.repository.publish_url.rsplit("/", 2)[0]
    text = UV.format(doctor_env.repository.index_url) + 'authenticate = "always"\npublish-url = "{}"  # simple/\n'
    project = doctor_env.project(text.format(f"{base}/{path}"))
    doctor_env.run_command(next(finding for finding in doctor_env.failures() if finding.area == "project"))
    assert project.read_text() == text.format(f"{base}/{right}")


def test_uv_publishes_only_as_somebody(doctor_env, home):
    urls = doctor_env.repository.index_url, doctor_env.repository.publish_url
    doctor_env.project((UV + 'authenticate = "always"\npublish-url = "{}"\n').format(*urls))
    assert doctor_env.failures() == []
    assert doctor_env.notes("uv")[0] == Finding(
        "uv",
        "note",
        "uv publish asks only with a user's name",
        "./pyproject.toml:5",
        "export UV_PUBLISH_USERNAME=aws",
    )
    home.env["UV_PUBLISH_USERNAME"] = "aws"
    assert "uv publish asks only with a user's name" not in [note.what for note in doctor_env.notes("uv")]


def test_poetry_publishes_where_it_reads(doctor_env):
    """`poetry publish -r` takes a source's URL as it is, unless a repository has the same name."""
    doctor_env.with_clients("poetry")
    doctor_env.project(POETRY.format(doctor_env.repository.index_url))
    assert doctor_env.failures() == []
    [note] = doctor_env.notes("poetry")
    assert note == Finding(
        "poetry",
        "note",
        "poetry publish -r acme uploads to its URL, which ends in /simple and takes no uploads",
        "./pyproject.toml:6",
        f"poetry config repositories.acme {doctor_env.repository.publish_url}".replace(
            doctor_env.repository.domain, "DOMAIN"
        ),
    )
    doctor_env.run_command(note)
    assert doctor_env.notes("poetry") == []
    doctor_env.project(POETRY.format(doctor_env.repository.index_url).replace("]", "]\npackage-mode = false", 1))
    doctor_env.home.run(program("poetry"), "config", "--unset", "repositories.acme").ok()
    assert doctor_env.notes("poetry") == []


@pytest.mark.parametrize("text", [POETRY, UV, PDM], ids=["Poetry", "uv", "PDM"])
def test_plain_http(doctor_env, text):
    doctor_env.project(text.format(doctor_env.repository.index_url.replace("https:", "http:")))
    [finding] = only(doctor_env, "project")
    assert finding.what == "source acme has http in its URL: no token is ever sent there"
    doctor_env.run_command(finding)
    assert "http://" not in (doctor_env.folder / "pyproject.toml").read_text()


@pytest.mark.parametrize("value", ["", "https://aws:{}@h/", "{}", "'{}", "[{}", "{}.b = 1"])
def test_a_project_that_cannot_be_read(doctor_env, value):
    """What stands in it is not shown, since it may be a token."""
    doctor_env.project(f"[tool.poetry]\nname = {value.format(doctor_env.good_token())}\n")
    [finding] = only(doctor_env, "project")
    assert finding.severity == "problem"
    assert finding.what.endswith(": its sources are not known")
    assert finding.place == "./pyproject.toml:2"


def test_the_project_is_that_of_the_folder_above(doctor_env):
    doctor_env.project(POETRY.format(with_user(doctor_env)))
    below = doctor_env.folder / "src" / "acme"
    below.mkdir(parents=True)
    doctor_env.folder, above = below, doctor_env.folder
    [finding] = only(doctor_env, "project")
    assert finding.place == f"{above}/pyproject.toml:6"
