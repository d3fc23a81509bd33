"""`doctor`: old tokens and other passwords that Poetry finds before it asks us."""

from __future__ import annotations

from harness.clinic import GOOD, KINDS, OLD, OTHER, SECRET, Finding, in_a_file, only
from harness.environments import program, python


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
