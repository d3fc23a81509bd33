"""Poetry with nothing but a plain source URL in pyproject.toml."""

from __future__ import annotations

import shutil

import pytest
from harness.environments import program
from harness.project import ALL_EIGHT, poetry_application, poetry_library
from standin import GET_TOKEN, wheel

CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
BOTH_SOURCES = '\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n'


@pytest.fixture
def poetry(configured):
    """Runs Poetry as the configured user."""
    configured.env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"

    def run(*arguments, cwd):
        return configured.run(program("poetry"), *arguments, "--no-interaction", cwd=cwd, timeout=240)

    run.home = configured
    return run


def forget_downloads(poetry, project):
    """Makes the next install a cold one."""
    shutil.rmtree(project / ".venv", ignore_errors=True)
    shutil.rmtree(poetry.home.directory / ".cache" / "pypoetry", ignore_errors=True)


def test_publish_add_lock_and_install_take_one_token(poetry, standin, repository, tmp_path):
    library = poetry_library(tmp_path / "library", "acme-published")
    poetry("config", "repositories.artifact", repository.publish_url, cwd=library).ok()
    poetry("publish", "--build", "-r", "artifact", cwd=library).ok()
    assert len(standin.files(repository, "acme-published")) == 2, "the wheel and the source distribution"

    project = poetry_application(tmp_path / "application", repository)
    poetry("add", "acme-published", cwd=project).ok()
    shown = poetry.home.run(project / ".venv/bin/python", "-c", "import acme_published; print(acme_published.ORIGIN)")
    assert shown.ok().stdout == "published\n"

    eight = poetry_application(tmp_path / "eight", repository, ALL_EIGHT)
    poetry("lock", cwd=eight).ok()
    forget_downloads(poetry, eight)
    poetry("install", cwd=eight).ok()
    shown = poetry.home.run(eight / ".venv/bin/python", "-c", "import acme_one, acme_eight; print(acme_eight.ORIGIN)")
    assert shown.ok().stdout == "private\n"
    assert standin.mint_count == 1

    forget_downloads(poetry, eight)
    poetry("install", cwd=eight).ok()
    poetry("lock", cwd=eight).ok()
    assert standin.mint_count == 1, "a second run needs no new token"
    assert standin.unauthorized_count == 0


def test_a_cold_install_of_eight_packages_takes_one_token(poetry, standin, repository, kernel, tmp_path):
    """The threads of the installer ask at once, on a cold cache."""
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    poetry("lock", cwd=project).ok()
    assert standin.mint_count == 1
    kernel.clear()
    shutil.rmtree(poetry.home.runtime / "codeartifact-keyring", ignore_errors=True)
    forget_downloads(poetry, project)
    standin.faults.mint_delay = 0.7
    poetry("install", cwd=project).ok()
    assert standin.mint_count == 2


def test_publish_finds_the_url_of_a_source(poetry, standin, repository, tmp_path):
    library = poetry_library(tmp_path / "library", "acme-published")
    poetry.home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.publish_url
    poetry("publish", "--build", "-r", "artifact", cwd=library).ok()
    assert (len(standin.files(repository, "acme-published")), standin.mint_count) == (2, 1)


def test_a_role_behind_a_profile(poetry, standin, repository, user, tmp_path):
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, external_id="x-1")
    poetry.home.write(
        ".aws/config",
        "[profile base]\nregion = us-east-1\n[profile dev]\nregion = us-east-1\nsource_profile = base\n"
        f"role_arn = {role.arn}\nexternal_id = x-1\n",
    )
    keys = "".join(f"{key.lower()} = {value}\n" for key, value in user.environment().items())
    poetry.home.write(".aws/credentials", f"[base]\n{keys}")
    poetry.home.sign_out()
    poetry.home.env["AWS_PROFILE"] = "dev"
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)
    poetry("lock", cwd=project).ok()
    assert [mint.caller.rsplit("/", 1)[0] for mint in standin.mints] == [
        "arn:aws:sts::111122223333:assumed-role/reader"
    ]


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
@pytest.mark.parametrize("command", ["lock", "add", "install"])
def test_a_failure_stops_poetry_before_it_falls_through(
    poetry, standin, repository, tmp_path, break_it, expected, command
):
    """A public package of the same name must not come in through the other source."""
    standin.public_index.index.add(wheel("acme-one", "9.0.0", origin="public"))
    project = poetry_application(
        tmp_path / "application", repository, () if command == "add" else ["acme-one"], more=BOTH_SOURCES
    )
    break_it(poetry.home, standin)
    result = poetry(command, *(["acme-one"] if command == "add" else []), cwd=project)
    assert result.returncode == 1
    assert expected in result.output
    assert standin.repository_requests() == []
    assert standin.mint_count == 0
    lock = project / "poetry.lock"
    assert not lock.exists() or "9.0.0" not in lock.read_text()
    assert not list(project.glob(".venv/lib/*/site-packages/acme_one*"))


def test_a_failure_stops_publish(poetry, standin, repository, tmp_path):
    library = poetry_library(tmp_path / "library", "acme-published")
    poetry.home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.publish_url
    poetry.home.sign_out()
    result = poetry("publish", "--build", "-r", "artifact", cwd=library)
    assert result.returncode == 1
    assert "No AWS credentials found" in result.output
    assert standin.repository_requests() == []


def test_lookups_for_the_public_index_are_not_ours(poetry, standin, repository, tmp_path):
    standin.public_index.index.add(wheel("public-one", origin="public"))
    project = poetry_application(
        tmp_path / "application", repository, ["public-one"], priority="explicit", more=BOTH_SOURCES
    )
    poetry("lock", cwd=project).ok()
    assert standin.mint_count == 0
    assert standin.repository_requests() == []
