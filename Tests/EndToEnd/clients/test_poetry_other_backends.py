"""Other keyring backends in Poetry: one that fails disables nothing, and each keeps its own secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness.environments import environment
from harness.project import poetry_application
from standin import wheel

pytestmark = pytest.mark.usefixtures("no_leaks")

AUTH = ".config/pypoetry/auth.toml"
NEIGHBOUR = """
from keyring import backend, errors

class Keyring(backend.KeyringBackend):
    priority = 9.99

    def get_password(self, *arguments):
        raise {error}

    get_credential = set_password = delete_password = get_password
"""
NEIGHBOURS = {
    "locked": NEIGHBOUR.format(error='errors.KeyringLocked("locked")'),
    "broken": NEIGHBOUR.format(error='RuntimeError("broken")'),
    "unfinished": NEIGHBOUR.format(error="NotImplementedError"),
    "unconstructed": NEIGHBOUR.format(error="RuntimeError")
    + '\n    def __init__(self):\n        raise ValueError("no constructor")\n',
    "unimportable": 'raise ImportError("it lacks something")\n',
}


def install_neighbours(home, neighbours=NEIGHBOURS):
    """Every kind of failing backend at once, found by entry point as packages are."""
    for name, text in neighbours.items():
        home.write(f"site/{name}_keyring.py", text)
        home.write(f"site/{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        home.write(f"site/{name}-1.0.dist-info/entry_points.txt", f"[keyring.backends]\n{name} = {name}_keyring\n")
    home.env["PYTHONPATH"] = str(home.directory / "site")


@pytest.fixture
def project(repository, tmp_path):
    return poetry_application(tmp_path / "application", repository, ["acme-one"])


def test_other_backends_that_fail(poetry, recorder, standin, repository, tmp_path):
    """The availability that Poetry 2 looks for at first is one of them away from being none; they are asked about the
    public index."""
    public = '\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n'
    standin.public_index.index.add(wheel("public-one", origin="public"))
    project = poetry_application(tmp_path / "application", repository, ["acme-one", "public-one"], more=public)
    install_neighbours(poetry.home)
    shown = poetry("lock", "-vvv", cwd=project).ok()
    assert "Using keyring backend" in shown.output
    assert (recorder.count, standin.mint_count) == (1, 1)


def test_another_backend_that_stops_poetry_still_does(poetry, standin, repository, tmp_path):
    """As Google's and Azure's, where the user is not signed in: an empty source would give way to a public package."""
    standin.public_index.index.add(wheel("acme-one", "9.0.0", origin="public"))
    corp = '\n[[tool.poetry.source]]\nname = "corp"\nurl = "https://pypi.org/simple/"\npriority = "primary"\n'
    project = poetry_application(tmp_path / "application", repository, ["acme-one"], more=corp)
    install_neighbours(poetry.home, {"cloud": NEIGHBOUR.format(error='Exception("Run: cloud auth login")')})
    stopped = poetry("lock", cwd=project)
    assert stopped.returncode != 0
    assert "Run: cloud auth login" in stopped.output, stopped.describe()
    assert not (project / "poetry.lock").exists()


def test_a_secret_that_other_backends_refuse_is_an_error(poetry, recorder):
    """Poetry since 2.0 asks first whether they work, and keeps the secret by itself."""
    install_neighbours(poetry.home)
    result = poetry("config", "pypi-token.pypi", "a-secret", cwd=poetry.home.directory)
    if poetry.version == "1.8.5":
        assert result.returncode != 0
        assert "_keyring failed: " in result.output, result.describe()
        assert "POETRY_KEYRING_ENABLED=false" in result.output
    else:
        result.ok()
        assert "a-secret" in (poetry.home.directory / AUTH).read_text()
    assert "a-secret" not in result.output
    assert recorder.calls == []


def test_secrets_that_no_keyring_can_keep_are_poetrys_own(poetry, recorder, repository, tmp_path):
    """As without this product: scripts of headless machines go on working."""
    config = lambda *words: poetry("config", *words, cwd=tmp_path).ok()  # noqa: E731
    kept = poetry.home.directory / AUTH
    assert "Using a plaintext file" in config("pypi-token.pypi", "a-secret").output
    config("http-basic.other", "bob", "hunter2")
    assert {"a-secret", "hunter2"} <= set(re.findall(r"= \"(.*)\"", kept.read_text()))
    config("--unset", "pypi-token.pypi")
    config("--unset", "http-basic.other")
    assert "a-secret" not in kept.read_text() and "hunter2" not in kept.read_text()
    assert recorder.calls == []


def test_a_token_for_codeartifact_is_not_needed(poetry, recorder, standin, project):
    """As in scripts from before: it would take precedence over new ones for as long as it is there."""
    old = poetry("config", "http-basic.artifact", "aws", "token-of-today", cwd=project).ok()
    poetry("config", "pypi-token.artifact", "token-of-today", cwd=project).ok()
    assert "poetry-repository-artifact is a CodeArtifact repository" in old.stderr
    assert "token-of-today" not in (poetry.home.directory / AUTH).read_text()
    assert recorder.calls == []
    poetry("lock", cwd=project).ok()
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)
    poetry.home.sign_out()
    poetry("config", "--unset", "http-basic.artifact", cwd=project).ok()
    assert recorder.count == 1, "what is deleted is not fetched first"
    assert "artifact" not in (poetry.home.directory / AUTH).read_text()


def test_a_keyring_that_cannot_be_unlocked(ssh_session, poetry, recorder, tmp_path):
    """Poetry since 2.0 finds that it does not work, and keeps the secret by itself; 1.8 says that it was not stored."""
    result = poetry("config", "http-basic.other", "bob", "hunter2", cwd=tmp_path)
    auth = poetry.home.directory / AUTH
    if poetry.version == "1.8.5":
        assert result.returncode != 0
        assert "Unable to store the password" in result.output
    else:
        result.ok()
        assert "hunter2" in auth.read_text()
    assert "hunter2" not in result.output


def secret(home, name, username):
    """What is in Secret Service under a name of Poetry's."""
    return home.run("secret-tool", "lookup", "service", f"poetry-repository-{name}", "username", username).stdout


