"""A token that becomes invalid before it expires: what Poetry shows, and what helps.

Poetry takes a credential once for each run and does not ask again after a refusal, so nothing can be done within the
run; the backend can only return no token that is about to expire, and remove one when it is asked to.
"""

from __future__ import annotations

import pytest
from harness.poetry import newest
from harness.project import poetry_application

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def refresh(poetry, installed):
    """The command that helps."""

    def run(repository):
        # It prints a token: to nobody here.
        command = f'"{installed.program}" token --refresh "{repository.index_url}" >/dev/null'
        poetry.home.run("sh", "-c", command).ok()

    return run


@pytest.fixture
def project(repository, tmp_path):
    return poetry_application(tmp_path / "application", repository, ["acme-one"])


def test_a_token_that_was_revoked(poetry, standin, repository, project, recorder, refresh):
    refresh(repository)
    standin.tokens.revoke_all()
    refused = poetry("lock", cwd=project)
    assert refused.returncode == 1
    assert "Source (artifact): Authorization error accessing" in refused.output
    assert (recorder.count, standin.mint_count) == (1, 1), "Poetry does not ask again"
    refresh(repository)
    poetry("lock", cwd=project).ok()
    assert (recorder.count, standin.mint_count) == (2, 2)


@newest
def test_a_repository_that_answers_not_found_for_a_bad_token(poetry, standin, repository, project, refresh):
    """As CodeArtifact is said to do: Poetry then takes the package for one that does not exist."""
    standin.faults.unauthorized_status = 404
    refresh(repository)
    standin.tokens.revoke_all()
    refused = poetry("lock", cwd=project)
    assert refused.returncode == 1
    assert "acme-one (*) which doesn't match any versions" in refused.output
    assert "Authorization" not in refused.output


def test_a_token_that_ends_in_the_middle_of_an_install(poetry, standin, locked, recorder, refresh):
    def end_the_token(_):
        # Of sixteen requests, for eight pages and eight files.
        if len(standin.repository_requests()) == 5:
            standin.tokens.revoke_all()

    standin.on_event = end_the_token
    broken = poetry("install", cwd=locked.directory)
    assert broken.returncode == 1
    # A page that is refused, or a file.
    assert "Authorization error accessing" in broken.output or "401 Client Error" in broken.output
    assert (recorder.count, standin.mint_count) == (1, 1), "Poetry does not ask again"
    # The next run goes on with what is left.
    refresh(locked.repository)
    poetry("install", cwd=locked.directory).ok()
    assert poetry.origin(locked.directory, "acme_eight") == "private"
