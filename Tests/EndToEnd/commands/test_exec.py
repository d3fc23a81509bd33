"""exec: a command with the variables of `env`, in which the token is in the environment alone."""

from __future__ import annotations

import signal
import sys

import pytest
from harness.environments import program
from harness.process import start
from harness.project import ALL_EIGHT, poetry_application, poetry_library
from harness.token_variables import installed_by, variables
from standin import fingerprint


def test_poetry_locks_installs_and_publishes_below_exec(
    home, run_program, without_credentials, standin, repository, tmp_path
):
    poetry = program("poetry")
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    script = f"unset AWS_ACCESS_KEY_ID; {poetry} lock -n && {poetry} install -n"
    run_program("exec", "--", "sh", "-c", script, cwd=project).ok()
    assert installed_by(home, project) == "private"

    library = poetry_library(tmp_path / "library", "acme-published")
    (library / "poetry.toml").write_text(f'[repositories.my-acme]\nurl = "{repository.publish_url}"\n')
    run_program("exec", "--", poetry, "publish", "--build", "-n", "-r", "my-acme", cwd=library).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert (standin.mint_count, standin.unauthorized_count) == (1, 0)


def test_the_token_is_in_the_environment_and_nowhere_else(home, run_program, standin, repository):
    code = (
        "import os, sys; token = os.environ['CODEARTIFACT_TOKEN'].encode()\n"
        "print(token in open('/proc/self/cmdline', 'rb').read(), sorted(os.listdir('/proc/self/fd')))\n"
        "print(os.environ['TWINE_REPOSITORY_URL']); sys.stderr.write(os.environ['CODEARTIFACT_TOKEN'])"
    )
    result = run_program("exec", repository.index_url, "--", sys.executable, "-c", code).ok()
    assert result.stdout.splitlines() == ["False ['0', '1', '2', '3']", repository.publish_url]
    assert fingerprint(result.raw_stderr) == standin.mints[-1].fingerprint
    assert home.files_holding(result.raw_stderr) == []


def test_a_lookup_below_it_for_another_domain_gets_that_domains_token(run_program, installed, standin, repository):
    other = standin.add_repository(f"{repository.domain}-other")
    lookups = f"{installed.keyring} get {repository.index_url} aws; {installed.keyring} get {other.index_url} aws"
    result = run_program("exec", repository.index_url, "--", "sh", "-c", lookups).ok()
    assert [fingerprint(line) for line in result.raw_stdout.splitlines()] == [
        mint.fingerprint for mint in standin.mints
    ]
    assert [mint.domain for mint in standin.mints] == [repository.domain, other.domain]


def test_an_outdated_token_of_the_domain_is_replaced(home, run_program, installed, standin, repository):
    variable = f"CODEARTIFACT_TOKEN_{repository.domain.upper().replace('-', '_')}"
    home.env[variable] = "outdated"
    lookup = [installed.keyring, "get", repository.index_url, "aws"]
    result = run_program("exec", "--duration", "15m", repository.index_url, "--", *lookup).ok()
    assert fingerprint(result.raw_stdout.strip()) == standin.mints[-1].fingerprint


def test_two_domains_with_one_name(home, run_program, standin, repository, tmp_path):
    """Neither token is in the variable that has the domain's name; each source has its own."""
    other = standin.add_repository(repository.domain, owner="444455556666")
    sources = zip(("one", "two"), (repository, other))
    (tmp_path / "pyproject.toml").write_text(
        "".join(f'[[tool.uv.index]]\nname = "{name}"\nurl = "{source.index_url}"\n' for name, source in sources)
    )
    inherited = ["CODEARTIFACT_TOKEN", f"CODEARTIFACT_TOKEN_{repository.domain.upper().replace('-', '_')}"]
    home.env |= dict.fromkeys(inherited, "outdated")
    assert "outdated" not in run_program("exec", "--duration", "15m", "--", "env").ok().stdout
    shell = run_program("env", "--duration", "15m").ok().stdout
    assert shell.startswith("".join(f"unset {name}\n" for name in inherited))
    for name in inherited:
        del home.env[name]
    result = run_program("env", "--format", "json")
    given = variables(result)
    assert {name for name in given if name.endswith("_PASSWORD")} == {"UV_INDEX_ONE_PASSWORD", "UV_INDEX_TWO_PASSWORD"}
    assert given["UV_INDEX_ONE_PASSWORD"] != given["UV_INDEX_TWO_PASSWORD"]
    assert not [name for name in given if name.startswith("CODEARTIFACT_TOKEN")]
    assert result.stderr.count("\n") == 1 and " is not set: it would be the variable of both " in result.stderr


@pytest.mark.parametrize("code", [0, 1, 2, 77, 255])
def test_the_exit_code_is_the_commands(run_program, repository, code):
    assert run_program("exec", repository.index_url, "--", "sh", "-c", f"exit {code}").returncode == code


def test_signals_reach_the_command(home, run_program, installed, repository):
    """It is not a child process: it has replaced the process."""
    words = [installed.program, "exec", repository.index_url, "--", "sh", "-c", "echo $$; exec sleep 60"]
    process = start(words, home.env)
    assert process.stdout.readline().strip() == str(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM


def test_arguments_arrive_as_they_are(run_program, repository):
    words = ["--format", "-x", "--", "a b", "", "$HOME", "ä"]
    result = run_program(
        "exec", repository.index_url, "--", sys.executable, "-c", "import sys; print(sys.argv[1:])", *words
    )
    assert result.ok().stdout == f"{words!r}\n"


def test_a_script_says_where_its_packages_are(run_program, repository, tmp_path):
    """`uv run SCRIPT` takes its indexes from the block of metadata in it."""
    index = f'# [[tool.uv.index]]\n# name = "acme"\n# url = "{repository.index_url}"\n# default = true\n'
    code = "import acme_one\nprint(acme_one.ORIGIN)\n"
    script = tmp_path / "tools" / "script.py"
    script.parent.mkdir()
    script.write_text(f'# /// script\n# dependencies = ["acme-one"]\n{index}# ///\n{code}')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = ["exec", "--", str(program("uv")), "run", "--no-project", "--no-cache", str(script)]
    assert run_program(*run, cwd=elsewhere).ok().stdout == "private\n"
    assert "UV_INDEX_ACME_PASSWORD" in variables(run_program("env", "--format", "json", cwd=script.parent))
