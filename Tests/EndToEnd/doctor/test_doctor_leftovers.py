"""`doctor`: a table of what clients find before they ask, each made for real, by file or variable and client. The client is
seen to fail by it; `--fix` or the command that is named puts it right, a second `doctor` finds it no more, and the client
works."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.doctor_env import PIP_CONF, DoctorEnv
from harness.environments import program, python
from harness.project import pdm_application, uv_application
from standin import wheel

ALWAYS = 'authenticate = "always"\n'


@dataclass(frozen=True)
class Leftover:
    """`make` leaves it, and returns the command of the client; `what` is how the finding begins, and where it is."""

    name: str
    make: Callable[[DoctorEnv, Path], list]
    area: str
    place: str
    what: str
    fixable: bool = False
    severity: str = "problem"


def user(doctor_env, words):
    return doctor_env.repository.index_url.replace("//", f"//{words}@")


def pip_install(doctor_env, tmp_path, *words):
    options = ["--no-input", "--no-cache-dir", "--disable-pip-version-check", "--target", tmp_path / "target"]
    return [program("pip"), "install", *options, *words]


def uv_lock(doctor_env):
    return [program("uv"), "lock", "--no-cache", "--project", doctor_env.folder]


def pip_conf(doctor_env, tmp_path):
    path = doctor_env.home.directory / PIP_CONF
    path.write_text(f"{path.read_text()}index-url = {user(doctor_env, 'aws:')}\n")
    return pip_install(doctor_env, tmp_path, "acme-one")


def named_pip_conf(doctor_env, tmp_path):
    text = f"[global]\nkeyring-provider = subprocess\nindex-url = {user(doctor_env, f'aws:{doctor_env.old_token()}')}\n"
    doctor_env.home.env["PIP_CONFIG_FILE"] = str(doctor_env.home.write("ci.conf", text))
    return pip_install(doctor_env, tmp_path, "acme-one")


def pip_variable(doctor_env, tmp_path):
    doctor_env.home.env["PIP_INDEX_URL"] = user(doctor_env, "aws:")
    return pip_install(doctor_env, tmp_path, "acme-one")


def requirements(name, line):
    def make(doctor_env, tmp_path):
        (doctor_env.folder / name).parent.mkdir(exist_ok=True)
        doctor_env.project(f"{line.format(user(doctor_env, 'aws:'))}\nacme-one\n", name)
        doctor_env.project(f"-r {name}\n", "all.lst")
        return pip_install(doctor_env, tmp_path, "-r", doctor_env.folder / "all.lst")

    return make


def constraints(doctor_env, tmp_path):
    doctor_env.project(f"--extra-index-url {user(doctor_env, f'aws:{doctor_env.old_token()}')}\n", "constraints.txt")
    return pip_install(doctor_env, tmp_path, "--no-index", "acme-one", "-c", doctor_env.folder / "constraints.txt")


def requirements_for_uv(doctor_env, tmp_path):
    doctor_env.project(f"--index-url {doctor_env.repository.index_url}\nacme-one\n", "requirements.in")
    options = ["--no-cache", "--target", tmp_path / "target", "-r", doctor_env.folder / "requirements.in"]
    return [program("uv"), "pip", "install", *options]


def empty_variable_of_uv(doctor_env, tmp_path):
    uv_application(doctor_env.folder, doctor_env.repository, ["acme-one"])
    doctor_env.home.env |= {"UV_INDEX_ARTIFACT_USERNAME": "aws", "UV_INDEX_ARTIFACT_PASSWORD": ""}
    return uv_lock(doctor_env)


def script(doctor_env, tmp_path):
    index = f'# [[tool.uv.index]]\n# name = "acme"\n# url = "{doctor_env.repository.index_url}"\n# default = true\n'
    path = doctor_env.project(f'# /// script\n# dependencies = ["acme-one"]\n{index}# ///\nimport acme_one\n', "run.py")
    return [program("uv"), "run", "--no-cache", "--no-project", path]


LIBRARY = (
    '[project]\nname = "acme-lib"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-one"]\n\n'
    '[tool.uv.sources]\nacme-one = {{ index = "acme" }}\n\n'
    '[[tool.uv.index]]\nname = "acme"\nurl = "{}"\nexplicit = true\n'
)
APPLICATION = (
    '[project]\nname = "application"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-lib"]\n\n'
)


def dependency(doctor_env, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/pyproject.toml").write_text(LIBRARY.format(doctor_env.repository.index_url) + ALWAYS)
    doctor_env.project(f'{APPLICATION}[tool.uv.sources]\nacme-lib = {{ path = "{tmp_path}/lib" }}\n')
    return uv_lock(doctor_env)


def member(doctor_env, tmp_path):
    (doctor_env.folder / "packages/lib").mkdir(parents=True)
    (doctor_env.folder / "packages/lib/pyproject.toml").write_text(
        LIBRARY.format(doctor_env.repository.index_url) + ALWAYS
    )
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    doctor_env.project(f"{APPLICATION}[tool.uv.sources]\nacme-lib = {{ workspace = true }}\n{workspace}")
    return uv_lock(doctor_env)


def upload(doctor_env, *options):
    file = wheel("acme-published", "1.0")
    return [
        program("twine"),
        "upload",
        "--non-interactive",
        *options,
        doctor_env.home.write(file.filename, file.content),
    ]


def twine_variable(doctor_env, tmp_path):
    doctor_env.home.env |= {"TWINE_USERNAME": "aws", "TWINE_PASSWORD": ""}
    return upload(doctor_env, "--repository-url", doctor_env.repository.publish_url)


def pypirc(doctor_env, tmp_path):
    text = f"[distutils]\nindex-servers =\n    x\n\n[x]\nrepository = {doctor_env.repository.publish_url}\nusername = aws\n"
    doctor_env.home.write(".pypirc", f"{text}password =\n")
    return upload(doctor_env, "--repository", "x")


def pdm_lock(doctor_env, text):
    pdm_application(doctor_env.folder, doctor_env.repository.index_url, ["acme-one"])
    doctor_env.home.run(python(), "-m", "venv", "--without-pip", doctor_env.folder / ".venv").ok()
    path = doctor_env.folder / "pyproject.toml"
    # Only in PDM's own settings.
    path.write_text(path.read_text().split("[[tool.pdm.source]]")[0])
    doctor_env.home.write(".config/pdm/config.toml", f"[pypi]\n{text}")
    return [program("pdm", "modules"), "lock", "--project", doctor_env.folder]


def pdm_url(doctor_env, tmp_path):
    return pdm_lock(doctor_env, f'url = "{user(doctor_env, f"aws:{doctor_env.old_token()}")}"\n')


def pdm_password(doctor_env, tmp_path):
    url, token = doctor_env.repository.index_url, doctor_env.old_token()
    return pdm_lock(doctor_env, f'url = "{url}"\nusername = "aws"\npassword = "{token}"\n')


EMPTY = "holds an empty password: {} sends it instead of asking keyring"
OLD = "a token that expired 3 d ago"
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
        "UV_INDEX_ARTIFACT_PASSWORD is empty: uv sends that instead of asking keyring",
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
    Leftover(
        "PDM's settings, a URL", pdm_url, "project", "~/.config/pdm/config.toml:2", f"the index holds {OLD}", True
    ),
    Leftover(
        "PDM's settings, a password",
        pdm_password,
        "pdm",
        "~/.config/pdm/config.toml:4",
        f"pypi.password holds {OLD}",
        True,
    ),
]


def do(doctor_env, finding):
    """What the command of a finding says; what it sets or takes from the shell is so for all that comes after."""
    words = shlex.split(finding.full_command)
    if words[0] == "unset":
        for name in words[1:]:
            del doctor_env.home.env[name]
    elif words[0] == "export":
        name, value = words[1].split("=", 1)
        doctor_env.home.env[name] = value
    else:
        doctor_env.run_command(finding)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_leftover(doctor_env, tmp_path, row):
    doctor_env.home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never", "PDM_CHECK_UPDATE": "false"}
    if row.name.endswith(", uv"):
        doctor_env.with_clients("uv")
    command = row.make(doctor_env, tmp_path)

    def run():
        return doctor_env.home.run(*command, cwd=doctor_env.folder if "-r" in command else None)

    def found():
        return [
            item for item in doctor_env.findings() if (item.area, item.what[: len(row.what)]) == (row.area, row.what)
        ]

    assert run().returncode != 0, "the client fails by it"
    [finding] = found()
    assert (finding.severity, finding.fixable) == (row.severity, row.fixable)
    assert finding.place.endswith(row.place) if row.place else finding.place == ""
    if row.fixable:
        report = doctor_env.report("--fix")
        assert [item["done"] for item in report["fixed"]] == [True]
    else:
        do(doctor_env, finding)
    assert found() == []
    run().ok()


def test_an_index_of_the_root_counts_for_its_dependencies(doctor_env, tmp_path):
    doctor_env.with_clients("uv")
    doctor_env.home.env |= {"UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    command = dependency(doctor_env, tmp_path)
    path = doctor_env.folder / "pyproject.toml"
    index = f'[[tool.uv.index]]\nname = "other"\nurl = "{doctor_env.repository.index_url}"\nexplicit = true\n{ALWAYS}'
    path.write_text(f"{path.read_text()}\n{index}")
    assert doctor_env.failures() == []
    doctor_env.home.run(*command).ok()
