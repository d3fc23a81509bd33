"""What takes precedence over codeartifact-keyring: an old token that a client finds first, another keyring or backend.

Where the client asks nobody, it says 401 and nothing else; then it is for `doctor` to tell.
"""

from __future__ import annotations

import shutil

import pytest
from harness.environments import ROOT, program, python
from harness.pip_versions import NEWEST, VERSIONS, pip, url_for
from harness.project import pdm_application, uv_application
from harness.reverse_proxy import reverse_proxy
from harness.tokens import Redacted
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

NULL = "keyring.backends.null.Keyring"


@pytest.fixture
def old(standin, repository):
    """A token of last week."""
    token = standin.issue_token(repository)
    standin.tokens.revoke_all()
    return Redacted(token)


@pytest.fixture
def client(configured):
    configured.env |= {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PDM_CHECK_UPDATE": "false",
        "UV_PYTHON": str(python()),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return configured


@pytest.fixture
def fails(client, recorder, standin):
    """Runs a command that fails, having asked nobody."""

    def run(*command, cwd=None, shows="401"):
        result = client.run(*command, cwd=cwd)
        assert result.returncode != 0
        assert shows in result.output, result.describe()
        assert (recorder.calls, standin.mint_count) == ([], 0)

    return run


@pytest.fixture
def library(client):
    """A file to be uploaded, one version after the other."""

    def make(version="1.0"):
        file = wheel("acme-published", str(version))
        return client.write(f"dist-{version}/{file.filename}", file.content)

    return make


def with_password(url, password):
    return url.replace("https://", f"https://aws:{password}@")


def netrc(client, repository, password):
    client.write(".netrc", f"machine {repository.host} login aws password {password}\n")


@pytest.fixture
def pdm_project(client, repository, tmp_path):
    def make(url=repository.index_url):
        folder = pdm_application(tmp_path / "pdm", url, ["acme-one"])
        client.run(python(), "-m", "venv", "--without-pip", folder / ".venv").ok()
        return folder

    return make


# --- an old token that the client finds first: it asks nobody -----------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_pip_with_the_token_that_the_aws_cli_wrote(client, fails, repository, tmp_path, old, version):
    """`aws codeartifact login --tool pip` puts it into pip.conf."""
    client.run(
        pip(version), "config", "--user", "set", "global.index-url", with_password(repository.index_url, old)
    ).ok()
    fails(
        pip(version),
        "install",
        "--no-input",
        "--target",
        tmp_path / "target",
        "acme-one",
        shows="Credentials not correct",
    )


def test_twine_with_the_token_that_the_aws_cli_wrote(client, fails, repository, library, old):
    """`aws codeartifact login --tool twine` puts it into .pypirc."""
    client.write(
        ".pypirc",
        "[distutils]\nindex-servers = codeartifact\n[codeartifact]\n"
        f"repository = {repository.publish_url}\nusername: aws\npassword: {old}\n",
    )
    fails(program("twine", "modules"), "upload", "--non-interactive", "-r", "codeartifact", library())


def test_hatch_with_the_token_that_the_aws_cli_wrote(client, fails, standin, repository, library, old):
    with reverse_proxy(standin, repository, client) as url:
        client.write(
            ".pypirc",
            "[distutils]\nindex-servers = codeartifact\n[codeartifact]\n"
            f"repository = {url}\nusername: aws\npassword: {old}\n",
        )
        fails(program("hatch", "modules"), "publish", "-n", "-r", url, library())


def uv_lock(client, fails, repository, tmp_path):
    fails(program("uv"), "lock", cwd=uv_application(tmp_path / "uv", repository, ["acme-one"]))


def test_uv_with_netrc(client, fails, repository, tmp_path, old):
    netrc(client, repository, old)
    uv_lock(client, fails, repository, tmp_path)


def test_uv_with_its_own_store(client, fails, recorder, standin, repository, tmp_path, old):
    uv = program("uv")
    client.run(uv, "auth", "login", "--username", "aws", "--password", "-", repository.index_url, text=f"{old}\n").ok()
    uv_lock(client, fails, repository, tmp_path)
    client.run(uv, "auth", "logout", "--username", "aws", repository.index_url).ok()
    client.run(uv, "lock", cwd=tmp_path / "uv").ok()
    assert standin.mint_count == 1


def test_uv_with_the_token_in_the_url(client, fails, repository, tmp_path, old):
    client.env["UV_DEFAULT_INDEX"] = with_password(repository.index_url, old)
    fails(program("uv"), "pip", "install", "--target", tmp_path / "target", "acme-one")


@pytest.mark.parametrize("variable", ["UV_INDEX_ARTIFACT_PASSWORD", "UV_INDEX_ARTIFACT_USERNAME"])
def test_uv_with_half_a_login(client, fails, recorder, standin, repository, tmp_path, old, variable):
    """A password alone is no login to uv, but keeps it from asking; a user alone makes it ask for that user."""
    if variable.endswith("PASSWORD"):
        client.env[variable] = old
        uv_lock(client, fails, repository, tmp_path)
    else:
        client.env[variable] = "aws"
        client.run(program("uv"), "lock", cwd=uv_application(tmp_path / "uv", repository, ["acme-one"])).ok()
        assert (recorder.count, standin.mint_count) == (1, 1)


@pytest.mark.parametrize("way", ["modules", "commands"])
def test_pdm_with_the_token_in_the_url(fails, repository, pdm_project, old, way):
    project = pdm_project(with_password(repository.index_url, old))
    fails(program("pdm", way), "lock", cwd=project, shows="Unable to find candidates for acme-one")


# --- an old token that the client finds first; it asks for a new one when that is refused -------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_pip_with_netrc(client, measure, repository, tmp_path, old, version):
    """Slow, but it works: for each request the old token first, then a question."""
    netrc(client, repository, old)

    def install(attempt):
        options = ["--no-input", "--index-url", url_for(version, repository), "--target", tmp_path / f"t{attempt}"]
        client.run(pip(version), "install", *options, "acme-one", "acme-four").ok()

    measure("pip", version, "install 2, old ~/.netrc", install, limit=4, note="one for each request")


@pytest.mark.parametrize("way", ["modules", "commands"])
def test_pdm_with_netrc(client, measure, repository, pdm_project, old, way):
    netrc(client, repository, old)
    project = pdm_project()

    def lock(_):
        (project / "pdm.lock").unlink(missing_ok=True)
        client.run(program("pdm", way), "lock", cwd=project).ok()

    measure(
        "PDM", "2.29.3", f"lock 1, {way.removesuffix('s')}, old ~/.netrc", lock, limit=3, note="one for each request"
    )


# --- another keyring, another backend -----------------------------------------------------------------------------


def test_an_environment_with_a_keyring_of_its_own(client, recorder, standin, repository, tmp_path):
    """uv runs the first `keyring` on PATH, and that one finds the backend; so it does for pip."""
    client.env["PATH"] = f"{program('keyring', 'modules').parent}:{client.env['PATH']}"
    client.run(program("uv"), "lock", cwd=uv_application(tmp_path / "uv", repository, ["acme-one"])).ok()
    options = ["--index-url", repository.index_url, "--target", tmp_path / "target"]
    client.run(pip(NEWEST), "install", *options, "acme-one").ok()
    assert (recorder.count, standin.mint_count) == (2, 1)


def test_pip_skips_a_keyring_in_its_own_environment(client, recorder, standin, repository, tmp_path):
    """A keyring in its own environment is not the user's: the next one on PATH is run."""
    client.env["PATH"] = f"{program('keyring', 'modules').parent}:{client.env['PATH']}"
    client.env["PYTHON_KEYRING_BACKEND"] = NULL
    options = ["--index-url", repository.index_url, "--target", tmp_path / "target"]
    client.run(program("pip", "modules"), "install", *options, "acme-one").ok()
    assert (recorder.count, standin.mint_count) == (1, 1)


@pytest.mark.parametrize("name", ["pip", "uv", "pdm"])
def test_python_keyring_backend_does_not_affect_the_command(client, standin, repository, tmp_path, pdm_project, name):
    client.env["PYTHON_KEYRING_BACKEND"] = NULL
    if name == "pip":
        options = ["--index-url", repository.index_url, "--target", tmp_path / "target"]
        client.run(pip(NEWEST), "install", *options, "acme-one").ok()
    elif name == "uv":
        client.run(program("uv"), "lock", cwd=uv_application(tmp_path / "uv", repository, ["acme-one"])).ok()
    else:
        client.run(program("pdm", "commands"), "lock", cwd=pdm_project()).ok()
    assert standin.mint_count == 1


@pytest.mark.parametrize("name", ["pip", "twine", "pdm"])
def test_python_keyring_backend_replaces_the_backend_of_who_imports_keyring(
    client, fails, repository, tmp_path, pdm_project, library, name
):
    client.env["PYTHON_KEYRING_BACKEND"] = NULL
    if name == "pip":
        options = ["--keyring-provider", "import", "--index-url", repository.index_url, "--target", tmp_path / "target"]
        fails(
            program("pip", "modules"), "install", "--no-input", *options, "acme-one", shows="No matching distribution"
        )
    elif name == "twine":
        command = [program("twine", "modules"), "upload", "--non-interactive"]
        fails(*command, "--repository-url", repository.publish_url, library(), shows="Credential not found")
    else:
        fails(program("pdm", "modules"), "lock", cwd=pdm_project(), shows="Unable to find candidates")


def test_keyrings_codeartifact_is_installed_too(client, measure, repository, tmp_path):
    """The one token is codeartifact-keyring's: the other backend, of almost the same priority, is not asked."""

    def install(attempt):
        options = ["--keyring-provider", "import", "--index-url", repository.index_url]
        target = ["--target", tmp_path / f"target-{attempt}"]
        client.run(python("former"), "-m", "pip", "install", "--no-input", *options, *target, "acme-one").ok()

    measure("pip", "26.3", "import, keyrings.codeartifact beside it", install, limit=1)


def test_keyrings_codeartifact_in_the_same_chain(home, installed, recorder, standin, repository):
    """Without any configuration the chain of all backends is used, and the backend comes first in it."""
    site = home.directory / "site"
    shutil.copytree(ROOT / "Sources/python/codeartifact_keyring.dist-info", site / "codeartifact_keyring-1.0.dist-info")
    (site / "codeartifact_keyring").symlink_to(installed.python_package / "codeartifact_keyring")
    home.env["PYTHONPATH"] = str(site)
    code = f"import keyring; print(len(keyring.get_password({repository.index_url!r}, 'aws')) > 500)"
    assert home.run(python("former"), "-c", code).ok().stdout == "True\n"
    assert (recorder.count, standin.mint_count) == (1, 1)
