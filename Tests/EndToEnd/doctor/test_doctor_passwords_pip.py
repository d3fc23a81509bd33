"""`doctor`: old tokens and other passwords that pip finds before it asks us. `--fix` takes out tokens, nothing else."""

from __future__ import annotations

import pytest
from harness.doctor_env import GOOD, INDEX, OLD, OTHER, PIP_CONF, Finding, in_a_file, only, virtual_environment
from harness.environments import program


@pytest.mark.parametrize(
    ("setting", "words"),
    [("index-url", OLD), ("index-url", GOOD), ("index-url", OTHER), ("extra-index-url", OLD)],
)
def test_in_the_users_pip_conf(doctor_env, home, passwords, words, setting):
    """Where `aws codeartifact login` puts it."""
    url = doctor_env.url_with(passwords[words])
    home.run(program("pip"), "config", "--user", "set", f"global.{setting}", url).ok()
    path = home.directory / PIP_CONF
    before = path.read_bytes()
    [finding] = only(doctor_env, "pip")
    assert finding == Finding(
        "pip",
        in_a_file(words),
        f"{setting} holds {words}: pip sends it instead of asking",
        f"~/{PIP_CONF}:3",
        f"pip config --user set global.{setting} https://aws@{INDEX}",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.doctor("--fix")
        assert path.read_bytes() == before, "what is no token is nobody's to remove but the user's"
        doctor_env.with_clients("pip")
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        assert doctor_env.fix() == [f"~/{PIP_CONF}: the token was taken out"]
        assert path.read_bytes() == before.replace(f":{passwords[words]}@".encode(), b"@")
    assert "://aws@" in path.read_text()


def test_in_a_pip_conf_for_all_users_and_in_that_of_an_environment(doctor_env, home, tmp_path):
    home.env["XDG_CONFIG_DIRS"] = str(tmp_path / "etc")
    shared = tmp_path / "etc/pip/pip.conf"
    shared.parent.mkdir(parents=True)
    lines = f"[global]\nextra-index-url =\n    https://pypi.org/simple/\n    {doctor_env.url_with(doctor_env.old_token())}\n"
    shared.write_text(lines)
    venv = virtual_environment(doctor_env, doctor_env.folder / ".venv", pip="26.3")
    (venv / "pip.conf").write_text(f"[install]\nindex_url: {doctor_env.url_with(doctor_env.old_token())}\n")
    doctor_env.with_source()
    first, second = only(doctor_env, "pip")
    assert (first.place, first.command) == (f"{shared}:4", f"sed -i '4s|//[^/]*@|//|; 4s|//|//aws@|' {shared}")
    assert (second.place, second.command) == (
        "./.venv/pip.conf:2",
        f"pip config --site set install.index_url https://aws@{INDEX}",
    )
    doctor_env.run_command(first)
    assert shared.read_text().splitlines()[2:] == [
        "    https://pypi.org/simple/",
        f"    {doctor_env.repository.index_url.replace('//', '//aws@')}",
    ]
    assert doctor_env.fix() == ["./.venv/pip.conf: the token was taken out"]


@pytest.mark.parametrize(
    ("variable", "words"),
    [("PIP_INDEX_URL", OLD), ("PIP_INDEX_URL", GOOD), ("PIP_INDEX_URL", OTHER), ("PIP_EXTRA_INDEX_URL", OLD)],
)
def test_in_pips_variables(doctor_env, home, passwords, words, variable):
    home.env[variable] = f"https://pypi.org/simple/ {doctor_env.url_with(passwords[words])}"
    expected = Finding(
        "pip",
        "note" if words == GOOD else "problem",
        f"{variable} holds {words}: pip sends it instead of asking",
        command=f"unset {variable}",
    )
    assert expected in doctor_env.findings()
    assert doctor_env.failures() == ([] if words == GOOD else [expected])


def test_in_requirements(doctor_env):
    path = doctor_env.project(f"-i {doctor_env.url_with(doctor_env.old_token())}\nrequests\n", "requirements.txt")
    [finding] = only(doctor_env, "pip")
    assert (finding.place, finding.what) == (
        "./requirements.txt:1",
        f"the index holds {OLD}: pip sends it instead of asking",
    )
    assert doctor_env.fix() == ["./requirements.txt: the token was taken out"]
    assert path.read_text() == f"-i {doctor_env.repository.index_url.replace('//', '//aws@')}\nrequests\n"
