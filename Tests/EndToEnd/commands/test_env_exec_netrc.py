"""`env`, `exec` and `netrc`: tokens for clients without the helper. Every client here runs without it, neither on PATH
nor known to Python's keyring, and without AWS credentials."""

from __future__ import annotations

import json
import signal
import sys

import pytest
from harness.environments import program, python
from harness.home import SYSTEM_PATH, profile_files
from harness.process import redact, start
from harness.project import ALL_EIGHT, poetry_application, poetry_library, uv_application
from standin import fingerprint


@pytest.fixture
def carry(home, installed, tmp_path):
    """Runs a command by its full path: it is not on PATH."""
    home.env |= {"PATH": SYSTEM_PATH, "UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    home.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"

    def run(*words, cwd=None):
        return home.run(installed.program, *words, cwd=cwd or tmp_path)

    return run


@pytest.fixture
def stranded(home, carry):
    """The same user with no AWS credentials: what clients are given is all they have. Takes more variables."""

    def give(variables):
        home.sign_out()
        home.env |= variables
        return home

    return give


def variables(result):
    return json.loads(result.ok().raw_stdout)


def installed_by(home, project, module="acme_eight"):
    shown = home.run(project / ".venv/bin/python", "-c", f"import {module} as m; print(m.ORIGIN)").ok()
    return shown.stdout.strip()


# --- exec


def test_poetry_locks_installs_and_publishes_below_exec(home, carry, stranded, standin, repository, tmp_path):
    poetry = program("poetry")
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    script = f"unset AWS_ACCESS_KEY_ID; {poetry} lock -n && {poetry} install -n"
    carry("exec", "--", "sh", "-c", script, cwd=project).ok()
    assert installed_by(home, project) == "private"

    library = poetry_library(tmp_path / "library", "acme-published")
    (library / "poetry.toml").write_text(f'[repositories.my-acme]\nurl = "{repository.publish_url}"\n')
    carry("exec", "--", poetry, "publish", "--build", "-n", "-r", "my-acme", cwd=library).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert (standin.mint_count, standin.unauthorized_count) == (1, 0)


def test_the_token_is_in_the_environment_and_nowhere_else(home, carry, standin, repository):
    code = (
        "import os, sys; token = os.environ['CODEARTIFACT_TOKEN'].encode()\n"
        "print(token in open('/proc/self/cmdline', 'rb').read(), sorted(os.listdir('/proc/self/fd')))\n"
        "print(os.environ['TWINE_REPOSITORY_URL']); sys.stderr.write(os.environ['CODEARTIFACT_TOKEN'])"
    )
    result = carry("exec", repository.index_url, "--", sys.executable, "-c", code).ok()
    assert result.stdout.splitlines() == ["False ['0', '1', '2', '3']", repository.publish_url]
    assert fingerprint(result.raw_stderr) == standin.mints[-1].fingerprint
    assert home.files_holding(result.raw_stderr) == []


@pytest.mark.parametrize("code", [0, 1, 2, 77, 255])
def test_the_exit_code_is_the_commands(carry, repository, code):
    assert carry("exec", repository.index_url, "--", "sh", "-c", f"exit {code}").returncode == code


def test_signals_reach_the_command(home, carry, installed, repository):
    """It is not a child process: it has replaced the process."""
    words = [installed.program, "exec", repository.index_url, "--", "sh", "-c", "echo $$; exec sleep 60"]
    process = start(words, home.env)
    assert process.stdout.readline().strip() == str(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM


def test_arguments_arrive_as_they_are(carry, repository):
    words = ["--format", "-x", "--", "a b", "", "$HOME", "ä"]
    result = carry("exec", repository.index_url, "--", sys.executable, "-c", "import sys; print(sys.argv[1:])", *words)
    assert result.ok().stdout == f"{words!r}\n"


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
def test_failures_are_one_line(carry, repository, words, code, expected):
    result = carry(*[repository.index_url if word == "URL" else word for word in words])
    assert (result.returncode, result.stdout) == (code, ""), result.describe()
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://acme-11122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/", "account ID of 11 digits"),
        ("http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/", "is a plain http URL"),
    ],
)
def test_a_slip_in_the_only_source_is_told(carry, tmp_path, url, expected):
    source = url.replace("://", "://aws:hunter2secret@")
    (tmp_path / "pyproject.toml").write_text(f'[[tool.poetry.source]]\nname = "a"\nurl = "{source}"\n')
    result = carry("env")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"pyproject.toml line 3: {url} " in result.stderr and expected in result.stderr
    assert "hunter2secret" not in result.stderr