def test_what_poetry_stores_and_deletes_is_in_secret_service(desktop, poetry, recorder):
    here = poetry.home.directory
    poetry("config", "http-basic.other", "bob", "hunter2", cwd=here).ok()
    assert secret(poetry.home, "other", "bob") == "hunter2"
    assert "hunter2" not in (here / ".config/pypoetry/auth.toml").read_text()
    poetry("config", "--unset", "http-basic.other", cwd=here).ok()
    assert secret(poetry.home, "other", "bob") == ""
    # Secret Service is read in place of Python's own backend, which would prompt where it is locked.
    assert {call.arguments[-3:] for call in recorder.calls} == {("--", "poetry-repository-other", "bob")}


def test_an_old_token_of_poetry_in_secret_service(desktop, poetry, recorder, standin, project):
    """Of the time when `poetry config http-basic.artifact aws TOKEN` was run each morning."""
    words = "service poetry-repository-artifact username aws".split()
    poetry.home.run("secret-tool", "store", "--label=x", *words, text="token-of-last-week").ok()
    poetry.home.env["POETRY_HTTP_BASIC_ARTIFACT_USERNAME"] = "aws"
    poetry("lock", cwd=project).ok()
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)


def test_a_locked_gnome_keyring(desktop, monitored, poetry, recorder, standin, project):
    desktop.lock(poetry.home)
    poetry("lock", cwd=project).ok()
    assert (recorder.count, standin.mint_count) == (1, 1)
    assert not {"Prompt", "Unlock"} & set(monitored.calls())


def test_keyrings_codeartifact_is_installed_too(poetry, recorder, standin, project):
    """It would ask AWS too, at almost the same priority."""
    site = Path(next(environment("former").glob("lib/python*/site-packages")))
    beside = poetry.home.directory / "beside"
    beside.mkdir()
    for entry in site.iterdir():
        # Not keyring itself, nor what else Poetry has in versions of its own.
        if entry.name.startswith(("keyrings", "boto", "s3transfer", "jmespath", "dateutil", "six")):
            (beside / entry.name).symlink_to(entry)
    poetry.home.env["PYTHONPATH"] = str(beside)
    names = "import keyring.backend as b; print(*(type(ring).__module__ for ring in b.get_all_keyring()))"
    shown = poetry.home.run(poetry.program.parent / "python", "-W", "ignore", "-c", names).ok()
    assert "keyrings.codeartifact" in shown.stdout
    poetry("lock", cwd=project).ok()
    assert (recorder.count, standin.mint_count, standin.unauthorized_count) == (1, 1, 0)
