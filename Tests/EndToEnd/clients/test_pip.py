"""pip with nothing but an index URL, in the versions that people have."""

from __future__ import annotations

import pytest
from harness.environments import program, python
from harness.packages import backend, source_distribution
from harness.pip_versions import NEWEST, VERSIONS, pip, too_new_a_python, url_for, with_user
from harness.project import ALL_EIGHT
from standin import sdist, wheel

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.fixture(autouse=True)
def without_the_weekly_check(home):
    """Once a week pip looks for a newer pip, with a session of its own that asks for itself."""
    home.env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"


@pytest.fixture
def origin(home):
    """Where an installed module says it came from."""

    def ask(folder, module="acme_eight"):
        code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {module} as m; print(m.ORIGIN)"
        return home.run(python(), "-c", code).ok().stdout.strip()

    return ask


@pytest.mark.parametrize("version", VERSIONS)
def test_an_install(configured, measure, recorder, origin, repository, tmp_path, version):
    """The URL is in pip.conf, where `pip config` puts it beside what `configure` wrote."""
    configured.run(pip(version), "config", "--user", "set", "global.index-url", url_for(version, repository)).ok()

    def install(attempt):
        target = tmp_path / f"target-{attempt}"
        configured.run(pip(version), "install", "--no-input", "--target", target, *ALL_EIGHT).ok()
        assert origin(target) == "private"

    measure("pip", version, "install 8", install, limit=1)
    assert recorder.about_others(repository.host) == []


def test_the_weekly_check_for_a_newer_pip(configured, measure, standin, repository, tmp_path):
    del configured.env["PIP_DISABLE_PIP_VERSION_CHECK"]
    standin.seed(repository, [wheel("pip", "99.0")])

    def install(attempt):
        options = ["--index-url", repository.index_url, "--target", tmp_path / f"target-{attempt}"]
        assert "99.0" in configured.run(pip(NEWEST), "install", *options, "acme-one").ok().output
        configured.run("rm", "-rf", ".cache/pip/selfcheck")

    measure("pip", NEWEST, "install, weekly check", install, limit=2)


def test_the_user_in_the_url_does_no_harm(configured, measure, repository, tmp_path):
    def install(attempt):
        target = ["--target", tmp_path / f"target-{attempt}"]
        configured.run(pip(NEWEST), "install", "--index-url", with_user(repository.index_url), *target, "acme-one").ok()

    measure("pip", NEWEST, "install, aws@", install, limit=1)


def test_without_the_final_slash(configured, measure, repository, tmp_path):
    def install(attempt):
        target = ["--target", tmp_path / f"target-{attempt}"]
        configured.run(
            pip(NEWEST), "install", "--index-url", repository.index_url.rstrip("/"), *target, "acme-one"
        ).ok()

    measure("pip", NEWEST, "install, no final slash", install, limit=1)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_source_distribution_whose_backend_is_private(
    configured, measure, origin, standin, repository, tmp_path, version
):
    """The pip that gets the backend is another process, which knows only files and variables."""
    standin.seed(repository, [backend(), source_distribution("acme-source")])
    configured.env["PIP_INDEX_URL"] = url_for(version, repository)

    def install(attempt):
        target = tmp_path / f"target-{attempt}"
        # No cache: a wheel that was built once is not built again.
        configured.run(pip(version), "install", "--no-cache-dir", "--target", target, "acme-source").ok()
        assert origin(target, "acme_source") == "built"

    measure("pip", version, "install sdist, private backend", install, limit=2)


def test_a_backend_in_the_tree(configured, origin, standin, repository, tmp_path):
    standin.seed(repository, [sdist("acme-source")])
    configured.env["PIP_INDEX_URL"] = repository.index_url
    configured.run(pip(NEWEST), "install", "--target", tmp_path / "target", "acme-source").ok()
    assert origin(tmp_path / "target", "acme_source") == "sdist"
    assert standin.mint_count == 1


