"""What people do with Poetry, with nothing but a plain source URL: one token, one process to ask for it."""

from __future__ import annotations

import pytest
from harness.aws_files import write_config, write_keys
from harness.poetry import newest
from harness.project import ALL_EIGHT, poetry_application, poetry_library

pytestmark = pytest.mark.usefixtures("no_leaks")

# Poetry asks from every thread and for every file; within one process the backend starts the program once.
AT_MOST = 1


@pytest.fixture
def measured(poetry, measure, recorder):
    """Measures an operation, which may ask about nothing but the repository."""

    def run(operation, task, repository):
        measure("poetry", poetry.version, operation, task, limit=AT_MOST)
        assert recorder.about_others(repository.host) == []

    return run


def test_lock(poetry, measured, standin, repository, tmp_path):
    project = poetry_application(tmp_path / "application", repository, ALL_EIGHT)

    def lock(attempt):
        poetry.forget_downloads(project)
        (project / "poetry.lock").unlink(missing_ok=True)
        poetry("lock", "-vvv", cwd=project).ok()
        assert (project / "poetry.lock").read_text().count(repository.host) == len(ALL_EIGHT)

    measured("lock", lock, repository)
    assert standin.unauthorized_count == 0


def test_install_with_all_threads(poetry, measured, standin, locked):
    """The threads of the installer ask at once, while AWS takes its time."""
    standin.faults.mint_delay = 0.7

    def install(attempt):
        poetry.forget_downloads(locked.directory)
        poetry("install", "-vvv", cwd=locked.directory).ok()
        assert poetry.origin(locked.directory, "acme_eight") == "private"

    measured("install", install, locked.repository)
    assert standin.unauthorized_count == 0


def test_add(poetry, measured, repository, tmp_path):
    project = poetry_application(tmp_path / "application", repository)

    def add(attempt):
        poetry("add", ALL_EIGHT[attempt], cwd=project).ok()
        assert poetry.origin(project, ALL_EIGHT[attempt].replace("-", "_")) == "private"

    measured("add", add, repository)


def test_show_latest(poetry, measured, standin, locked):
    def show(attempt):
        shown = poetry("show", "--latest", "--all", cwd=locked.directory).ok()
        assert all(name in shown.stdout for name in ALL_EIGHT)

    measured("show --latest", show, locked.repository)
    assert standin.unauthorized_count == 0


def test_publish(poetry, measured, standin, repository, tmp_path):
    poetry("config", "repositories.artifact", repository.publish_url, cwd=tmp_path).ok()

    def publish(attempt):
        name = f"acme-published-{attempt}"
        library = poetry_library(tmp_path / name, name)
        poetry("publish", "--build", "-r", "artifact", "-vvv", cwd=library).ok()
        assert len(standin.files(repository, name)) == 2, "the wheel and the source distribution"

    measured("publish", publish, repository)
    assert standin.unauthorized_count == 0


@newest
def test_what_needs_no_token_asks_for_none(poetry, recorder, locked):
    shown = poetry("source", "show", "artifact", cwd=locked.directory).ok()
    assert locked.repository.index_url in shown.stdout
    assert recorder.calls == []


@newest
def test_a_role_behind_a_profile(poetry, standin, repository, user, tmp_path):
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, external_id="x-1")
    dev = {"source_profile": "base", "role_arn": role.arn, "external_id": "x-1", "region": "us-east-1"}
    write_config(poetry.home, {"base": {"region": "us-east-1"}, "dev": dev})
    write_keys(poetry.home, {"base": user})
    poetry.home.sign_out()
    poetry.home.env["AWS_PROFILE"] = "dev"
    poetry("lock", cwd=poetry_application(tmp_path / "application", repository, ["acme-one"])).ok()
    (mint,) = standin.mints
    assert mint.caller.rsplit("/", 1)[0] == "arn:aws:sts::111122223333:assumed-role/reader"
