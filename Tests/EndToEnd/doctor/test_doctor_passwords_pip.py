"""`doctor`: old tokens and other passwords that pip finds before it asks us. `--fix` takes out tokens, nothing else."""

from __future__ import annotations

import pytest
from harness.clinic import GOOD, INDEX, OLD, OTHER, PIP_CONF, Finding, in_a_file, only, virtual_environment
from harness.environments import program


@pytest.mark.parametrize(
    ("setting", "words"),
    [("index-url", OLD), ("index-url", GOOD), ("index-url", OTHER), ("extra-index-url", OLD)],
)
def test_in_the_users_pip_conf(clinic, home, passwords, words, setting):
    """Where `aws codeartifact login` puts it."""
    url = clinic.url_with(passwords[words])
    home.run(program("pip"), "config", "--user", "set", f"global.{setting}", url).ok()
    path = home.directory / PIP_CONF
    before = path.read_bytes()
    [finding] = only(clinic, "pip")
    assert finding == Finding(
        "pip",
        in_a_file(words),
        f"{setting} holds {words}: pip sends it instead of asking",
        f"~/{PIP_CONF}:3",
        f"pip config --user set global.{setting} https://aws@{INDEX}",
        words != OTHER,
    )
    if words == OTHER:
        clinic.doctor("--fix")
        assert path.read_bytes() == before, "what is no token is nobody's to remove but the user's"
        clinic.with_clients("pip")
        clinic.obey(finding)
        assert clinic.complaints() == []
    else:
        assert clinic.fix() == [f"~/{PIP_CONF}: the token was taken out"]
        assert path.read_bytes() == before.replace(f":{passwords[words]}@".encode(), b"@")
    assert "://aws@" in path.read_text()


def test_in_a_pip_conf_for_all_users_and_in_that_of_an_environment(clinic, home, tmp_path):
    home.env["XDG_CONFIG_DIRS"] = str(tmp_path / "etc")
    shared = tmp_path / "etc/pip/pip.conf"
    shared.parent.mkdir(parents=True)
    lines = f"[global]\nextra-index-url =\n    https://pypi.org/simple/\n    {clinic.url_with(clinic.old_token())}\n"
    shared.write_text(lines)
    venv = virtual_environment(clinic, clinic.folder / ".venv", pip="26.3")
    (venv / "pip.conf").write_text(f"[install]\nindex_url: {clinic.url_with(clinic.old_token())}\n")
    clinic.sourced()
    first, second = only(clinic, "pip")
    assert (first.place, first.command) == (f"{shared}:4", f"sed -i '4s|//[^/]*@|//|; 4s|//|//aws@|' {shared}")
    assert (second.place, second.command) == (
        "./.venv/pip.conf:2",
        f"pip config --site set install.index_url https://aws@{INDEX}",
    )
    clinic.obey(first)
    assert shared.read_text().splitlines()[2:] == [
        "    https://pypi.org/simple/",
        f"    {clinic.repository.index_url.replace('//', '//aws@')}",
    ]
    assert clinic.fix() == ["./.venv/pip.conf: the token was taken out"]


@pytest.mark.parametrize(
    ("variable", "words"),
    [("PIP_INDEX_URL", OLD), ("PIP_INDEX_URL", GOOD), ("PIP_INDEX_URL", OTHER), ("PIP_EXTRA_INDEX_URL", OLD)],
)
def test_in_pips_variables(clinic, home, passwords, words, variable):
    home.env[variable] = f"https://pypi.org/simple/ {clinic.url_with(passwords[words])}"
    expected = Finding(
        "pip",
        "note" if words == GOOD else "problem",
        f"{variable} holds {words}: pip sends it instead of asking",
        command=f"unset {variable}",
    )
    assert expected in clinic.findings()
    assert clinic.complaints() == ([] if words == GOOD else [expected])


def test_in_requirements(clinic):
    path = clinic.project(f"-i {clinic.url_with(clinic.old_token())}\nrequests\n", "requirements.txt")
    [finding] = only(clinic, "pip")
    assert (finding.place, finding.what) == (
        "./requirements.txt:1",
        f"the index holds {OLD}: pip sends it instead of asking",
    )
    assert clinic.fix() == ["./requirements.txt: the token was taken out"]
    assert path.read_text() == f"-i {clinic.repository.index_url.replace('//', '//aws@')}\nrequests\n"
