"""`doctor`: old tokens and other passwords that clients find before they ask us. `--fix` takes out tokens, nothing else."""

from __future__ import annotations

import pytest
from harness.clinic import Finding, virtual_environment
from harness.environments import program, python
from test_doctor_programs import only

PIP_CONF = ".config/pip/pip.conf"
UV_TOML = ".config/uv/uv.toml"
OLD = "a token that ended 3 d ago"
GOOD = "a token that ends in 5 h"
OTHER = "a password that is no token of CodeArtifact's"
SECRET = "hunter2"
HOST = "DOMAIN-111122223333.d.codeartifact.us-east-1.amazonaws.com"
INDEX = f"{HOST}/pypi/internal/simple/"


@pytest.fixture
def passwords(clinic):
    """The three kinds of passwords, by how they are told."""
    return {OLD: clinic.old_token(), GOOD: clinic.good_token(), OTHER: SECRET}


def with_password(clinic, password):
    return clinic.repository.index_url.replace("//", f"//aws:{password}@")


def in_a_file(words):
    """A token that is still good will soon be an old one."""
    return "warning" if words == GOOD else "problem"


KINDS = pytest.mark.parametrize("words", [OLD, GOOD, OTHER], ids=["an old token", "a good token", "another password"])


# -- pip --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "words"),
    [("index-url", OLD), ("index-url", GOOD), ("index-url", OTHER), ("extra-index-url", OLD)],
)
def test_in_the_users_pip_conf(clinic, home, passwords, words, setting):
    """Where `aws codeartifact login` puts it."""
    url = with_password(clinic, passwords[words])
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
    lines = (
        f"[global]\nextra-index-url =\n    https://pypi.org/simple/\n    {with_password(clinic, clinic.old_token())}\n"
    )
    shared.write_text(lines)
    venv = virtual_environment(clinic, clinic.folder / ".venv", pip="26.3")
    (venv / "pip.conf").write_text(f"[install]\nindex_url: {with_password(clinic, clinic.old_token())}\n")
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
    home.env[variable] = f"https://pypi.org/simple/ {with_password(clinic, passwords[words])}"
    expected = Finding(
        "pip",
        "note" if words == GOOD else "problem",
        f"{variable} holds {words}: pip sends it instead of asking",
        command=f"unset {variable}",
    )
    assert expected in clinic.findings()
    assert clinic.complaints() == ([] if words == GOOD else [expected])


def test_in_requirements(clinic):
    path = clinic.project(f"-i {with_password(clinic, clinic.old_token())}\nrequests\n", "requirements.txt")
    [finding] = only(clinic, "pip")
    assert (finding.place, finding.what) == (
        "./requirements.txt:1",
        f"the index holds {OLD}: pip sends it instead of asking",
    )
    assert clinic.fix() == ["./requirements.txt: the token was taken out"]
    assert path.read_text() == f"-i {clinic.repository.index_url.replace('//', '//aws@')}\nrequests\n"


def test_other_peoples_passwords_are_nobodys_business(clinic, home):
    home.write(
        PIP_CONF,
        f"[global]\nkeyring-provider = subprocess\nindex-url = https://bob:{clinic.old_token()}@pypi.example/simple/\n",
    )
    home.write(".netrc", f"machine pypi.example login bob password {SECRET}\n")
    home.write(".pypirc", f"[pypi]\nusername = __token__\npassword = {SECRET}\n")
    home.env["UV_INDEX_OTHER_PASSWORD"] = SECRET
    home.env["POETRY_HTTP_BASIC_OTHER_PASSWORD"] = SECRET
    home.write(".config/pypoetry/auth.toml", f'[http-basic.other]\nusername = "bob"\npassword = "{SECRET}"\n')
    assert clinic.complaints() == []


# -- uv ---------------------------------------------------------------------------------------------------------------


@KINDS
def test_in_uv_toml(clinic, home, passwords, words):
    path = home.directory / UV_TOML
    before = path.read_text()
    path.write_text(f'{before}\n[[index]]\nname = "artifact"\nurl = "{with_password(clinic, passwords[words])}"\n')
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
    home.env[variable] = ("acme=" if variable == "UV_INDEX" else "") + with_password(clinic, passwords[words])
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


