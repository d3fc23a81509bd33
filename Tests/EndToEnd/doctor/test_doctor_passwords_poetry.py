"""`doctor`: old tokens and other passwords that Poetry finds before it asks us."""

from __future__ import annotations

from harness.doctor_env import GOOD, KINDS, OLD, OTHER, SECRET, Finding, in_a_file, only
from harness.environments import program, python


@KINDS
def test_in_poetrys_auth_toml(doctor_env, home, passwords, words):
    """Put there by Poetry itself."""
    doctor_env.with_source().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    set_up = ("config", "http-basic.artifact", "aws", passwords[words])
    home.run(program("poetry"), *set_up, cwd=doctor_env.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    path = home.directory / ".config/pypoetry/auth.toml"
    [finding] = only(doctor_env, "poetry")
    assert finding == Finding(
        "poetry",
        in_a_file(words),
        f"http-basic.artifact holds {words} and Poetry sends it instead of asking",
        "~/.config/pypoetry/auth.toml:3",
        "poetry config --unset http-basic.artifact",
        words != OTHER,
    )
    if words == OTHER:
        doctor_env.run_command(finding)
        assert doctor_env.failures() == []
        assert SECRET not in path.read_text()
    else:
        assert doctor_env.fix() == ["~/.config/pypoetry/auth.toml: the token was taken out"]
        assert path.read_text() == '[http-basic.artifact]\nusername = "aws"\n'


def test_a_token_of_the_user_token(doctor_env, home):
    """CodeArtifact takes its tokens from the user `aws` alone."""
    doctor_env.with_source().with_clients("poetry")
    home.env["POETRY_KEYRING_ENABLED"] = "false"
    home.run(program("poetry"), "config", "pypi-token.artifact", doctor_env.good_token(), cwd=doctor_env.folder).ok()
    del home.env["POETRY_KEYRING_ENABLED"]
    [finding] = only(doctor_env, "poetry")
    assert (finding.severity, finding.what, finding.command) == (
        "problem",
        f"pypi-token.artifact holds {GOOD}, which CodeArtifact takes from no user __token__, "
        "and Poetry sends it instead of asking",
        "POETRY_KEYRING_ENABLED=false poetry config --unset pypi-token.artifact",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


@KINDS
def test_in_poetrys_variables(doctor_env, home, passwords, words):
    doctor_env.with_source()
    pair = ("POETRY_HTTP_BASIC_ARTIFACT_USERNAME", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD")
    home.env |= dict(zip(pair, ("aws", passwords[words]), strict=True))
    expected = Finding(
        "poetry",
        "note" if words == GOOD else "problem",
        f"POETRY_HTTP_BASIC_ARTIFACT_PASSWORD holds {words}: Poetry sends it instead of asking",
        command=f"unset {pair[0]} {pair[1]}",
    )
    assert expected in doctor_env.findings()
    assert doctor_env.failures() == ([] if words == GOOD else [expected])


def test_half_a_pair_of_poetrys_variables(doctor_env, home):
    doctor_env.with_source()
    user, password = "POETRY_HTTP_BASIC_ARTIFACT_USERNAME", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"
    home.env[password] = doctor_env.good_token()
    assert only(doctor_env, "poetry") == [
        Finding(
            "poetry",
            "problem",
            f"{password} is set and {user} is not: Poetry sends it without a user's name",
            command=f"unset {password}",
        )
    ]
    del home.env[password]
    home.env[user] = "bob"
    assert only(doctor_env, "poetry") == [
        Finding("poetry", "problem", f"{user} is not aws: only that user gets a token", command=f"unset {user}")
    ]
    home.env[user] = "aws"
    assert doctor_env.failures() == [], "the other half is ours to give"


def test_the_other_half_is_in_auth_toml(doctor_env, home):
    doctor_env.with_source()
    home.write(".config/pypoetry/auth.toml", '[http-basic.artifact]\nusername = "aws"\n')
    home.env["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"] = doctor_env.good_token()
    assert doctor_env.failures() == []


def test_an_old_entry_of_poetrys_in_secret_service(doctor_env, home, desktop):
    doctor_env.with_source()
    keep = "import keyring, sys; keyring.set_password('poetry-repository-artifact', 'aws', sys.argv[1])"
    variables = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}
    home.env |= variables
    home.run(python(), "-c", keep, doctor_env.old_token()).ok()
    for name in variables:
        del home.env[name]
    assert doctor_env.failures() == []
    assert doctor_env.notes("poetry")[0] == Finding(
        "poetry",
        "note",
        f"Secret Service still has {OLD} under poetry-repository-artifact; it is not used any more",
        command="secret-tool clear service poetry-repository-artifact username aws",
        fixable=True,
    )
    assert doctor_env.fix() == ["Secret Service: the entry poetry-repository-artifact was removed"]
    assert len(doctor_env.notes("poetry")) == 1
