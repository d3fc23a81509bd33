"""`doctor`: a table of what clients find before they ask, each made for real, by file or variable and client. The client is
seen to fail by it; `--fix` or the command that is named puts it right, a second `doctor` finds it no more, and the client
works."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.clinic import PIP_CONF, Clinic
from harness.environments import program, python
from harness.project import pdm_application, uv_application
from standin import wheel

ALWAYS = 'authenticate = "always"\n'


@dataclass(frozen=True)
class Leftover:
    """`make` leaves it, and returns the command of the client; `what` is how the finding begins, and where it is."""

    name: str
    make: Callable[[Clinic, Path], list]
    area: str
    place: str
    what: str
    fixable: bool = False
    severity: str = "problem"


def user(clinic, words):
    return clinic.repository.index_url.replace("//", f"//{words}@")


def pip_install(clinic, tmp_path, *words):
    options = ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--target", tmp_path / "target"]
    return [program("pip"), "install", *options, *words]


def uv_lock(clinic):
    return [program("uv"), "lock", "--no-cache", "--project", clinic.folder]


def pip_conf(clinic, tmp_path):
    path = clinic.home.directory / PIP_CONF
    path.write_text(f"{path.read_text()}index-url = {user(clinic, 'aws:')}\n")
    return pip_install(clinic, tmp_path, "acme-one")


def named_pip_conf(clinic, tmp_path):
    text = f"[global]\nkeyring-provider = subprocess\nindex-url = {user(clinic, f'aws:{clinic.old_token()}')}\n"
    clinic.home.env["PIP_CONFIG_FILE"] = str(clinic.home.write("ci.conf", text))
    return pip_install(clinic, tmp_path, "acme-one")


def pip_variable(clinic, tmp_path):
    clinic.home.env["PIP_INDEX_URL"] = user(clinic, "aws:")
    return pip_install(clinic, tmp_path, "acme-one")


def requirements(name, line):
    def make(clinic, tmp_path):
        (clinic.folder / name).parent.mkdir(exist_ok=True)
        clinic.project(f"{line.format(user(clinic, 'aws:'))}\nacme-one\n", name)
        clinic.project(f"-r {name}\n", "all.lst")
        return pip_install(clinic, tmp_path, "-r", clinic.folder / "all.lst")

    return make


def constraints(clinic, tmp_path):
    clinic.project(f"--extra-index-url {user(clinic, f'aws:{clinic.old_token()}')}\n", "constraints.txt")
    return pip_install(clinic, tmp_path, "--no-index", "acme-one", "-c", clinic.folder / "constraints.txt")


def requirements_for_uv(clinic, tmp_path):
    clinic.project(f"--index-url {clinic.repository.index_url}\nacme-one\n", "requirements.in")
    options = ["--no-cache", "--target", tmp_path / "target", "-r", clinic.folder / "requirements.in"]
    return [program("uv"), "pip", "install", *options]


def empty_variable_of_uv(clinic, tmp_path):
    uv_application(clinic.folder, clinic.repository, ["acme-one"])
    clinic.home.env |= {"UV_INDEX_ARTIFACT_USERNAME": "aws", "UV_INDEX_ARTIFACT_PASSWORD": ""}
    return uv_lock(clinic)


def script(clinic, tmp_path):
    index = f'# [[tool.uv.index]]\n# name = "acme"\n# url = "{clinic.repository.index_url}"\n# default = true\n'
    path = clinic.project(f'# /// script\n# dependencies = ["acme-one"]\n{index}# ///\nimport acme_one\n', "run.py")
    return [program("uv"), "run", "--no-cache", "--no-project", path]


LIBRARY = (
    '[project]\nname = "acme-lib"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-one"]\n\n'
    '[tool.uv.sources]\nacme-one = {{ index = "acme" }}\n\n'
    '[[tool.uv.index]]\nname = "acme"\nurl = "{}"\nexplicit = true\n'
)
APPLICATION = (
    '[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-lib"]\n\n'
)


def dependency(clinic, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/pyproject.toml").write_text(LIBRARY.format(clinic.repository.index_url) + ALWAYS)
    clinic.project(f'{APPLICATION}[tool.uv.sources]\nacme-lib = {{ path = "{tmp_path}/lib" }}\n')
    return uv_lock(clinic)


def member(clinic, tmp_path):
    (clinic.folder / "packages/lib").mkdir(parents=True)
    (clinic.folder / "packages/lib/pyproject.toml").write_text(LIBRARY.format(clinic.repository.index_url) + ALWAYS)
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    clinic.project(f"{APPLICATION}[tool.uv.sources]\nacme-lib = {{ workspace = true }}\n{workspace}")
    return uv_lock(clinic)


def upload(clinic, *options):
    file = wheel("acme-published", "1.0")
    return [program("twine"), "upload", "--non-interactive", *options, clinic.home.write(file.filename, file.content)]


def twine_variable(clinic, tmp_path):
    clinic.home.env |= {"TWINE_USERNAME": "aws", "TWINE_PASSWORD": ""}
    return upload(clinic, "--repository-url", clinic.repository.publish_url)


def pypirc(clinic, tmp_path):
    text = f"[distutils]\nindex-servers =\n    x\n\n[x]\nrepository = {clinic.repository.publish_url}\nusername = aws\n"
    clinic.home.write(".pypirc", f"{text}password =\n")
    return upload(clinic, "--repository", "x")


def pdm_lock(clinic, text):
    pdm_application(clinic.folder, clinic.repository.index_url, ["acme-one"])
    clinic.home.run(python(), "-m", "venv", "--without-pip", clinic.folder / ".venv").ok()
    path = clinic.folder / "pyproject.toml"
    # Only in PDM's own settings.
    path.write_text(path.read_text().split("[[tool.pdm.source]]")[0])
    clinic.home.write(".config/pdm/config.toml", f"[pypi]\n{text}")
    return [program("pdm", "modules"), "lock", "--project", clinic.folder]


def pdm_url(clinic, tmp_path):
    return pdm_lock(clinic, f'url = "{user(clinic, f"aws:{clinic.old_token()}")}"\n')


def pdm_password(clinic, tmp_path):
    url, token = clinic.repository.index_url, clinic.old_token()
    return pdm_lock(clinic, f'url = "{url}"\nusername = "aws"\npassword = "{token}"\n')


EMPTY = "holds an empty password: {} sends it instead of asking"
OLD = "a token that ended 3 d ago"
TABLE = [
    Leftover("pip.conf, pip", pip_conf, "pip", f"~/{PIP_CONF}:4", f"index-url {EMPTY.format('pip')}", True),
    Leftover("PIP_CONFIG_FILE, pip", named_pip_conf, "pip", "~/ci.conf:3", f"index-url holds {OLD}", True),
    Leftover("PIP_INDEX_URL, pip", pip_variable, "pip", "", f"PIP_INDEX_URL {EMPTY.format('pip')}"),
    Leftover(
        "a requirements file, pip",
        requirements("requirements/dev.txt", "--index-url={}"),
        "pip",
        "./requirements/dev.txt:1",
        f"the index {EMPTY.format('pip')}",
        True,
    ),
    Leftover(
        "requirements.in, uv",
        requirements_for_uv,
        "pip",
        "./requirements.in:1",
        "the index has no aws@ in its URL: uv pip",
        severity="warning",
    ),
    Leftover(
        "UV_INDEX_NAME_PASSWORD, uv",
        empty_variable_of_uv,
        "uv",
        "",
        "UV_INDEX_ARTIFACT_PASSWORD is empty: uv sends that instead of asking",
    ),
    Leftover("a script, uv", script, "project", "./run.py:5", "source acme has neither authenticate"),
    Leftover(
        "a path dependency, uv",
        dependency,
        "project",
        "/lib/pyproject.toml:12",
        "source acme of a dependency has no aws@ in its URL",
    ),
    Leftover(
        "a workspace's member, uv",
        member,
        "project",
        "./packages/lib/pyproject.toml:12",
        "source acme of a dependency has no aws@ in its URL",
    ),
    Leftover("TWINE_PASSWORD, twine", twine_variable, "publish", "", f"TWINE_PASSWORD {EMPTY.format('twine')}"),
    Leftover(".pypirc, twine", pypirc, "files", "~/.pypirc:8", f"[x] {EMPTY.format('twine')}", True),
    Leftover("PDM's settings, a URL", pdm_url, "project", "~/.config/pdm/config.toml:2", f"the index has {OLD}", True),
    Leftover(
        "PDM's settings, a password",
        pdm_password,
        "pdm",
        "~/.config/pdm/config.toml:4",
        f"pypi.password holds {OLD}",
        True,
    ),
]


def do(clinic, finding):
    """What the command of a finding says; what it sets or takes from the shell is so for all that comes after."""
    words = shlex.split(finding.full_command)
    if words[0] == "unset":
        for name in words[1:]:
            del clinic.home.env[name]
    elif words[0] == "export":
        name, value = words[1].split("=", 1)
        clinic.home.env[name] = value
    else:
        clinic.obey(finding)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_leftover(clinic, tmp_path, row):
    clinic.home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never", "PDM_CHECK_UPDATE": "false"}
    if row.name.endswith(", uv"):
        clinic.with_clients("uv")
    command = row.make(clinic, tmp_path)

    def run():
        return clinic.home.run(*command, cwd=clinic.folder if "-r" in command else None)

    def found():
        return [item for item in clinic.findings() if (item.area, item.what[: len(row.what)]) == (row.area, row.what)]

    assert run().returncode != 0, "the client fails by it"
    [finding] = found()
    assert (finding.severity, finding.fixable) == (row.severity, row.fixable)
    assert finding.place.endswith(row.place) if row.place else finding.place == ""
    if row.fixable:
        report = clinic.report("--fix")
        assert [item["done"] for item in report["fixed"]] == [True]
    else:
        do(clinic, finding)
    assert found() == []
    run().ok()


@pytest.mark.parametrize("client", ["uv", "poetry"])
def test_what_asks_in_spite_of_an_empty_password_is_left_alone(clinic, tmp_path, client):
    """uv with `aws:@` in a URL, Poetry with an empty variable."""
    if client == "uv":
        clinic.with_clients("uv")
        clinic.project(f'[[tool.uv.index]]\nname = "acme"\nurl = "{user(clinic, "aws:")}"\n')
    else:
        clinic.sourced()
        clinic.home.env |= {"POETRY_HTTP_BASIC_ARTIFACT_USERNAME": "aws", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD": ""}
    assert clinic.complaints() == []


def test_an_index_of_the_root_counts_for_its_dependencies(clinic, tmp_path):
    clinic.with_clients("uv")
    clinic.home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    command = dependency(clinic, tmp_path)
    path = clinic.folder / "pyproject.toml"
    index = f'[[tool.uv.index]]\nname = "other"\nurl = "{clinic.repository.index_url}"\nexplicit = true\n{ALWAYS}'
    path.write_text(f"{path.read_text()}\n{index}")
    assert clinic.complaints() == []
    clinic.home.run(*command).ok()


def test_two_tools_with_one_url(clinic):
    """Each finding names the line of its own tool: what is right for uv would be wrong for Poetry."""
    url = clinic.repository.index_url
    poetry = f'[[tool.poetry.source]]\nname = "acme"\nurl = "{url}"\n'
    path = clinic.project(
        f'{poetry}\n[[tool.uv.index]]\nname = "acme"\nurl = "{url}"\n{ALWAYS.replace("always", "auto")}'
    )
    [finding] = clinic.complaints()
    assert finding.place == "./pyproject.toml:7"
    clinic.obey(finding)
    assert clinic.complaints() == []
    assert path.read_text().startswith(poetry)


def test_one_of_several_urls_in_a_line(clinic):
    other = '{ name = "other", url = "https://a.example/simple/" }'
    line = f'[tool.uv]\nindex = [{other}, {{ name = "acme", url = "{clinic.repository.index_url}" }}]\n'
    path = clinic.project(line)
    [finding] = clinic.complaints()
    clinic.obey(finding)
    assert clinic.complaints() == []
    assert path.read_text() == line.replace("//acme-", "//aws@acme-")
