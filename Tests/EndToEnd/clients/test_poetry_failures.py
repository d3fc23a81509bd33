"""No token, no request: Poetry stops with the error message, and installs no public package of a private name."""

from __future__ import annotations

import pytest
from harness.aws_files import write_sso_token
from harness.poetry import newest
from harness.project import built_poetry_library, poetry_application
from harness.failure_scenarios import CONTROL_PLANE, Setup
from standin import GET_TOKEN, eight_wheels, wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

EXPIRED = 'AWS SSO session "corp" (profile "dev") has expired. Run: aws sso login --profile dev'
PUBLIC = '\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n'


@pytest.fixture
def expired(poetry, standin, user, repository):
    """The user's AWS sign-in has ended overnight; the public index has packages of the same names, and newer."""
    setup = Setup(poetry.home, standin, user, repository)
    sign_in = setup.sso().sign_in(lifetime=-60)
    sign_in.revoked = True
    write_sso_token(poetry.home, sign_in)
    poetry.home.sign_out()
    poetry.home.env["AWS_PROFILE"] = "dev"
    for distribution in eight_wheels():
        standin.public_index.index.add(wheel(distribution.project, "9.0.0", origin="public"))


def stopped(result, standin, project, line=EXPIRED):
    """Poetry ended with the error message, asked no repository, and installed nothing public."""
    assert result.returncode == 1
    assert line in result.output, result.describe()
    assert standin.repository_requests() == []
    assert standin.mint_count == 0
    lock = project / "poetry.lock"
    assert not lock.exists() or "9.0.0" not in lock.read_text()
    assert not list(project.glob(".venv/lib/*/site-packages/acme_*"))


@pytest.mark.parametrize("words", [["lock"], ["add", "acme-one"]], ids=["lock", "add"])
def test_an_expired_sign_in_stops_the_solver(poetry, expired, standin, repository, recorder, tmp_path, words):
    listed = ["acme-two"] if words == ["lock"] else []
    project = poetry_application(tmp_path / "application", repository, listed, more=PUBLIC)
    result = poetry(*words, cwd=project)
    stopped(result, standin, project)
    assert recorder.count == 1


def test_an_expired_sign_in_stops_the_installer(poetry, locked, expired, standin, recorder):
    """From the lock file: the threads that download ask, all at once."""
    result = poetry("install", cwd=locked.directory)
    stopped(result, standin, locked.directory)
    if poetry.version != "1.8.5":
        assert "cache.py" not in result.output, "a line from each thread, not a stack trace"
    assert recorder.count == 1


def test_an_expired_sign_in_stops_an_upload(poetry, expired, standin, repository, tmp_path):
    library = built_poetry_library(tmp_path / "library", "acme-published")
    poetry.home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.publish_url
    result = poetry("publish", "-r", "artifact", cwd=library)
    stopped(result, standin, library)


def no_credentials(home, standin):
    home.sign_out()


def access_denied(home, standin):
    home.sign_in(standin.iam.add_user("bob", allowed=set()))


def aws_unreachable(home, standin):
    standin.faults.refused_hosts.add(CONTROL_PLANE)


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (no_credentials, "No AWS credentials found"),
        (access_denied, f"not authorized to perform: {GET_TOKEN}"),
        (aws_unreachable, CONTROL_PLANE),
    ],
)
@newest
def test_other_reasons_stop_it_as_well(poetry, standin, repository, tmp_path, break_it, expected):
    project = poetry_application(tmp_path / "application", repository, ["acme-one"], more=PUBLIC)
    break_it(poetry.home, standin)
    stopped(poetry("lock", cwd=project), standin, project, expected)
