"""twine, hatch and flit: uploads with nothing but the repository's URL and, where they insist, the user's name."""

from __future__ import annotations

import pytest
from harness.environments import program
from harness.reverse_proxy import reverse_proxy
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture
def upload(configured, measure, recorder, standin, repository, tmp_path):
    """Measures the upload of a new version with a command, to which the file's path is added."""

    def run(client, version, operation, command, limit, cwd=None):
        def attempt(number):
            file = wheel("acme-published", f"{number}.0")
            path = configured.write(f"dist-{number}/{file.filename}", file.content)
            result = configured.run(*command, path).ok()
            # keyring says so of a keyringrc.cfg that it does not like.
            assert "Keyring config file" not in result.output
            assert len(standin.files(repository, "acme-published")) == number

        measure(client, version, operation, attempt, limit)

    return run


def twine():
    return [program("twine", "modules"), "upload", "--non-interactive", "--disable-progress-bar"]


def test_twine(upload, repository):
    upload("twine", "7.0.0", "upload", [*twine(), "--repository-url", repository.publish_url], limit=2)


def test_twine_without_the_final_slash(configured, standin, repository):
    """The address takes no upload, but it is not for want of a password."""
    file = wheel("acme-published")
    path = configured.write(f"dist/{file.filename}", file.content)
    configured.run(*twine(), "--repository-url", repository.publish_url.rstrip("/"), path)
    assert [(request.authenticated, request.status) for request in standin.repository_requests()] == [(True, 404)]


def test_twine_with_the_user_named(upload, repository):
    command = [*twine(), "--repository-url", repository.publish_url, "-u", "aws"]
    upload("twine", "7.0.0", "upload, -u aws", command, limit=1)


def test_twine_by_name(upload, configured, repository):
    """`~/.pypirc` as it stays when its old password is taken out."""
    configured.write(".pypirc", f"[distutils]\nindex-servers = acme\n[acme]\nrepository = {repository.publish_url}\n")
    upload("twine", "7.0.0", "upload -r, .pypirc", [*twine(), "-r", "acme"], limit=2)


def test_twine_to_another_host(configured, recorder, standin):
    file = wheel("acme-published")
    path = configured.write(f"dist/{file.filename}", file.content)
    url = standin.alias("packages.example", "repository") + "/pypi/internal/"
    result = configured.run(*twine(), "--repository-url", url, path)
    assert result.returncode != 0
    assert "Credential not found for username" in result.output
    assert (recorder.calls, standin.mint_count) == ([], 0)


def test_hatch(upload, configured, standin, repository):
    """Through a reverse proxy, since it takes no notice of HTTPS_PROXY."""
    with reverse_proxy(standin, repository, configured) as url:
        upload(
            "hatch",
            "1.18.2",
            "publish, -u aws",
            [program("hatch", "modules"), "publish", "-n", "-r", url, "-u", "aws"],
            1,
        )


def test_hatch_with_the_user_in_pypirc(upload, configured, standin, repository):
    with reverse_proxy(standin, repository, configured) as url:
        configured.write(".pypirc", f"[acme]\nrepository = {url}\nusername = aws\n")
        upload("hatch", "1.18.2", "publish, .pypirc", [program("hatch", "modules"), "publish", "-n", "-r", url], 1)


def test_hatch_insists_on_a_user(configured, recorder, repository):
    file = wheel("acme-published")
    path = configured.write(f"dist/{file.filename}", file.content)
    result = configured.run(program("hatch", "modules"), "publish", "-n", "-r", repository.publish_url, path)
    assert result.returncode != 0
    assert "Missing required option: user" in result.output
    assert recorder.calls == []


@pytest.mark.parametrize("named", ["FLIT_USERNAME", ".pypirc"])
def test_flit(configured, measure, recorder, standin, repository, tmp_path, named):
    """It asks for two kinds of API token first: an answer to either would be sent under the name `__token__`."""
    project = tmp_path / "library"
    project.mkdir()
    user = ""
    if named == "FLIT_USERNAME":
        configured.env["FLIT_USERNAME"] = "aws"
    else:
        user = "username = aws\n"
    configured.write(
        ".pypirc", f"[distutils]\nindex-servers = acme\n[acme]\nrepository = {repository.publish_url}\n{user}"
    )

    def publish(attempt):
        (project / "acme_published.py").write_text(f'"""Published."""\n__version__ = "{attempt}.0"\n')
        (project / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
            '[project]\nname = "acme-published"\ndynamic = ["version", "description"]\n'
        )
        flit = program("flit", "modules")
        configured.run(flit, "publish", "--format", "wheel", "--repository", "acme", cwd=project).ok()
        assert len(standin.files(repository, "acme-published")) == attempt

    measure("flit", "4.2.0", f"publish, user in {named}", publish, limit=1)
    assert recorder.about_others(repository.host) == []
