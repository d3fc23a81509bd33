"""A token that stops being good while the clock says that it is: what Poetry shows, and what mends it.

Poetry takes a credential once for each run and does not ask again after a refusal, so nothing can be done within the
run; what we can do is never to hand out a token that is about to end, and to forget one when we are told.
"""

from __future__ import annotations

import pytest
from harness.project import poetry_application

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def refresh(poetry, installed, repository):
    """The command that mends it."""
    # It prints a token: to nobody here.
    command = f'"{installed.program}" token --refresh "{repository.index_url}" >/dev/null'
    return lambda: poetry.home.run("sh", "-c", command).ok()


@pytest.fixture
def project(repository, tmp_path):
    return poetry_application(tmp_path / "application", repository, ["acme-one"])


def test_a_token_that_was_revoked(poetry, standin, project, helper, refresh):
    refresh()
    standin.tokens.revoke_all()
    refused = poetry("lock", cwd=project)
    assert refused.returncode == 1
    assert "Source (artifact): Authorization error accessing" in refused.output
    assert (helper.count, standin.mint_count) == (1, 1), "Poetry does not ask again"
    refresh()
    poetry("lock", cwd=project).ok()
    assert (helper.count, standin.mint_count) == (2, 2)


def test_a_repository_that_answers_not_found_for_a_bad_token(poetry, standin, project, refresh):
    """As CodeArtifact is said to do: Poetry then takes the package for one that does not exist."""
    standin.faults.unauthorized_status = 404
    refresh()
    standin.tokens.revoke_all()
    refused = poetry("lock", cwd=project)
    assert refused.returncode == 1
    assert "acme-one (*) which doesn't match any versions" in refused.output
    assert "Authorization" not in refused.output


def test_a_token_that_ends_in_the_middle_of_an_install(poetry, standin, locked, helper):
    # Of eight pages and eight files. An odd number: one page at least was had, and its file is refused.
    standin.faults.authorized_requests = 11
    broken = poetry("install", cwd=locked.directory)
    assert broken.returncode == 1
    assert "401 Client Error: Unauthorized for url" in broken.output
    assert (helper.count, standin.mint_count) == (1, 1)
    # The next run goes on with what is left.
    standin.faults.authorized_requests = None
    poetry("install", cwd=locked.directory).ok()
    assert poetry.origin(locked.directory, "acme_eight") == "private"
