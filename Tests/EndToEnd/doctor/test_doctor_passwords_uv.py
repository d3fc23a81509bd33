"""`doctor`: old tokens and other passwords that uv finds before it asks us, in files, variables and its own store."""

from __future__ import annotations

import pytest
from harness.clinic import GOOD, HOST, KINDS, OLD, OTHER, SECRET, UV_TOML, Finding, in_a_file, only
from harness.environments import program


@KINDS
def test_in_uv_toml(clinic, home, passwords, words):
    path = home.directory / UV_TOML
    before = path.read_text()
    path.write_text(f'{before}\n[[index]]\nname = "artifact"\nurl = "{clinic.url_with(passwords[words])}"\n')
    line = len(path.read_text().splitlines())
    [finding] = only(clinic, "project")
    assert finding == Finding(
        "project",
        in_a_file(words),
        f"source artifact has {words} in its URL: uv sends it instead of asking",
        f"~/{UV_TOML}:{line}",
        f"sed -i '{line}s|//[^/]*@|//aws@|' ~/{UV_TOML}",
        words != OTHER,
    )
    if words == OTHER:
        clinic.obey(finding)
        assert clinic.complaints() == []
    else:
        assert clinic.fix() == [f"~/{UV_TOML}: the token was taken out"]
    assert f"https://aws@{clinic.repository.host}" in path.read_text()


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        *[("UV_INDEX", words) for words in (OLD, GOOD, OTHER)],
        *[(variable, OLD) for variable in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL")],
    ],
)
def test_in_uvs_variables(clinic, home, passwords, words, variable):
    home.env[variable] = ("acme=" if variable == "UV_INDEX" else "") + clinic.url_with(passwords[words])
    expected = Finding(
        "uv",
        "note" if words == GOOD else "problem",
        f"{variable} holds {words}: uv sends it instead of asking",
        command=f"unset {variable}",
    )
    assert expected in clinic.findings()
    assert clinic.complaints() == ([] if words == GOOD else [expected])


def test_an_index_in_uvs_variables_has_no_user(clinic, home):
    home.env["UV_INDEX"] = f"acme={clinic.repository.index_url}"
    [finding] = only(clinic, "uv")
    assert finding.what == "UV_INDEX has no aws@ in its URL: uv asks only for a URL with a user's name"
    home.env["UV_INDEX_ACME_USERNAME"] = "aws"
    assert clinic.complaints() == []


UV_PROJECT = '[[tool.uv.index]]\nname = "my-index"\nurl = "{}"\nauthenticate = "always"\n'


@KINDS
def test_in_the_variables_of_an_index(clinic, home, passwords, words):
    clinic.project(UV_PROJECT.format(clinic.repository.index_url))
    home.env |= {"UV_INDEX_MY_INDEX_USERNAME": "aws", "UV_INDEX_MY_INDEX_PASSWORD": passwords[words]}
    expected = Finding(
        "uv",
        "note" if words == GOOD else "problem",
        f"UV_INDEX_MY_INDEX_PASSWORD holds {words}: uv sends it instead of asking",
        command="unset UV_INDEX_MY_INDEX_USERNAME UV_INDEX_MY_INDEX_PASSWORD",
    )
    assert expected in clinic.findings()
    assert clinic.complaints() == ([] if words == GOOD else [expected])


def test_half_a_pair_of_uvs_variables(clinic, home):
    clinic.project(UV_PROJECT.format(clinic.repository.index_url))
    home.env["UV_INDEX_MY_INDEX_PASSWORD"] = clinic.good_token()
    assert only(clinic, "uv") == [
        Finding(
            "uv",
            "problem",
            "UV_INDEX_MY_INDEX_PASSWORD is set and UV_INDEX_MY_INDEX_USERNAME is not: uv does not use it",
            command="unset UV_INDEX_MY_INDEX_PASSWORD",
        )
    ]
    del home.env["UV_INDEX_MY_INDEX_PASSWORD"]
    home.env["UV_INDEX_MY_INDEX_USERNAME"] = "bob"
    assert only(clinic, "uv") == [
        Finding(
            "uv",
            "problem",
            "UV_INDEX_MY_INDEX_USERNAME is not aws: only that user gets a token",
            command="unset UV_INDEX_MY_INDEX_USERNAME",
        )
    ]
    home.env["UV_INDEX_MY_INDEX_USERNAME"] = "aws"
    assert clinic.complaints() == []


@pytest.mark.parametrize(
    ("variable", "severity"), [("UV_PUBLISH_PASSWORD", "problem"), ("UV_PUBLISH_TOKEN", "problem")]
)
def test_in_what_uv_publishes_with(clinic, home, variable, severity):
    home.env[variable] = clinic.old_token()
    assert only(clinic, "uv") == [
        Finding(
            "uv",
            severity,
            f"{variable} holds {OLD}: uv publish sends it instead of asking",
            command=f"unset {variable}",
        )
    ]


@KINDS
def test_in_uvs_own_store(clinic, home, passwords, words):
    """Put there by uv itself, which must be able to read what is left."""
    uv = program("uv")
    login = ("auth", "login", "--username", "aws", "--password")
    home.run(uv, *login, passwords[words], clinic.repository.index_url).ok()
    home.run(uv, "auth", "login", "--username", "bob", "--password", SECRET, "https://pypi.example/simple").ok()
    [finding] = only(clinic, "uv")
    assert (finding.severity, finding.what, finding.fixable) == (
        in_a_file(words),
        f"uv's own store holds {words} for {HOST}: uv sends it instead of asking",
        words != OTHER,
    )
    assert finding.place.startswith("~/.local/share/uv/credentials/credentials.toml:")
    if words == OTHER:
        clinic.with_clients("uv")
        clinic.obey(finding)
        assert clinic.complaints() == []
    else:
        clinic.fix()
    kept = home.run(uv, "auth", "token", "--username", "bob", "https://pypi.example/simple").ok()
    assert kept.stdout == f"{SECRET}\n"
    home.run(uv, "auth", "logout", "--username", "bob", "https://pypi.example/simple").ok()


def test_the_only_entry_in_uvs_own_store(clinic, home):
    login = ("auth", "login", "--username", "aws", "--password", clinic.old_token())
    home.run(program("uv"), *login, clinic.repository.index_url).ok()
    clinic.fix()
    home.run(program("uv"), "auth", "login", "--username", "a", "--password", "b", "https://pypi.example/simple").ok()


def test_another_service_with_the_same_password_in_uvs_own_store(clinic, home):
    uv, token = program("uv"), clinic.old_token()
    login = ("auth", "login", "--username", "aws", "--password", token)
    home.run(uv, *login, "https://a.example/simple").ok()
    home.run(uv, *login, clinic.repository.index_url).ok()
    home.run(uv, *login, "https://z.example/simple").ok()
    clinic.fix()
    kept = (home.directory / ".local/share/uv/credentials/credentials.toml").read_text()
    assert (kept.count(token), clinic.repository.host in kept) == (2, False)
    for service in ("https://a.example/simple", "https://z.example/simple"):
        home.run(uv, "auth", "logout", "--username", "aws", service).ok()