def test_the_import_provider(configured, measure, recorder, origin, repository, tmp_path):
    """Python's keyring in pip's own environment, and the backend in it."""

    def install(attempt):
        target = tmp_path / f"target-{attempt}"
        options = ["--keyring-provider", "import", "--index-url", repository.index_url, "--target", target]
        configured.run(python("modules"), "-m", "pip", "install", "--no-input", *options, *ALL_EIGHT).ok()
        assert origin(target) == "private"

    measure("pip", NEWEST, "install 8, import", install, limit=1)
    assert recorder.about_others(repository.host) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_public_package(configured, recorder, standin, tmp_path, version):
    """The public index asks for no password, so nobody is started."""
    standin.public_index.index.add(wheel("public-one", origin="public"))
    configured.run(pip(version), "install", "--target", tmp_path / "target", "public-one").ok()
    assert recorder.calls == []


@pytest.mark.parametrize("provider", ["subprocess", "import"])
def test_an_index_of_another_host(configured, recorder, standin, tmp_path, provider):
    """Its 401 makes pip ask for it, by URL and by host: there is no answer, no mint, and nothing is said.

    Where pip imports keyring, the backend recognizes the service without starting anything.
    """
    url = standin.alias("packages.example", "repository") + "/pypi/internal/simple/"
    options = ["--no-input", "--keyring-provider", provider, "--index-url", url, "--target", tmp_path / "target"]
    result = configured.run(program("pip", "modules"), "install", *options, "somebodys")
    assert result.returncode == 1
    assert {call.service for call in recorder.calls} == (
        {url, "packages.example"} if provider == "subprocess" else set()
    )
    assert standin.mint_count == 0
    assert "codeartifact-keyring" not in result.output


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != NEWEST])
def test_without_a_user_an_older_pip_does_not_ask(configured, recorder, repository, tmp_path, version):
    options = ["--no-input", "--index-url", repository.index_url, "--target", tmp_path / "target"]
    result = configured.run(pip(version), "install", *options, "acme-one")
    assert result.returncode == 1
    assert "No matching distribution found for acme-one" in result.output
    assert recorder.calls == []


@too_new_a_python
@pytest.mark.parametrize("url", [str, with_user], ids=["plain", "aws@"])
def test_pip_23_0_asks_a_keyring_beside_it(configured, measure, repository, tmp_path, url):
    def install(attempt):
        options = ["--index-url", url(repository.index_url), "--target", tmp_path / f"target-{attempt}"]
        configured.run(program("pip", "pip-23.0"), "install", *options, "acme-one").ok()

    measure("pip", "23.0.1", "install, keyring beside it" + (", aws@" if url is with_user else ""), install, limit=1)


@too_new_a_python
def test_pip_23_0_alone_does_not_ask(configured, recorder, repository, tmp_path):
    """With --no-input: it has no `subprocess` provider yet, and does not know the setting."""
    configured.write("hiding/keyring.py", "raise ImportError\n")
    configured.env["PYTHONPATH"] = str(configured.directory / "hiding")
    options = ["--no-input", "--index-url", with_user(repository.index_url), "--target", tmp_path / "target"]
    result = configured.run(program("pip", "pip-23.0"), "install", *options, "acme-one")
    assert result.returncode == 1
    assert "No matching distribution found for acme-one" in result.output
    assert recorder.calls == []


@too_new_a_python
def test_pip_23_0_alone_runs_the_command(configured, measure, repository, tmp_path):
    """As Debian 12 has it, where it may ask a person, who is not there."""
    configured.write("hiding/keyring.py", "raise ImportError\n")
    configured.env["PYTHONPATH"] = str(configured.directory / "hiding")

    def install(attempt):
        options = ["--index-url", with_user(repository.index_url), "--target", tmp_path / f"target-{attempt}"]
        configured.run(program("pip", "pip-23.0"), "install", *options, "acme-one").ok()

    measure("pip", "23.0.1", "install, aws@, without --no-input", install, limit=1)