# -- Poetry -----------------------------------------------------------------------------------------------------------


@KINDS
def test_in_poetrys_auth_toml(clinic, home, passwords, words):
    """Put there by Poetry itself."""
    clinic.sourced().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    set_up = ("config", "http-basic.artifact", "aws", passwords[words])
    home.run(program("poetry"), *set_up, cwd=clinic.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    path = home.directory / ".config/pypoetry/auth.toml"
    [finding] = only(clinic, "poetry")
    assert finding == Finding(
        "poetry",
        in_a_file(words),
        f"http-basic.artifact holds {words} and Poetry sends it instead of asking",
        "~/.config/pypoetry/auth.toml:3",
        "poetry config --unset http-basic.artifact",
        words != OTHER,
    )
    if words == OTHER:
        clinic.obey(finding)
        assert clinic.complaints() == []
        assert SECRET not in path.read_text()
    else:
        assert clinic.fix() == ["~/.config/pypoetry/auth.toml: the token was taken out"]
        assert path.read_text() == '[http-basic.artifact]\nusername = "aws"\n'


def test_a_token_of_the_user_token(clinic, home):
    """CodeArtifact takes its tokens from the user `aws` alone."""
    clinic.sourced().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    home.run(program("poetry"), "config", "pypi-token.artifact", clinic.good_token(), cwd=clinic.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    [finding] = only(clinic, "poetry")
    assert (finding.severity, finding.what, finding.command) == (
        "problem",
        f"pypi-token.artifact holds {GOOD}, which CodeArtifact takes from no user __token__, "
        "and Poetry sends it instead of asking",
        "POETRY_KEYRING_ENABLED=false poetry config --unset pypi-token.artifact",
    )
    clinic.obey(finding)
    assert clinic.complaints() == []


@KINDS
def test_in_poetrys_variables(clinic, home, passwords, words):
    clinic.sourced()
    pair = ("POETRY_HTTP_BASIC_ARTIFACT_USERNAME", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD")
    home.env |= dict(zip(pair, ("aws", passwords[words]), strict=True))
    expected = Finding(
        "poetry",
        "note" if words == GOOD else "problem",
        f"POETRY_HTTP_BASIC_ARTIFACT_PASSWORD holds {words}: Poetry sends it instead of asking",
        command=f"unset {pair[0]} {pair[1]}",
    )
    assert expected in clinic.findings()
    assert clinic.complaints() == ([] if words == GOOD else [expected])


def test_half_a_pair_of_poetrys_variables(clinic, home):
    clinic.sourced()
    user, password = "POETRY_HTTP_BASIC_ARTIFACT_USERNAME", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"
    home.env[password] = clinic.good_token()
    assert only(clinic, "poetry") == [
        Finding(
            "poetry",
            "problem",
            f"{password} is set and {user} is not: Poetry sends it without a user's name",
            command=f"unset {password}",
        )
    ]
    del home.env[password]
    home.env[user] = "bob"
    assert only(clinic, "poetry") == [
        Finding("poetry", "problem", f"{user} is not aws: only that user gets a token", command=f"unset {user}")
    ]
    home.env[user] = "aws"
    assert clinic.complaints() == [], "the other half is ours to give"


def test_the_other_half_is_in_auth_toml(clinic, home):
    clinic.sourced()
    home.write(".config/pypoetry/auth.toml", '[http-basic.artifact]\nusername = "aws"\n')
    home.env["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"] = clinic.good_token()
    assert clinic.complaints() == []


def test_an_old_entry_of_poetrys_in_secret_service(clinic, home, desktop):
    clinic.sourced()
    keep = "import keyring, sys; keyring.set_password('poetry-repository-artifact', 'aws', sys.argv[1])"
    variables = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    home.env |= variables
    home.run(python(), "-c", keep, clinic.old_token()).ok()
    for name in variables:
        del home.env[name]
    assert clinic.complaints() == []
    assert clinic.notes("poetry")[0] == Finding(
        "poetry",
        "note",
        f"Secret Service still has {OLD} under poetry-repository-artifact; it is not used any more",
        command="secret-tool clear service poetry-repository-artifact username aws",
        fixable=True,
    )
    assert clinic.fix() == ["Secret Service: the entry poetry-repository-artifact was removed"]
    assert len(clinic.notes("poetry")) == 1


# -- files for everybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("variable", "words"), [(None, OLD), (None, GOOD), (None, OTHER), ("NETRC", OLD)])
def test_in_netrc(clinic, home, passwords, words, variable):
    others = "machine pypi.example login bob password hunter2\n\n", "# the end\nmachine a.example\n  login c\n"
    ours = f"machine {clinic.repository.host} login aws password {passwords[words]}\n"
    path = home.write("elsewhere/netrc" if variable else ".netrc", ours.join(others))
    if variable:
        home.env[variable] = str(path)
    [finding] = only(clinic, "files")
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
        clinic.obey(finding)
        assert clinic.complaints() == []
    else:
        assert clinic.fix() == [f"{place}: the token was taken out"]
    assert path.read_text() == "".join(others)
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_an_entry_of_netrc_over_many_lines(clinic, home):
    before, after = "macdef init\nmachine x password y\n\n", "machine b.example login c password d\n"
    ours = f"machine {clinic.repository.host}\n\tlogin aws\n\tpassword {clinic.old_token()}\n"
    path = home.write(".netrc", before + ours + after)
    [finding] = only(clinic, "files")
    assert (finding.place, finding.command) == ("~/.netrc:4", "sed -i '4,6d' ~/.netrc")
    clinic.fix()
    assert path.read_text() == before + after


def test_the_entry_of_netrc_for_every_host(clinic, home):
    home.write(".netrc", f"machine a.example login b password c\ndefault login anonymous password {SECRET}\n")
    [finding] = only(clinic, "files")
    assert finding == Finding(
        "files",
        "warning",
        "the default entry is sent to every host, CodeArtifact's too",
        "~/.netrc:2",
        "sed -i '2d' ~/.netrc",
    )
    clinic.obey(finding)
    assert clinic.complaints() == []


def test_a_netrc_whose_path_means_something_to_a_shell(clinic, home):
    path = home.write("a b;$(c)/it's", f"default login anonymous password {SECRET}\n")
    home.env["NETRC"] = str(path)
    [finding] = only(clinic, "files")
    clinic.obey(finding)
    assert path.read_text() == ""
    assert clinic.complaints() == []


@KINDS
def test_in_pypirc(clinic, home, passwords, words):
    """Where `aws codeartifact login --tool twine` puts it."""
    others = (
        "[distutils]\nindex-servers =\n    pypi\n    codeartifact\n\n[pypi]\nusername = __token__\npassword = x\n\n"
    )
    ours = f"[codeartifact]\nrepository = {clinic.repository.publish_url}\nusername = aws\n"
    path = home.write(".pypirc", f"{others}{ours}password = {passwords[words]}\n")
    [finding] = only(clinic, "files")
    assert finding == Finding(
        "files",
        in_a_file(words),
        f"[codeartifact] holds {words}: twine and hatch send it instead of asking",
        "~/.pypirc:13",
        "sed -i '13d' ~/.pypirc",
        words != OTHER,
    )
    if words == OTHER:
        clinic.obey(finding)
        assert clinic.complaints() == []
    else:
        assert clinic.fix() == ["~/.pypirc: the token was taken out"]
    assert path.read_text() == others + ours


def test_a_link_stays_a_link(clinic, home):
    """Users keep such files under version control, and link to them."""
    target = home.write("dotfiles/netrc", f"machine {clinic.repository.host} login aws password {clinic.old_token()}\n")
    link = home.directory / ".netrc"
    link.symlink_to(target)
    clinic.fix()
    assert link.is_symlink()
    assert target.read_text() == ""
