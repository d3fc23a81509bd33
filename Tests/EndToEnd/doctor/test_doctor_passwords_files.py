"""`doctor`: old tokens and other passwords in files that several clients read; those of others are left alone."""

from __future__ import annotations

import pytest
from harness.doctor_env import GOOD, HOST, KINDS, OLD, OTHER, PIP_CONF, SECRET, Finding, in_a_file, only


@pytest.mark.parametrize(("variable", "words"), [(None, OLD), (None, GOOD), (None, OTHER), ("NETRC", OLD)])
def test_in_netrc(doctor_env, home, passwords, words, variable):
    others = "machine pypi.example login bob password hunter2\n\n", "# the end\nmachine a.example\n  login c\n"
    ours = f"machine {doctor_env.repository.host} login aws password {passwords[words]}\n"
    path = home.write("elsewhere/netrc" if variable else ".netrc", ours.join(others))
    if variable:
        home.env[variable] = str(path)
    [finding] = only(doctor_env, "files")
    place = str(path).replace(str(home.directory), "~")
    assert finding == Finding(
        "files",
        in_a_file(words),
        f"machine {HOST} has {words}: uv, pip and older Poetry send it instead of asking",
        f"{place}:3",
        f"sed -i '3d' {place}",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        assert doctor_env.fix() == [f"{place}: the token was taken out"]
    assert path.read_text() == "".join(others)
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_an_entry_of_netrc_over_many_lines(doctor_env, home):
    before, after = "macdef init\nmachine x password y\n\n", "machine b.example login c password d\n"
    ours = f"machine {doctor_env.repository.host}\n\tlogin aws\n\tpassword {doctor_env.old_token()}\n"
    path = home.write(".netrc", before + ours + after)
    [finding] = only(doctor_env, "files")
    assert (finding.place, finding.command) == ("~/.netrc:4", "sed -i '4,6d' ~/.netrc")
    doctor_env.fix()
    assert path.read_text() == before + after


def test_the_entry_of_netrc_for_every_host(doctor_env, home):
    home.write(".netrc", f"machine a.example login b password c\ndefault login anonymous password {SECRET}\n")
    [finding] = only(doctor_env, "files")
    assert finding == Finding(
        "files",
        "warning",
        "the default entry is sent to every host, CodeArtifact's too",
        "~/.netrc:2",
        "sed -i '2d' ~/.netrc",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_the_entry_for_every_host_over_many_lines(doctor_env, home):
    """Its password must not become that of the host before."""
    before = "machine a.example login b\n"
    path = home.write(".netrc", f"{before}default\n  login anonymous\n  password {SECRET}\n")
    [finding] = only(doctor_env, "files")
    assert (finding.place, finding.command) == ("~/.netrc:2", "sed -i '2,4d' ~/.netrc")
    doctor_env.run_command(finding)
    assert path.read_text() == before


def test_a_netrc_whose_path_means_something_to_a_shell(doctor_env, home):
    path = home.write("a b;$(c)/it's", f"default login anonymous password {SECRET}\n")
    home.env["NETRC"] = str(path)
    [finding] = only(doctor_env, "files")
    doctor_env.run_command(finding)
    assert path.read_text() == ""
    assert doctor_env.failures() == []


@KINDS
def test_in_pypirc(doctor_env, home, passwords, words):
    """Where `aws codeartifact login --tool twine` puts it."""
    others = (
        "[distutils]\nindex-servers =\n    pypi\n    codeartifact\n\n[pypi]\nusername = __token__\npassword = x\n\n"
    )
    ours = f"[codeartifact]\nrepository = {doctor_env.repository.publish_url}\nusername = aws\n"
    path = home.write(".pypirc", f"{others}{ours}password = {passwords[words]}\n")
    [finding] = only(doctor_env, "files")
    assert finding == Finding(
        "files",
        in_a_file(words),
        f"[codeartifact] holds {words}: twine and hatch send it instead of asking",
        "~/.pypirc:13",
        "sed -i '13d' ~/.pypirc",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
    else:
        assert doctor_env.fix() == ["~/.pypirc: the token was taken out"]
    assert path.read_text() == others + ours


def test_a_link_stays_a_link(doctor_env, home):
    """Users keep such files under version control, and link to them."""
    target = home.write(
        "dotfiles/netrc", f"machine {doctor_env.repository.host} login aws password {doctor_env.old_token()}\n"
    )
    link = home.directory / ".netrc"
    link.symlink_to(target)
    doctor_env.fix()
    assert link.is_symlink()
    assert target.read_text() == ""


def test_other_peoples_passwords_are_nobodys_business(doctor_env, home):
    home.write(
        PIP_CONF,
        f"[global]\nkeyring-provider = subprocess\nindex-url = https://bob:{doctor_env.old_token()}@pypi.example/simple/\n",
    )
    home.write(".netrc", f"machine pypi.example login bob password {SECRET}\n")
    home.write(".pypirc", f"[pypi]\nusername = __token__\npassword = {SECRET}\n")
    home.env["UV_INDEX_OTHER_PASSWORD"] = SECRET
    home.env["POETRY_HTTP_BASIC_OTHER_PASSWORD"] = SECRET
    home.write(".config/pypoetry/auth.toml", f'[http-basic.other]\nusername = "bob"\npassword = "{SECRET}"\n')
    assert doctor_env.failures() == []