def test_a_url_needs_no_project(carry, standin, repository, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[broken\n")
    assert "pyproject.toml" in carry("netrc").stderr
    carry("netrc", repository.index_url).ok()
    assert standin.mint_count == 1


# --- exec


def test_a_script_says_where_its_packages_are(carry, repository, tmp_path):
    """`uv run SCRIPT` takes its indexes from the block of metadata in it."""
    index = f'# [[tool.uv.index]]\n# name = "acme"\n# url = "{repository.index_url}"\n# default = true\n'
    code = "import acme_one\nprint(acme_one.ORIGIN)\n"
    script = tmp_path / "tools" / "script.py"
    script.parent.mkdir()
    script.write_text(f'# /// script\n# dependencies = ["acme-one"]\n{index}# ///\n{code}')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = ["exec", "--", str(program("uv")), "run", "--no-project", "--no-cache", str(script)]
    assert carry(*run, cwd=elsewhere).ok().stdout == "private\n"
    assert "UV_INDEX_ACME_PASSWORD" in variables(carry("env", "--format", "json", cwd=script.parent))


# --- env


def test_uv_syncs_and_publishes(carry, stranded, standin, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository)
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(f'{text}publish-url = "{repository.publish_url}"\n')
    given = variables(carry("env", "--format", "json", cwd=project))
    # Without --index uv would send them to the public index.
    assert not [name for name in given if name.startswith("UV_PUBLISH_")]
    home = stranded(given)
    home.run(program("uv"), "sync", cwd=project).ok()
    assert installed_by(home, project) == "private"
    library = poetry_library(tmp_path / "library", "acme-published")
    home.run(program("poetry"), "build", "-n", cwd=library).ok()
    home.run(program("uv"), "publish", "--index", "artifact", *(library / "dist").iterdir(), cwd=project).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.mint_count == 1


def test_twine_and_uv_publish_without_a_project(carry, stranded, standin, repository, tmp_path):
    home = stranded(variables(carry("env", "--format", "json", repository.index_url)))
    for number, words in enumerate([(program("twine"), "upload", "--non-interactive"), (program("uv"), "publish")]):
        name = f"acme-published-{number}"
        library = poetry_library(tmp_path / name, name)
        home.run(program("poetry"), "build", "-n", cwd=library).ok()
        home.run(*words, *(library / "dist").iterdir(), cwd=library).ok()
        assert len(standin.files(repository, name)) == 2


def test_pip_installs(carry, stranded, standin, repository, tmp_path):
    home = stranded(variables(carry("env", "--pip", "--format", "json", repository.index_url)))
    home.run(program("pip"), "install", "--no-input", "--target", tmp_path / "target", *ALL_EIGHT).ok()
    assert (standin.mint_count, standin.unauthorized_count) == (1, 0)
    assert (tmp_path / "target" / "acme_eight.py").exists()


# What prints a shell's variables from below it.
PRINT = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"


# The shells that read `--format sh` and fish, with what they read it by.
SHELLS = {
    **{shell: (shell, "-c", 'eval "$(cat "$0")"; {}') for shell in ("sh", "dash", "bash", "zsh")},
    "fish": ("fish", "-c", "source given; {}"),
}
# What reads a dotenv file, each in its own way.
READERS = {
    **{f"{shell} sources it": (shell, "-c", "set -a; . ./given; {}") for shell in ("sh", "dash", "bash", "zsh")},
    "uv": (program("uv"), "run", "--no-project", "--env-file", "given", "sh", "-c", "{}"),
    "python-dotenv": (
        python("commands"),
        "-c",
        "import dotenv, json; print(json.dumps(dotenv.dotenv_values('given')))",
    ),
}


def read_by(home, folder, words, text):
    """The variables that a reader makes of a text; what it prints beside them is an error."""
    (folder / "given").write_text(text)
    words = [str(word).replace("{}", PRINT) for word in words]
    found = home.run(*words, "given", cwd=folder).ok()
    assert found.stderr == ""
    return json.loads(found.raw_stdout)


def as_docker_reads(text):
    """Docker's `--env-file` has no quotes: all that stands behind the equals sign is the value."""
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_read_what_they_are_given(home, carry, repository, tmp_path, shell):
    wanted = variables(carry("env", "--pip", "--format", "json", repository.index_url))
    assert set(wanted) >= {"CODEARTIFACT_TOKEN", "TWINE_PASSWORD", "PIP_INDEX_URL"}
    form = "fish" if shell == "fish" else "sh"
    text = carry("env", "--pip", "--format", form, repository.index_url).ok().raw_stdout
    found = read_by(home, tmp_path, SHELLS[shell], text)
    assert {name for name, value in wanted.items() if found.get(name) != value} == set()


def test_every_reader_of_a_dotenv_file_reads_the_same(home, carry, repository, tmp_path):
    wanted = variables(carry("env", "--pip", "--format", "json", repository.index_url))
    text = carry("env", "--pip", "--format", "dotenv", repository.index_url).ok().raw_stdout
    assert as_docker_reads(text) == wanted
    for reader, words in READERS.items():
        found = read_by(home, tmp_path, words, text)
        assert {name for name, value in wanted.items() if found.get(name) != value} == set(), reader


# A token that a job was given, in which each of these readers sees something special.
HOSTILE = "'\"`touch${IFS}ran`$(touch${IFS}ran)\\;&|>ran!~#%{a,b}*?[]^=,:~root'$HOME\\"


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_sees_something_special_in_is_quoted(home, carry, repository, tmp_path, shell):
    home.env["CODEARTIFACT_TOKEN"] = HOSTILE
    form = "fish" if shell == "fish" else "sh"
    text = carry("env", "--pip", "--format", form, repository.index_url).ok().raw_stdout
    found = read_by(home, tmp_path, SHELLS[shell], text)
    assert {name for name, value in found.items() if value == HOSTILE} >= {"CODEARTIFACT_TOKEN", "TWINE_PASSWORD"}
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("words", [["env", "--format", "dotenv"], ["netrc"]], ids=lambda words: words[-1])
@pytest.mark.parametrize("token", [HOSTILE, "a'b", "a#b", "a$b", "~a", "=a", "a:=ls", 'a"b', "a\\b"])
def test_what_cannot_be_quoted_is_not_written(home, carry, repository, words, token):
    home.env["CODEARTIFACT_TOKEN"] = token
    result = carry(*words, repository.index_url)
    assert (result.returncode, result.stdout) == (1, "")
    assert "a character that readers of" in result.stderr and result.stderr.count("\n") == 1
    assert token not in result.stderr


def test_github_is_given_any_value_and_masks_each_form_of_it(home, carry, repository, tmp_path):
    home.env |= {"CODEARTIFACT_TOKEN": HOSTILE, "GITHUB_ENV": str(tmp_path / "github_env")}
    result = carry("env", "--pip", "--format", "github", repository.index_url).ok()
    given = github_variables((tmp_path / "github_env").read_text())
    assert given["CODEARTIFACT_TOKEN"] == HOSTILE
    # As the runner undoes what a command cannot hold.
    lines = [line.removeprefix("::add-mask::").replace("%25", "%") for line in result.raw_stdout.splitlines()]
    assert HOSTILE in lines
    assert given["PIP_INDEX_URL"].split("aws:")[1].split("@")[0] in lines


# In place of a repository's name in the URL of a project, and of a source's.
NOT_NAMES = ["x'`touch${IFS}ran`'", 'x"$(touch${IFS}ran)', "x;touch${IFS}ran", "x\\u202e", "-x", "x%27"]


# Threats: A project
@pytest.mark.parametrize(
    "command", [["env"], ["env", "--format", "dotenv"], ["netrc"], ["exec", "--", "env"], ["login"]]
)
@pytest.mark.parametrize("name", NOT_NAMES)
def test_a_repository_with_an_invalid_name_is_refused(home, carry, standin, repository, tmp_path, command, name):
    url = repository.index_url.replace(f"/{repository.name}/", f"/{name.replace(chr(34), chr(92) + chr(34))}/")
    (tmp_path / "pyproject.toml").write_text(f'[[tool.uv.index]]\nname = "a"\nurl = "{url}"\n')
    result = carry(*command)
    assert (result.returncode, result.stdout, standin.mint_count) == (1, "", 0), result.describe()
    assert result.stderr.count("\n") == 1 and "\u202e" not in result.stderr


@pytest.mark.parametrize("name", NOT_NAMES)
def test_a_source_with_an_invalid_name_gets_no_variable(home, carry, repository, tmp_path, name):
    quoted = name.replace('"', '\\"')
    (tmp_path / "pyproject.toml").write_text(f'[[tool.uv.index]]\nname = "{quoted}"\nurl = "{repository.index_url}"\n')
    result = carry("env", "--format", "dotenv").ok()
    assert set(as_docker_reads(result.raw_stdout)) == {
        "CODEARTIFACT_TOKEN",
        *(f"{tool}_{name}" for tool in ("TWINE", "UV_PUBLISH") for name in ("USERNAME", "PASSWORD")),
        "TWINE_REPOSITORY_URL",
        "UV_PUBLISH_URL",
    }
    assert "Rename it" in result.stderr and "\u202e" not in result.stderr
    read_by(home, tmp_path, READERS["bash sources it"], result.raw_stdout)
    assert not (tmp_path / "ran").exists()


def github_variables(text):
    """As the runner of GitHub Actions reads the file: NAME=VALUE, or NAME<<END, lines, END."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, separator, end = line.partition("<<")
        if separator:
            value = []
            while (line := next(lines)) != end:
                value.append(line)
            found[name] = "\n".join(value)
        else:
            name, _, value = line.partition("=")
            found[name] = value
    return found


def test_github_masks_and_exports(home, carry, standin, repository, tmp_path):
    wanted = variables(carry("env", "--pip", "--format", "json", repository.index_url))
    path = tmp_path / "github_env"
    path.write_text("BEFORE=1\n")
    home.env["GITHUB_ENV"] = str(path)
    result = carry("env", "--pip", "--format", "github", repository.index_url).ok()
    assert result.stdout == "::add-mask::<token>\n"
    assert result.fingerprint == standin.mints[-1].fingerprint
    assert github_variables(path.read_text()) == {"BEFORE": "1", **wanted}
    ends = {line.split("<<")[1] for line in path.read_text().splitlines() if "<<" in line}
    assert len(ends) == len(wanted), "nobody can guess where a value ends"


def test_a_short_token_is_another_token(carry, standin, repository):
    """One for a build must not live on as that of twelve hours, nor the other way round."""
    short = variables(carry("env", "--duration", "15m", "--format", "json", repository.index_url))
    full = variables(carry("env", "--format", "json", repository.index_url))
    again = variables(carry("env", "--duration", "15m", "--format", "json", repository.index_url))
    assert [mint.duration for mint in standin.mints] == [900, 43200]
    assert short == again and short["CODEARTIFACT_TOKEN"] != full["CODEARTIFACT_TOKEN"]


@pytest.mark.parametrize("command", ["token", "env", "netrc"])
def test_another_profile_and_a_shorter_life(carry, home, standin, repository, command):
    bob = standin.iam.add_user("bob")
    for name, content in profile_files({"bob": {"region": "us-east-1"}}, {"bob": bob}).items():
        home.write(name, content)
    carry(command, "--profile", "bob", "--duration", "15m", repository.index_url).ok()
    assert [(mint.caller, mint.duration) for mint in standin.mints] == [(bob.principal.arn, 900)]


@pytest.mark.parametrize("words", [["--profile", "bob"], ["--duration", "15m"]], ids=lambda words: words[0])
def test_options_take_precedence_over_a_token_in_the_environment(carry, home, standin, repository, words):
    for name, content in profile_files({"bob": {"region": "us-east-1"}}, {"bob": standin.iam.add_user("bob")}).items():
        home.write(name, content)
    home.env["CODEARTIFACT_TOKEN"] = "given"
    assert carry("token", repository.index_url).ok().stdout == "given\n"
    assert carry("token", *words, repository.index_url).ok().fingerprint == standin.mints[-1].fingerprint


def test_login_names_what_takes_precedence_over_its_token(carry, home, repository):
    assert "clients" not in carry("login", repository.index_url).ok().stdout
    home.env["CODEARTIFACT_TOKEN"] = "given"
    told = "but the token in CODEARTIFACT_TOKEN takes precedence. Run: unset CODEARTIFACT_TOKEN\n"
    assert carry("login", repository.index_url).ok().stdout.endswith(told)


# --- netrc


NETRC = "machine {0} login aws password <token>\nmachine aws@{0} login aws password <token>\n"


@pytest.mark.parametrize("before", ["", "aws@"], ids=["a plain URL", "aws@"])
def test_a_netrc_serves_every_pip(carry, stranded, standin, repository, tmp_path, before):
    """With `aws@` in the URL pip before 25 looks up the machine `aws@HOST`."""
    lines = carry("netrc", repository.index_url).ok().raw_stdout
    home = stranded({})
    home.write(".netrc", lines)
    url = repository.index_url.replace("//", f"//{before}")
    environments = ["pip-24.0", "pip-25.3", "pip"] + (["pip-23.1"] if sys.version_info < (3, 12) else [])
    for name in environments:
        options = ["--no-input", "--no-cache-dir", "--index-url", url, "--target", tmp_path / name]
        home.run(program("pip", name), "install", *options, "acme-one").ok()
    (tmp_path / "requirements.txt").write_text(f"--index-url {url}\nacme-one\n")
    options = ["--no-cache", "--target", tmp_path / "uv", "-r", "requirements.txt"]
    home.run(program("uv"), "pip", "install", *options, cwd=tmp_path).ok()
    assert standin.mint_count == 1


@pytest.mark.parametrize("client", ["pip", "uv", "poetry"])
def test_a_netrc_serves(carry, stranded, standin, repository, tmp_path, client):
    lines = carry("netrc", "--duration", "15m", repository.index_url).ok().raw_stdout
    assert redact(lines) == NETRC.format(repository.host)
    home = stranded({})
    home.write(".netrc", lines)
    if client == "pip":
        target = ["--target", tmp_path / "target"]
        home.run(
            program("pip"), "install", "--no-input", "--index-url", repository.index_url, *target, "acme-eight"
        ).ok()
    elif client == "uv":
        project = uv_application(tmp_path / "application", repository, authenticate=None)
        home.run(program("uv"), "sync", cwd=project).ok()
    else:
        project = poetry_application(tmp_path / "application", repository, ["acme-eight"])
        home.run(program("poetry"), "install", "-n", cwd=project).ok()
    assert standin.mint_count == 1


def test_without_a_url_the_project_is_meant(home, carry, standin, repository, tmp_path):
    """In a folder below it too; a domain has one token however many sources it has."""
    project = uv_application(tmp_path / "application", repository)
    below = project / "src"
    below.mkdir()
    assert carry("netrc", cwd=below).ok().stdout == NETRC.format(repository.host)
    (project / "pyproject.toml").write_text("[tool.uv\n")
    result = carry("netrc", cwd=below)
    assert result.returncode == 1
    assert f"{project}/pyproject.toml line 1:" in result.stderr
