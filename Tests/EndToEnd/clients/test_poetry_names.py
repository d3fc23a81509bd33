"""`poetry-repository-NAME`, asked by name: Poetry's own settings say which URL that is."""

from __future__ import annotations

from itertools import combinations

import pytest
from harness.environments import python
from harness.home import Home, joined
from harness.fake_keyring import FakeKeyring

HOST = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
URL = f"https://{HOST}/pypi/internal/simple/"
OTHER = "https://pypi.acme.example/simple/"
SERVICE = "poetry-repository-artifact"


@pytest.fixture
def home(tmp_path, installed):
    """A home without AWS: the token is given."""
    home = Home.make(tmp_path)
    home.env["PATH"] = joined(installed.bin)
    return home


@pytest.fixture
def project(home):
    """A directory two levels below that of a project without sources."""
    home.env["CODEARTIFACT_TOKEN"] = "given"
    home.write("project/pyproject.toml", '[project]\nname = "x"\n')
    below = home.directory / "project/src/x"
    below.mkdir(parents=True)
    return below


@pytest.fixture
def ask(home, installed, project):
    def run(*arguments, service=SERVICE):
        return home.run(installed.keyring, *(service if word == "S" else word for word in arguments), cwd=project)

    return run


def sources(*pairs) -> str:
    return "".join(
        f'[[tool.poetry.source]]\nname = "{name}"\nurl = "{url}"\npriority = "explicit"\n' for name, url in pairs
    )


def settings(name: str, url: str) -> str:
    return f'[repositories.{name}]\nurl = "{url}"\n'


def by_variable(home, url):
    home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = url


def by_poetry_toml(home, url):
    home.write("project/poetry.toml", "[virtualenvs]\nin-project = true\n" + settings("artifact", url))


def by_config_toml(home, url):
    home.write(".config/pypoetry/config.toml", settings("artifact", url))


def by_config_dir(home, url):
    home.env["POETRY_CONFIG_DIR"] = str(home.directory / "elsewhere")
    home.write("elsewhere/config.toml", f'[repositories]\nartifact = {{url = "{url}"}}\n')


def by_pyproject(home, url):
    home.write("project/pyproject.toml", '[project]\nname = "x"\n' + sources(("first", OTHER), ("artifact", url)))


PLACES = [by_variable, by_poetry_toml, by_config_toml, by_config_dir, by_pyproject]


@pytest.mark.parametrize("place", PLACES)
def test_every_place_poetry_reads(ask, home, place):
    place(home, URL)
    assert ask("get", "S", "aws").ok().stdout == "given\n"
    assert ask("get", "S", "").ok().stdout == "given\n"
    assert ask("--mode=creds", "--output=json", "get", "S").ok().stdout == '{"username": "aws", "password": "given"}\n'


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("username", ["__token__", "__poetry_source_empty_username__", "bob"])
def test_for_other_users_it_is_not_found(ask, home, place, username):
    place(home, URL)
    result = ask("get", "S", username)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")


@pytest.mark.parametrize("place", PLACES)
def test_names_of_other_sources_are_not_codeartifacts(ask, home, installed, tmp_path, place):
    fake_keyring = FakeKeyring.make(tmp_path)
    home.env["PATH"] = f"{installed.bin}:{fake_keyring.folder}:/usr/bin:/bin"
    place(home, OTHER)
    assert "from fake_keyring" in ask("get", "S", "aws").stdout
    assert "from fake_keyring" in ask("get", "S", "aws", service="poetry-repository-other").stdout
    assert "from fake_keyring" in ask("get", "S", "aws", service="poetry-repository-").stdout
    place(home, URL)
    assert "from fake_keyring" in ask("get", "S", "aws", service="Poetry-repository-artifact").stdout
    # What Poetry stores under a name is its own affair.
    assert "from fake_keyring" in ask("set", "S", "aws").stdout
    assert "from fake_keyring" in ask("del", "S", "aws").stdout


# Threats: A project
@pytest.mark.parametrize(
    ("one", "other"), [pair for pair in combinations(PLACES, 2) if pair != (by_config_toml, by_config_dir)]
)
def test_a_name_for_two_hosts_is_not_codeartifacts(ask, home, one, other):
    """Which of them Poetry would send the answer to, the question does not say."""
    for first, second, code in [(URL, OTHER, 1), (OTHER, URL, 1), (URL, URL.replace("simple/", ""), 0)]:
        one(home, first)
        other(home, second)
        assert ask("get", "S", "aws").returncode == code


def test_a_name_the_variable_cannot_spell(ask, home):
    home.env |= {"POETRY_REPOSITORIES_ARTIFACT2_URL": URL, "POETRY_REPOSITORIES_MY_SOURCE_URL": URL}
    assert ask("get", "S", "aws", service="poetry-repository-artifact2").returncode == 1
    assert ask("get", "S", "aws", service="poetry-repository-my_source").returncode == 1
    assert ask("get", "S", "aws", service="poetry-repository-my-source").ok().stdout == "given\n"


@pytest.mark.parametrize(
    "content",
    [
        "nonsense",
        "[repositories",
        "repositories = 1\n",
        "[repositories]\nartifact = 1\n",
        "[repositories.artifact]\nurl = 1\n",
    ]
    + ["", "\0", "tool = 1\n", "[tool]\npoetry = []\n", "[tool.poetry]\nsource = 1\n", "[tool.poetry]\nsource = [1]\n"],
)
@pytest.mark.parametrize("name", ["project/poetry.toml", ".config/pypoetry/config.toml", "project/pyproject.toml"])
def test_a_file_without_repositories_is_skipped(ask, home, name, content):
    by_pyproject(home, URL)
    by_config_toml(home, URL)
    home.write(name, content)
    assert ask("get", "S", "aws").ok().stdout == "given\n"


def test_a_file_that_is_no_text(ask, home):
    by_config_toml(home, URL)
    home.write("project/poetry.toml", b"\xff\xfe")
    (home.directory / "project/pyproject.toml").unlink()
    (home.directory / "project/pyproject.toml").mkdir()
    assert ask("get", "S", "aws").ok().stdout == "given\n"


def test_plain_http_gets_nothing(ask, home):
    by_variable(home, URL.replace("https", "http"))
    assert (ask("get", "S", "aws").returncode, ask("get", "S", "aws").stdout) == (1, "")


@pytest.mark.parametrize("place", PLACES)
def test_the_backend_answers_alike(home, installed, project, place):
    """Outside of Poetry, where its settings are not at hand."""
    home.run(installed.program, "configure").ok()

    def ask(*arguments):
        return home.run(python(), "-m", "keyring", *arguments, cwd=project)

    place(home, OTHER)
    assert ask("get", SERVICE, "aws").returncode == 1
    place(home, URL)
    assert ask("get", SERVICE, "aws").ok().stdout == "given\n"
    assert ask("--mode=creds", "get", SERVICE).ok().stdout == "aws\ngiven\n"
    for username in ("__token__", "__poetry_source_empty_username__", "bob"):
        assert (ask("get", SERVICE, username).returncode, ask("get", SERVICE, username).stdout) == (1, "")
