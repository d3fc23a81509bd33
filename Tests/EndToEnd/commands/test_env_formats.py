"""The formats of env: each reader gets the same values, and nothing in a value is run."""

from __future__ import annotations

import json
import sys

import pytest
from harness.environments import program, python
from harness.token_variables import variables


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


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_read_what_they_are_given(home, run_program, repository, tmp_path, shell):
    wanted = variables(run_program("env", "--pip", "--format", "json", repository.index_url))
    assert set(wanted) >= {"CODEARTIFACT_TOKEN", "TWINE_PASSWORD", "PIP_INDEX_URL"}
    form = "fish" if shell == "fish" else "sh"
    text = run_program("env", "--pip", "--format", form, repository.index_url).ok().raw_stdout
    found = read_by(home, tmp_path, SHELLS[shell], text)
    assert {name for name, value in wanted.items() if found.get(name) != value} == set()


def test_every_reader_of_a_dotenv_file_reads_the_same(home, run_program, repository, tmp_path):
    wanted = variables(run_program("env", "--pip", "--format", "json", repository.index_url))
    text = run_program("env", "--pip", "--format", "dotenv", repository.index_url).ok().raw_stdout
    assert as_docker_reads(text) == wanted
    for reader, words in READERS.items():
        found = read_by(home, tmp_path, words, text)
        assert {name for name, value in wanted.items() if found.get(name) != value} == set(), reader


# A token that a job was given, in which each of these readers sees something special.
HOSTILE = "'\"`touch${IFS}ran`$(touch${IFS}ran)\\;&|>ran!~#%{a,b}*?[]^=,:~root'$HOME\\"


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_shell_sees_something_special_in_is_quoted(home, run_program, repository, tmp_path, shell):
    home.env["CODEARTIFACT_TOKEN"] = HOSTILE
    form = "fish" if shell == "fish" else "sh"
    text = run_program("env", "--pip", "--format", form, repository.index_url).ok().raw_stdout
    found = read_by(home, tmp_path, SHELLS[shell], text)
    assert {name for name, value in found.items() if value == HOSTILE} >= {"CODEARTIFACT_TOKEN", "TWINE_PASSWORD"}
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("words", [["env", "--format", "dotenv"], ["netrc"]], ids=lambda words: words[-1])
@pytest.mark.parametrize("token", [HOSTILE, "a'b", "a#b", "a$b", "~a", "=a", "a:=ls", 'a"b', "a\\b"])
def test_what_cannot_be_quoted_is_not_written(home, run_program, repository, words, token):
    home.env["CODEARTIFACT_TOKEN"] = token
    result = run_program(*words, repository.index_url)
    assert (result.returncode, result.stdout) == (1, "")
    assert "a character that readers of" in result.stderr and result.stderr.count("\n") == 1
    assert token not in result.stderr


def test_github_masks_and_exports(home, run_program, standin, repository, tmp_path):
    wanted = variables(run_program("env", "--pip", "--format", "json", repository.index_url))
    path = tmp_path / "github_env"
    path.write_text("BEFORE=1\n")
    home.env["GITHUB_ENV"] = str(path)
    result = run_program("env", "--pip", "--format", "github", repository.index_url).ok()
    assert result.stdout == "::add-mask::<token>\n"
    assert result.fingerprint == standin.mints[-1].fingerprint
    assert github_variables(path.read_text()) == {"BEFORE": "1", **wanted}
    ends = {line.split("<<")[1] for line in path.read_text().splitlines() if "<<" in line}
    assert len(ends) == len(wanted), "nobody can guess where a value ends"


def test_github_is_given_any_value_and_masks_each_form_of_it(home, run_program, repository, tmp_path):
    home.env |= {"CODEARTIFACT_TOKEN": HOSTILE, "GITHUB_ENV": str(tmp_path / "github_env")}
    result = run_program("env", "--pip", "--format", "github", repository.index_url).ok()
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
def test_a_repository_with_an_invalid_name_is_refused(home, run_program, standin, repository, tmp_path, command, name):
    url = repository.index_url.replace(f"/{repository.name}/", f"/{name.replace(chr(34), chr(92) + chr(34))}/")
    (tmp_path / "pyproject.toml").write_text(f'[[tool.uv.index]]\nname = "a"\nurl = "{url}"\n')
    result = run_program(*command)
    assert (result.returncode, result.stdout, standin.mint_count) == (1, "", 0), result.describe()
    assert result.stderr.count("\n") == 1 and "\u202e" not in result.stderr


@pytest.mark.parametrize("name", NOT_NAMES)
def test_a_source_with_an_invalid_name_gets_no_variable(home, run_program, repository, tmp_path, name):
    quoted = name.replace('"', '\\"')
    (tmp_path / "pyproject.toml").write_text(f'[[tool.uv.index]]\nname = "{quoted}"\nurl = "{repository.index_url}"\n')
    result = run_program("env", "--format", "dotenv").ok()
    assert set(as_docker_reads(result.raw_stdout)) == {
        "CODEARTIFACT_TOKEN",
        f"CODEARTIFACT_TOKEN_{repository.domain.upper().replace('-', '_')}",
        *(f"{tool}_{name}" for tool in ("TWINE", "UV_PUBLISH") for name in ("USERNAME", "PASSWORD")),
        "TWINE_REPOSITORY_URL",
        "UV_PUBLISH_URL",
    }
    assert "Rename it" in result.stderr and "\u202e" not in result.stderr
    read_by(home, tmp_path, READERS["bash sources it"], result.raw_stdout)
    assert not (tmp_path / "ran").exists()
