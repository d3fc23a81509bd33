"""`doctor`: old tokens and other passwords that uv finds before it asks us, in files, variables and its own store."""

from __future__ import annotations

import pytest
from harness.doctor_env import GOOD, HOST, KINDS, OLD, OTHER, SECRET, UV_TOML, Finding, in_a_file, only
from harness.environments import program


@KINDS
def test_in_uv_toml(doctor_env, home, passwords, words):
    path = home.directory / UV_TOML
    before = path.read_text()
    path.write_text(f'{before}\n[[index]]\nname = "artifact"\nurl = "{doctor_env.url_with(passwords[words])}"\n')
    line = len(path.read_text().splitlines())
    [finding] = only(doctor_env, "project")
    assert finding == Finding(
        "project",
        in_a_file(words),
        f"source artifact has {words} in its URL: uv sends it instead of asking",
        f"~/{UV_TOML}:{line}",
        f"sed -i '{line}s|//[^/]*@|//aws@|' ~/{UV_TOML}",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        assert doctor_env.fix() == [f"~/{UV_TOML}: the token was taken out"]
    assert f"https://aws@{doctor_env.repository.host}" in path.read_text()


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        *[("UV_INDEX", words) for words in (OLD, GOOD, OTHER)],
        *[(variable, OLD) for variable in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL")],
    ],
)
def test_in_uvs_variables(doctor_env, home, passwords, words, variable):
    home.env[variable] = ("acme=" if variable == "UV_INDEX" else "") + doctor_env.url_with(passwords[words])
    expected = Finding(
        "uv",
        "note" if words == GOOD else "problem",
        f"{variable} holds {words}: uv sends it instead of asking",
        command=f"unset {variable}",
    )
    assert expected in doctor_env.findings()
    assert doctor_env.failures() == ([] if words == GOOD else [expected])


def test_an_index_in_uvs_variables_has_no_user(doctor_env, home):
    home.env["UV_INDEX"] = f"acme={doctor_env.repository.index_url}"
    [finding] = only(doctor_env, "uv")
    assert finding.what == "UV_INDEX has no aws@ in its URL: uv asks only for a URL with a user's name"
    home.env["UV_INDEX_ACME_USERNAME"] = "aws"
    assert doctor_env.failures() == []


UV_PROJECT = '[[tool.uv.index]]\nname = "my-index"\nurl = "{}"\nauthenticate = "always"\n'


@KINDS
def test_in_the_variables_of_an_index(doctor_env, home, passwords, words):
    doctor_env.project(UV_PROJECT.format(doctor_env.repository.index_url))
    home.env |= {"UV_INDEX_MY_INDEX_USERNAME": "aws", "UV_INDEX_MY_INDEX_PASSWORD": passwords[words]}
    expected = Finding(
        "uv",
        "note" if words == GOOD else "problem",
        f"UV_INDEX_MY_INDEX_PASSWORD holds {words}: uv sends it instead of asking",
        command="unset UV_INDEX_MY_INDEX_USERNAME UV_INDEX_MY_INDEX_PASSWORD",
    )
    assert expected in doctor_env.findings()
    assert doctor_env.failures() == ([] if words == GOOD else [expected])


def test_half_a_pair_of_uvs_variables(doctor_env, home):
    doctor_env.project(UV_PROJECT.format(doctor_env.repository.index_url))
    home.env["UV_INDEX_MY_INDEX_PASSWORD"] = doctor_env.good_token()
    assert only(doctor_env, "uv") == [
        Finding(
            "uv",
            "problem",
            "UV_INDEX_MY_INDEX_PASSWORD is set and UV_INDEX_MY_INDEX_USERNAME is not: uv does not use it",
            command="unset UV_INDEX_MY_INDEX_PASSWORD",
        )
    ]
    del home.env["UV_INDEX_MY_INDEX_PASSWORD"]
    home.env["UV_INDEX_MY_INDEX_USERNAME"] = "bob"
    assert only(doctor_env, "uv") == [
        Finding(
            "uv",
            "problem",
            "UV_INDEX_MY_INDEX_USERNAME is not aws: only that user gets a token",
            command="unset UV_INDEX_MY_INDEX_USERNAME",
        )
    ]
    home.env["UV_INDEX_MY_INDEX_USERNAME"] = "aws"
    assert doctor_env.failures() == []


@pytest.mark.parametrize(
    ("variable", "severity"), [("UV_PUBLISH_PASSWORD", "problem"), ("UV_PUBLISH_TOKEN", "problem")]
)
def test_in_what_uv_publishes_with(doctor_env, home, variable, severity):
    home.env[variable] = doctor_env.old_token()
    assert only(doctor_env, "uv") == [
        Finding(
            "uv",
            severity,
            f"{variable} holds {OLD}: uv publish sends it instead of asking",
            command=f"unset {variable}",
        )
    ]


@KINDS
def test_in_uvs_own_store(doctor_env, home, passwords, words):
    """Put there by uv itself, which must be able to read what is left."""
    uv = program("uv")
    login = ("auth", "login", "--username", "aws", "--password")
    home.run(uv, *login, passwords[words], doctor_env.repository.index_url).ok()
    home.run(uv, "auth", "login", "--username", "bob", "--password", SECRET, "https://pypi.example/simple").ok()
    [finding] = only(doctor_env, "uv")
    assert (finding.severity, finding.what, finding.fixable) == (
        in_a_file(words),
        f"uv's own store holds {words} for {HOST}: uv sends it instead of asking",
        words != OTHER,
    )
    assert finding.place.startswith("~/.local/share/uv/credentials/credentials.toml:")
    if words == OTHER:
        doctor_env.with_clients("uv")
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        doctor_env.fix()
    kept = home.run(uv, "auth", "token", "--username", "bob", "https://pypi.example/simple").ok()
    assert kept.stdout == f"{SECRET}\n"
    home.run(uv, "auth", "logout", "--username", "bob", "https://pypi.example/simple").ok()


def test_the_only_entry_in_uvs_own_store(doctor_env, home):
    login = ("auth", "login", "--username", "aws", "--password", doctor_env.old_token())
    home.run(program("uv"), *login, doctor_env.repository.index_url).ok()
    doctor_env.fix()
    home.run(program("uv"), "auth", "login", "--username", "a", "--password", "b", "https://pypi.example/simple").ok()


def test_another_service_with_the_same_password_in_uvs_own_store(doctor_env, home):
    uv, token = program("uv"), doctor_env.old_token()
    login = ("auth", "login", "--username", "aws", "--password", token)
    home.run(uv, *login, "https://a.example/simple").ok()
    home.run(uv, *login, doctor_env.repository.index_url).ok()
    home.run(uv, *login, "https://z.example/simple").ok()
    doctor_env.fix()
    kept = (home.directory / ".local/share/uv/credentials/credentials.toml").read_text()
    assert (kept.count(token), doctor_env.repository.host in kept) == (2, False)
    for service in ("https://a.example/simple", "https://z.example/simple"):
        home.run(uv, "auth", "logout", "--username", "aws", service).ok()
