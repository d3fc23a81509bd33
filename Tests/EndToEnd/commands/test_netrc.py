"""netrc: lines with tokens, for clients that read no variables."""

from __future__ import annotations

import sys

import pytest
from harness.environments import program
from harness.process import redact
from harness.project import poetry_application, uv_application


NETRC = "machine {0} login aws password <token>\nmachine aws@{0} login aws password <token>\n"


@pytest.mark.parametrize("before", ["", "aws@"], ids=["a plain URL", "aws@"])
def test_a_netrc_serves_every_pip(run_program, without_credentials, standin, repository, tmp_path, before):
    """With `aws@` in the URL pip before 25 looks up the machine `aws@HOST`."""
    lines = run_program("netrc", repository.index_url).ok().raw_stdout
    home = without_credentials({})
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
def test_a_netrc_serves(run_program, without_credentials, standin, repository, tmp_path, client):
    lines = run_program("netrc", "--duration", "15m", repository.index_url).ok().raw_stdout
    assert redact(lines) == NETRC.format(repository.host)
    home = without_credentials({})
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


def test_without_a_url_the_project_is_meant(home, run_program, standin, repository, tmp_path):
    """In a folder below it too; a domain has one token however many sources it has."""
    project = uv_application(tmp_path / "application", repository)
    below = project / "src"
    below.mkdir()
    assert run_program("netrc", cwd=below).ok().stdout == NETRC.format(repository.host)
    (project / "pyproject.toml").write_text("[tool.uv\n")
    result = run_program("netrc", cwd=below)
    assert result.returncode == 1
    assert f"{project}/pyproject.toml line 1:" in result.stderr


def test_a_url_needs_no_project(run_program, standin, repository, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[broken\n")
    assert "pyproject.toml" in run_program("netrc").stderr
    run_program("netrc", repository.index_url).ok()
    assert standin.mint_count == 1
