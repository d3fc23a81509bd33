"""`poetry publish`: every place in which the URL of a repository may stand."""

from __future__ import annotations

import pytest
from harness.poetry import newest
from harness.project import built_poetry_library

pytestmark = pytest.mark.usefixtures("no_leaks")


def user_configuration(poetry, library, url):
    poetry.home.write(".config/pypoetry/config.toml", f'[repositories.artifact]\nurl = "{url}"\n')


def poetry_toml(poetry, library, url):
    (library / "poetry.toml").write_text(f'[repositories.artifact]\nurl = "{url}"\n')


def environment(poetry, library, url):
    poetry.home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = url


def source(poetry, library, url):
    with (library / "pyproject.toml").open("a") as file:
        file.write(f'\n[[tool.poetry.source]]\nname = "artifact"\nurl = "{url}"\npriority = "explicit"\n')


@pytest.fixture
def library(tmp_path):
    return built_poetry_library(tmp_path / "library", "acme-published")


@pytest.fixture
def publish(poetry, library, recorder):
    """Publishes, whatever the result; one process asks for the token."""

    def run(place, url, *options):
        place(poetry, library, url)
        result = poetry("publish", "-r", "artifact", *options, cwd=library)
        assert recorder.count == 1
        return result

    return run


@pytest.mark.parametrize("place", [user_configuration, poetry_toml, environment, source])
def test_every_place_of_the_url(publish, standin, repository, place):
    publish(place, repository.publish_url).ok()
    assert len(standin.files(repository, "acme-published")) == 2, "the wheel and the source distribution"
    assert (standin.mint_count, standin.unauthorized_count) == (1, 0)


def test_a_user_in_the_url(publish, standin, repository):
    """Where Poetry publishes it keeps the URL as it is, and asks with the user in it."""
    publish(environment, repository.publish_url.replace("https://", "https://aws@")).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.mint_count == 1


def test_a_user_in_the_settings(poetry, publish, standin, repository):
    """Then Poetry asks by name before it asks by URL, and for `__token__` before that."""
    poetry.home.env["POETRY_HTTP_BASIC_ARTIFACT_USERNAME"] = "aws"
    publish(environment, repository.publish_url).ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.mint_count == 1


@newest
def test_a_user_as_an_option(publish, standin, repository):
    """Without a password beside it Poetry takes no notice of it."""
    publish(environment, repository.publish_url, "--username", "aws").ok()
    assert len(standin.files(repository, "acme-published")) == 2
    assert standin.mint_count == 1


@newest
@pytest.mark.parametrize(("ending", "status"), [("", 404), ("/simple/", 405)], ids=["no slash", "the index"])
def test_a_url_that_takes_no_uploads_is_sent_the_token_all_the_same(publish, standin, repository, ending, status):
    """A slip in the URL is told as what it is, not as a missing credential."""
    result = publish(source, repository.publish_url.rstrip("/") + ending)
    assert result.returncode == 1
    assert f"HTTP Error {status}" in result.output
    (request,) = standin.repository_requests()
    assert (request.method, request.authenticated, request.status) == ("POST", True, status)


@newest
def test_a_repository_that_is_not_defined(poetry, library, recorder, standin):
    result = poetry("publish", "-r", "artifact", cwd=library)
    assert "Repository artifact is not defined" in result.output
    assert (result.returncode, recorder.calls, standin.connections) == (1, [], [])
