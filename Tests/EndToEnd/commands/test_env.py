"""env: the variables that give clients their tokens, the options for them, and failures."""

from __future__ import annotations

import pytest
from harness.environments import program
from harness.home import profile_files
from harness.project import ALL_EIGHT, poetry_library, uv_application
from harness.token_variables import installed_by, variables


def test_uv_syncs_and_publishes(run_program, without_credentials, standin, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository)
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(f'{text}publish-url = "{repository.publish_url}"\n')
    given = variables(run_program("env", "--format", "json", cwd=project))
    # Without --index uv would send them to the public index.
    assert not [name for name in given if name.startswith("UV_PUBLISH_")]
    home = without_credentials(given)
    home.run(program("uv"), "sync", cwd=project).ok()
    assert installed_by(home, project) == "private"
    library = poetry_library(tmp_path / "library", "acme-published")
    home.run(program("poetry"), "build", "-n", cwd=library).ok()
    home.run(program("uv"), "publish", "--index", "artifact", *(library / "dist").iterdir(), cwd=project).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.mint_count == 1


def test_twine_and_uv_publish_without_a_project(run_program, without_credentials, standin, repository, tmp_path):
    home = without_credentials(variables(run_program("env", "--format", "json", repository.index_url)))
    for number, words in enumerate([(program("twine"), "upload", "--non-interactive"), (program("uv"), "publish")]):
        name = f"acme-published-{number}"
        library = poetry_library(tmp_path / name, name)
        home.run(program("poetry"), "build", "-n", cwd=library).ok()
        home.run(*words, *(library / "dist").iterdir(), cwd=library).ok()
        assert len(standin.files(repository, name)) == 2


def test_pip_installs(run_program, without_credentials, standin, repository, tmp_path):
    home = without_credentials(variables(run_program("env", "--pip", "--format", "json", repository.index_url)))
    home.run(program("pip"), "install", "--no-input", "--target", tmp_path / "target", *ALL_EIGHT).ok()
    assert (standin.mint_count, standin.unauthorized_count) == (1, 0)
    assert (tmp_path / "target" / "acme_eight.py").exists()


def test_a_short_token_is_another_token(run_program, standin, repository):
    """One for a build must not live on as that of twelve hours, nor the other way round."""
    short = variables(run_program("env", "--duration", "15m", "--format", "json", repository.index_url))
    full = variables(run_program("env", "--format", "json", repository.index_url))
    again = variables(run_program("env", "--duration", "15m", "--format", "json", repository.index_url))
    assert [mint.duration for mint in standin.mints] == [900, 43200]
    assert short == again and short["CODEARTIFACT_TOKEN"] != full["CODEARTIFACT_TOKEN"]


@pytest.mark.parametrize("command", ["token", "env", "netrc"])
def test_another_profile_and_a_shorter_life(run_program, home, standin, repository, command):
    bob = standin.iam.add_user("bob")
    for name, content in profile_files({"bob": {"region": "us-east-1"}}, {"bob": bob}).items():
        home.write(name, content)
    run_program(command, "--profile", "bob", "--duration", "15m", repository.index_url).ok()
    assert [(mint.caller, mint.duration) for mint in standin.mints] == [(bob.principal.arn, 900)]


@pytest.mark.parametrize("words", [["--profile", "bob"], ["--duration", "15m"]], ids=lambda words: words[0])
def test_options_take_precedence_over_a_token_in_the_environment(run_program, home, standin, repository, words):
    for name, content in profile_files({"bob": {"region": "us-east-1"}}, {"bob": standin.iam.add_user("bob")}).items():
        home.write(name, content)
    home.env["CODEARTIFACT_TOKEN"] = "given"
    assert run_program("token", repository.index_url).ok().stdout == "given\n"
    assert run_program("token", *words, repository.index_url).ok().fingerprint == standin.mints[-1].fingerprint


def test_login_names_what_takes_precedence_over_its_token(run_program, home, repository):
    assert "clients" not in run_program("login", repository.index_url).ok().stdout
    home.env["CODEARTIFACT_TOKEN"] = "given"
    told = "but the token in CODEARTIFACT_TOKEN takes precedence. Run: unset CODEARTIFACT_TOKEN\n"
    assert run_program("login", repository.index_url).ok().stdout.endswith(told)


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["exec"], 2, "No command was given"),
        (["exec", "--"], 2, "No command was given"),
        (["exec", "URL", "--", "no-such-program"], 1, "cannot run no-such-program: No such file"),
        (["exec", "URL", "--", "/etc/passwd"], 1, "cannot run /etc/passwd: Permission denied"),
        (["exec", "--", "true"], 1, "Name its URL, or run: codeartifact-keyring add-source"),
        (["env", "--duration", "5m", "URL"], 2, "5m"),
        (["env", "--format", "toml", "URL"], 2, "toml"),
        (["env", "--format", "github", "URL"], 1, "GITHUB_ENV is not set"),
        (["netrc", "https://pypi.org/simple/"], 1, "is not a CodeArtifact repository"),
    ],
)
def test_failures_are_one_line(run_program, repository, words, code, expected):
    result = run_program(*[repository.index_url if word == "URL" else word for word in words])
    assert (result.returncode, result.stdout) == (code, ""), result.describe()
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://acme-11122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/", "account ID of 11 digits"),
        ("http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/", "is a plain http URL"),
    ],
)
def test_a_mistake_in_the_only_source_is_reported(run_program, tmp_path, url, expected):
    source = url.replace("://", "://aws:hunter2secret@")
    (tmp_path / "pyproject.toml").write_text(f'[[tool.poetry.source]]\nname = "a"\nurl = "{source}"\n')
    result = run_program("env")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"pyproject.toml line 3: {url} " in result.stderr and expected in result.stderr
    assert "hunter2secret" not in result.stderr
