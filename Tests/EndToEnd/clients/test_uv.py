"""uv with nothing but an index URL: `authenticate = "always"`, or the user's name in it."""

from __future__ import annotations

import shutil

import pytest
from harness.environments import program, python
from harness.packages import backend, source_distribution
from harness.project import ALL_EIGHT, uv_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

VERSION = "0.13.9"


@pytest.fixture
def uv(configured):
    """Runs uv as the configured user, with no cache from another run."""
    configured.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}

    def run(*arguments, cwd):
        shutil.rmtree(configured.directory / ".cache" / "uv", ignore_errors=True)
        return configured.run(program("uv"), *arguments, cwd=cwd)

    run.home = configured
    return run


def with_user(url):
    return url.replace("https://", "https://aws@")


def rewrite(project, old, new):
    path = project / "pyproject.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def imported(uv, project, module="acme_eight"):
    code = f"import {module}; print({module}.ORIGIN)"
    return uv.home.run(project / ".venv/bin/python", "-c", code).ok().stdout.strip()


def fresh(uv, command, project):
    """The command on the project as it was checked out."""
    for name in ("uv.lock", ".venv"):
        uv.home.run("rm", "-rf", project / name)
    return uv(command, cwd=project)


FORMS = {
    "always": lambda project, url: None,
    "always, no final slash": lambda project, url: rewrite(project, url, url.rstrip("/")),
    "aws@": lambda project, url: rewrite(project, url, with_user(url)),
    "aws@, no final slash": lambda project, url: rewrite(project, url, with_user(url.rstrip("/"))),
}


@pytest.mark.parametrize("form", FORMS)
def test_lock_and_sync(uv, measure, recorder, standin, repository, tmp_path, form):
    always = "always" if form.startswith("always") else None
    project = uv_application(tmp_path / "application", repository, authenticate=always)
    FORMS[form](project, repository.index_url)

    def sync(_):
        fresh(uv, "sync", project).ok()
        assert imported(uv, project) == "private"

    measure("uv", VERSION, f"lock and sync, {form}", sync, limit=1)
    assert recorder.about_others(repository.host) == []
    # With a user in the URL uv tries without the token first.
    assert (standin.unauthorized_count == 0) == (form.startswith("always"))


@pytest.mark.parametrize("command", ["lock", "sync"])
def test_one_step(uv, measure, repository, tmp_path, command):
    project = uv_application(tmp_path / "application", repository)
    measure("uv", VERSION, command, lambda _: fresh(uv, command, project).ok(), limit=1)


def test_pip_install(uv, measure, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository)

    def install(_):
        uv.home.run("rm", "-rf", project / ".venv")
        uv("venv", cwd=project).ok()
        # UV_PYTHON would be the environment that is installed into.
        uv("pip", "install", "--python", project / ".venv", *ALL_EIGHT, cwd=project).ok()
        assert imported(uv, project) == "private"

    measure("uv", VERSION, "pip install 8", install, limit=1)


def test_pip_install_with_an_option(uv, measure, repository, tmp_path):
    def install(attempt):
        options = ["--index-url", with_user(repository.index_url), "--target", tmp_path / f"target-{attempt}"]
        uv("pip", "install", *options, *ALL_EIGHT, cwd=tmp_path).ok()

    measure("uv", VERSION, "pip install 8, --index-url aws@", install, limit=1)


def test_a_source_distribution_whose_backend_is_private(uv, measure, standin, repository, tmp_path):
    standin.seed(repository, [backend(), source_distribution("acme-source")])
    project = uv_application(tmp_path / "application", repository, ["acme-source"])

    def sync(_):
        fresh(uv, "sync", project).ok()
        assert imported(uv, project, "acme_source") == "built"

    measure("uv", VERSION, "sync sdist, private backend", sync, limit=1)


