"""`doctor`: URLs with which pip finds nothing, and the command that puts each of them right."""

from __future__ import annotations

import pytest
from harness.doctor_env import HOST, INDEX, PIP_CONF, Finding, only

NO_INDEX = "a URL that does not end in /simple/: there are no packages to be found"
HTTP = "http in its URL: no token is ever sent there"
QUOTES = "quotes around its URL: pip takes them for a part of it"
NPM = "/npm/ in its URL, which has no packages of Python's: write /pypi/"
USER = "another user than aws in its URL: only aws gets a token"

# How a URL may be wrong, given the right one; what is said; what `sed` does about it on line 1.
SLIPS = {
    "not the index": (lambda url: url.replace("simple/", ""), NO_INDEX, f"1s|{HOST}/pypi/internal/|{INDEX}|"),
    "no slash": (lambda url: url.replace("/simple/", ""), NO_INDEX, f"1s|{HOST}/pypi/internal|{INDEX}|"),
    "with a user": (
        lambda url: url.replace("simple/", "").replace("//", "//aws@"),
        NO_INDEX,
        f"1s|{HOST}/pypi/internal/|{INDEX}|",
    ),
    "http": (lambda url: url.replace("https:", "http:"), HTTP, "1s|http://|https://|"),
    "npm": (lambda url: url.replace("/pypi/", "/npm/"), NPM, "1s|/npm/|/pypi/|"),
    "another user": (lambda url: url.replace("//", "//bob@"), USER, "1s|//[^/]*@|//aws@|"),
}
SLIP = pytest.mark.parametrize(("wrong", "what", "script"), SLIPS.values(), ids=SLIPS.keys())


@SLIP
@pytest.mark.parametrize("setting", ["index-url", "extra-index-url"])
def test_in_pip_conf(doctor_env, home, wrong, what, script, setting):
    path = home.directory / PIP_CONF
    path.write_text(f"{path.read_text()}{setting} = {wrong(doctor_env.repository.index_url)}\n")
    doctor_env.with_clients("pip")
    [finding] = [found for found in doctor_env.failures() if found.area == "pip"]
    user = "aws@" if "@" in wrong("//") else ""
    assert finding == Finding(
        "pip",
        "problem",
        f"{setting} has {what}",
        f"~/{PIP_CONF}:4",
        f"pip config --user set global.{setting} https://{user}{INDEX}",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


@SLIP
@pytest.mark.parametrize("option", ["--index-url ", "--extra-index-url=", "-i "])
def test_in_requirements(doctor_env, wrong, what, script, option):
    path = doctor_env.project(
        f"{option}{wrong(doctor_env.repository.index_url)}  # https://a.example/\nx\n", "requirements.txt"
    )
    [finding] = [found for found in doctor_env.failures() if found.area == "pip"]
    assert finding == Finding(
        "pip",
        "problem",
        f"the index has {what}",
        "./requirements.txt:1",
        f"sed -i '{script}' ./requirements.txt",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text().endswith("  # https://a.example/\nx\n")


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_in_pip_conf(doctor_env, home, quote):
    path = home.directory / PIP_CONF
    path.write_text(f"{path.read_text()}index-url = {quote}{doctor_env.repository.index_url}{quote}\n")
    doctor_env.with_clients("pip")
    [finding] = only(doctor_env, "pip")
    assert finding == Finding(
        "pip",
        "problem",
        f"index-url has {QUOTES}",
        f"~/{PIP_CONF}:4",
        f"pip config --user set global.index-url https://{INDEX}",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_one_of_several_in_pip_conf(doctor_env, home):
    """`pip config` would put one in the place of all."""
    path = home.directory / PIP_CONF
    url = doctor_env.repository.index_url
    path.write_text(f'{path.read_text()}extra-index-url =\n  https://a.example/simple/\n  "{url}"\n')
    [finding] = only(doctor_env, "pip")
    assert finding.place == f"~/{PIP_CONF}:6"
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text().endswith(f"  https://a.example/simple/\n  {url}\n")


def test_quotes_in_requirements_are_as_in_a_shell(doctor_env):
    doctor_env.project(f'--index-url "{doctor_env.repository.index_url}"\nx\n', "requirements.txt")
    assert doctor_env.failures() == []
    assert [found.what for found in doctor_env.findings() if found.area == "repository"] == [
        "internal of DOMAIN answers (HTTP 200)"
    ]


def test_in_a_variable(doctor_env, home):
    right = doctor_env.repository.index_url
    home.env["PIP_INDEX_URL"] = right.replace("simple/", "")
    assert only(doctor_env, "pip") == [
        Finding("pip", "problem", f"PIP_INDEX_URL has {NO_INDEX}", command=f"export PIP_INDEX_URL=https://{INDEX}")
    ]
    home.env["PIP_INDEX_URL"] = f"'{right}'"
    [finding] = only(doctor_env, "pip")
    assert finding.what == f"PIP_INDEX_URL has {QUOTES}"
    home.env["PIP_INDEX_URL"] = right
    assert doctor_env.failures() == []


def test_in_a_pipfile(doctor_env):
    text = '[[source]]\nname = "acme"\nurl = "{}"\nverify_ssl = true\n'
    path = doctor_env.project(text.format(doctor_env.repository.publish_url), "Pipfile")
    [finding] = only(doctor_env, "project")
    assert (finding.what, finding.place) == (f"source acme has {NO_INDEX}", "./Pipfile:3")
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert path.read_text() == text.format(doctor_env.repository.index_url)
    doctor_env.project(text.format(doctor_env.url_with("${TOKEN}")), "Pipfile")
    assert doctor_env.failures() == [], "pipenv puts a variable's value there"


@pytest.mark.parametrize("path", ["x';touch$IFS$HOME/gone;'", "x|e$IFS", "$(id)", "`id`"])
def test_no_command_is_made_of_a_strange_url(doctor_env, path):
    url = doctor_env.repository.publish_url.replace("internal/", path)
    doctor_env.project(f"--index-url {url}\n", "requirements.txt")
    # What is not a repository's name is nobody's repository: then there may be no command at all.
    assert not [found for found in doctor_env.failures() if set("$`()") & set(found.command)]
