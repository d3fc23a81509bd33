"""Files that are not ordinary ones, wherever a user may name a file: what ends is read, what does not is an error in time."""

from __future__ import annotations

import os
import shlex

import pytest
from harness.home import profile_files
from harness.process import Result
from harness.recording_server import recording_server
from standin.authority import CertificateAuthority


@pytest.fixture
def developer(developer, home, user):
    """Signed in by variables, with no profile chosen."""
    del home.env["AWS_PROFILE"]
    home.sign_in(user)
    return developer


@pytest.fixture
def pipe(home):
    """A pipe that nobody writes to."""
    path = home.directory / "pipe"
    os.mkfifo(path)
    return path


def in_bash(home, assignments: str, *words) -> Result:
    """Runs a command with variables that a shell makes of its `<(…)`."""
    command = " ".join(shlex.quote(str(word)) for word in words)
    return home.run("/bin/bash", "-c", f"{assignments} {command}")


@pytest.mark.parametrize("name", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_an_empty_device_for_settings(developer, home, fast_path, name):
    """It is how people keep their own settings out of a CI job; the fast path responds there, too."""
    home.env[name] = "/dev/null"
    assert developer.caller() == "user/anna"
    fast_path.warm()
    assert fast_path.answers_alone()
    home.env[name] = "/dev/zero"
    assert not fast_path.answers_alone()
    developer.error("/dev/zero", "File too large")


def test_no_configuration_at_all(developer, home):
    folder = home.directory / ".config/codeartifact-keyring"
    folder.mkdir(parents=True)
    (folder / "config.toml").symlink_to("/dev/null")
    assert developer.caller() == "user/anna"


def test_settings_out_of_a_shells_pipe(home, installed, repository, standin, user):
    """The program looks at them more than once, and a pipe can be read once."""
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    for name, content in profile_files({"dev": {}}, {"dev": user}).items():
        home.write(name.replace(".aws", "elsewhere"), content)
    variables = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    assignments = " ".join(f"{name}=<(cat elsewhere/{file})" for name, file in variables.items())
    in_bash(home, assignments, installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mints[0].caller.endswith("user/anna")


def test_a_token_out_of_a_shells_pipe(home, installed, repository, standin, developer):
    token = home.write("token", developer.run().raw_stdout)
    result = in_bash(
        home, f"CODEARTIFACT_TOKEN_FILE=<(cat {token})", installed.keyring, "get", repository.index_url, "aws"
    )
    assert result.ok().raw_stdout == token.read_text()
    assert standin.mint_count == 1


@pytest.mark.parametrize(
    ("variable", "more"),
    [
        ("AWS_CONFIG_FILE", {}),
        ("AWS_SHARED_CREDENTIALS_FILE", {}),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", {"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/reader"}),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"}),
    ],
)
def test_a_pipe_that_nobody_writes_to(developer, home, pipe, variable, more):
    home.sign_out()
    home.env |= {variable: str(pipe), **more}
    developer.error(str(pipe), "no program finished writing to it in time")


def test_a_token_in_a_pipe_that_nobody_writes_to(developer, home, pipe):
    """It is passed over, as one that is missing."""
    home.env["CODEARTIFACT_TOKEN_FILE"] = str(pipe)
    assert developer.caller() == "user/anna"


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificates_in_a_pipe(developer, home, pipe, variable):
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        home.env.pop(name, None)
    home.env[variable] = str(pipe)
    developer.error(f"{pipe} is neither a file nor a directory", f"{variable}: ", f"run: unset {variable}")


def test_certificates_of_the_profile_in_a_pipe(developer, home, pipe):
    home.env.pop("AWS_CA_BUNDLE", None)
    home.write(".aws/config", f"[default]\nca_bundle = {pipe}\n")
    developer.error("~/.aws/config line 2: ", f"{pipe} is neither a file nor a directory. Correct ca_bundle")


@pytest.mark.parametrize("variable", ["OPENSSL_CONF", "SSLKEYLOGFILE"])
def test_another_file_that_a_library_opens(home, installed, repository, pipe, tmp_path, variable):
    """The lookup ends, whether the library opens it or not."""
    folder = tmp_path / "authority"
    folder.mkdir()
    authority = CertificateAuthority(folder)
    for name in [name for name in home.env if name.lower().endswith("_proxy")]:
        del home.env[name]
    home.env |= {variable: str(pipe), "AWS_CA_BUNDLE": str(authority.ca_file)}
    answer = (200, {}, b'{"authorizationToken": "eyJ2ZXIiOjF9.a.b.c.d", "expiration": 4102444800}')
    with recording_server(answer, authority.context_for("localhost")) as server:
        home.env["AWS_ENDPOINT_URL_CODEARTIFACT"] = server.url("localhost")
        result = home.run(installed.keyring, "get", repository.index_url, "aws", timeout=40)
    if result.returncode != 0:
        (line,) = result.stderr.splitlines()
        assert f"Set {variable} to an ordinary file: {pipe} is none" in line