def test_several_indexes_take_one_token(uv, measure, standin, repository, tmp_path):
    """Four repositories of a domain, asked at once: a process for each, a mint for all."""
    others = [standin.add_repository(repository.domain, name) for name in ("team", "tools", "legacy")]
    project = uv_application(tmp_path / "application", repository, ["acme-one"])
    names = ["acme-one"]
    for other in others:
        name = f"acme-{other.name}"
        standin.seed(other, [wheel(name)])
        names.append(name)
        with (project / "pyproject.toml").open("a") as file:
            file.write(
                f'[[tool.uv.index]]\nname = "{other.name}"\nurl = "{other.index_url}"\nauthenticate = "always"\n'
                f'[tool.uv.sources."{name}"]\nindex = "{other.name}"\n'
            )
    rewrite(project, '["acme-one"]', str(names).replace("'", '"'))
    standin.faults.mint_delay = 0.5
    measure("uv", VERSION, "sync, 4 indexes", lambda _: fresh(uv, "sync", project).ok(), limit=4)


@pytest.mark.parametrize("named", ["variable", "option", "url"])
def test_publish(uv, measure, recorder, standin, repository, tmp_path, named):
    url = repository.publish_url if named != "url" else with_user(repository.publish_url)
    options = ["--username", "aws"] if named == "option" else []
    if named == "variable":
        uv.home.env["UV_PUBLISH_USERNAME"] = "aws"

    def publish(attempt):
        file = wheel("acme-published", f"{attempt}.0")
        path = uv.home.write(f"dist-{attempt}/{file.filename}", file.content)
        uv("publish", "--publish-url", url, *options, path, cwd=tmp_path).ok()
        assert len(standin.files(repository, "acme-published")) == attempt

    measure("uv", VERSION, f"publish, user in {named}", publish, limit=1)
    assert recorder.about_others(repository.host) == []


def test_publish_by_the_name_of_an_index(uv, measure, standin, repository, tmp_path):
    """The variables of the index give the user; before it uploads uv asks the index what is there already."""
    project = uv_application(tmp_path / "application", repository)
    rewrite(project, "default = true", f'publish-url = "{repository.publish_url}"')
    uv.home.env["UV_INDEX_ARTIFACT_USERNAME"] = "aws"

    def publish(attempt):
        file = wheel("acme-published", f"{attempt}.0")
        path = uv.home.write(f"dist-{attempt}/{file.filename}", file.content)
        uv("publish", "--index", "artifact", path, cwd=project).ok()
        assert len(standin.files(repository, "acme-published")) == attempt

    measure("uv", VERSION, "publish --index", publish, limit=2)


def test_publish_without_a_user_does_not_ask(uv, recorder, standin, repository, tmp_path):
    file = wheel("acme-published")
    path = uv.home.write(f"dist/{file.filename}", file.content)
    result = uv("publish", "--publish-url", repository.publish_url, path, cwd=tmp_path)
    assert result.returncode != 0
    assert "Missing credentials" in result.output
    assert recorder.calls == []


def test_without_a_user_or_always_uv_does_not_ask(uv, recorder, repository, tmp_path):
    project = uv_application(tmp_path / "application", repository, authenticate=None)
    result = uv("lock", cwd=project)
    assert result.returncode != 0
    assert "401 Unauthorized" in result.output
    assert recorder.calls == []


def test_a_public_package(uv, recorder, standin, tmp_path):
    standin.public_index.index.add(wheel("public-one", origin="public"))
    uv("pip", "install", "--target", tmp_path / "target", "public-one", cwd=tmp_path).ok()
    assert recorder.calls == []


def test_public_packages_beside_private_ones(uv, measure, recorder, standin, repository, tmp_path):
    """The public index is another host, and no request for it is made."""
    standin.public_index.index.add(wheel("public-one", origin="public"))
    project = uv_application(tmp_path / "application", repository, ["acme-one", "public-one"])
    rewrite(project, "default = true\n", "explicit = true\n")
    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.uv.sources]\nacme-one = { index = "artifact" }\n')
    measure("uv", VERSION, "sync, with public packages", lambda _: fresh(uv, "sync", project).ok(), limit=1)
    assert recorder.about_others(repository.host) == []
