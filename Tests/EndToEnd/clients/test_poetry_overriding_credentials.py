"""What takes precedence in Poetry: settings and old passwords for which it never asks, or ignores the answer.

These tests say what happens, version by version; none of it can be changed from within a keyring backend, so it is for
`doctor` to find. That a test of this file fails means that Poetry, or this program, does better now.
"""

from __future__ import annotations

import pytest
from harness.poetry import newest
from harness.project import built_poetry_library, poetry_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

OLD = "password-of-last-week"
REFUSED = "Source (artifact): Authorization error accessing"
AUTH_TOML = ".config/pypoetry/auth.toml"


@pytest.fixture
def lock(poetry, repository, tmp_path):
    """Locks a project with one private package."""

    def run(**more):
        return poetry("lock", cwd=poetry_application(tmp_path / "application", repository, ["acme-one"], **more))

    run.written = lambda: (tmp_path / "application/poetry.lock").read_text()

    return run


def old_password_in_auth_toml(poetry, repository):
    poetry.home.write(AUTH_TOML, f'[http-basic.artifact]\nusername = "aws"\npassword = "{OLD}"\n')


def only_a_password_in_the_environment(poetry, repository):
    poetry.home.env["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD"] = OLD


def keyring_disabled(poetry, repository):
    poetry.home.write(".config/pypoetry/config.toml", "[keyring]\nenabled = false\n")


def null_keyring_in_the_environment(poetry, repository):
    poetry.home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.mark.parametrize(
    "obstacle",
    [
        old_password_in_auth_toml,
        only_a_password_in_the_environment,
        keyring_disabled,
        null_keyring_in_the_environment,
    ],
)
def test_poetry_never_asks(poetry, lock, recorder, repository, obstacle):
    obstacle(poetry, repository)
    result = lock()
    assert result.returncode == 1
    assert REFUSED in result.output
    assert recorder.calls == []


def test_a_user_in_the_url_of_a_source_is_all_that_poetry_sends(lock, recorder, repository):
    result = lock(url=repository.index_url.replace("https://", "https://aws@"))
    assert (result.returncode, recorder.calls) == (1, [])
    assert REFUSED in result.output


def test_netrc_takes_precedence_over_any_keyring_before_poetry_2_5(poetry, lock, recorder, repository):
    poetry.home.write(".netrc", f"machine {repository.host} login aws password {OLD}\n")
    result = lock()
    assert recorder.count == 1
    if poetry.version == "2.5.1":
        result.ok()
    else:
        assert result.returncode == 1
        assert REFUSED in result.output


@newest
def test_the_backend_named_in_the_environment_is_not_found(poetry, lock, recorder):
    """The variable stands for the whole of keyringrc.cfg: the folder that this names is not looked into."""
    poetry.home.env["PYTHON_KEYRING_BACKEND"] = "codeartifact_keyring.backend.Keyring"
    result = lock()
    assert (result.returncode, recorder.calls) == (1, [])
    assert "No module named 'codeartifact_keyring'" in result.output


def test_an_api_token_under_the_name_of_a_repository_is_what_publish_sends(
    poetry, recorder, standin, repository, tmp_path
):
    poetry.home.write(AUTH_TOML, f'[pypi-token]\nartifact = "{OLD}"\n')
    poetry.home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.publish_url
    result = poetry("publish", "-r", "artifact", cwd=built_poetry_library(tmp_path / "library", "acme-published"))
    assert (result.returncode, recorder.calls) == (1, [])
    assert "HTTP Error 401" in result.output


def test_an_old_password_lets_a_public_package_in(poetry, lock, standin, repository):
    """Poetry takes the repository that refused it for an empty one; `priority = "explicit"` keeps the package private."""
    standin.public_index.index.add(wheel("acme-one", "9.0.0", origin="public"))
    old_password_in_auth_toml(poetry, repository)
    result = lock(more='\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n').ok()
    assert REFUSED in result.output
    assert 'version = "9.0.0"' in lock.written()


# And what seems to take precedence, and does not.


def only_a_user_in_the_environment(poetry):
    poetry.home.env["POETRY_HTTP_BASIC_ARTIFACT_USERNAME"] = "aws"


def only_a_user_in_auth_toml(poetry):
    """As `poetry config http-basic.artifact aws ""` leaves it where there is no keyring."""
    poetry.home.write(AUTH_TOML, '[http-basic.artifact]\nusername = "aws"\npassword = ""\n')


@pytest.mark.parametrize("setting", [only_a_user_in_the_environment, only_a_user_in_auth_toml])
def test_a_user_without_a_password_is_asked_for(poetry, lock, recorder, standin, setting):
    setting(poetry)
    lock().ok()
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)
