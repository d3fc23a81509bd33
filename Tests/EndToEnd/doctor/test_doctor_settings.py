"""`doctor`: the settings of Poetry, pip and uv, and whether they still use codeartifact-keyring."""

from __future__ import annotations

import shutil

import pytest
from harness.doctor_env import INDEX, PIP_CONF, UV_TOML, Finding, only, script, virtual_environment
from harness.environments import environment, program

POETRY = "problem", "keyring.enabled is false: Poetry does not use keyring"


# -- Poetry -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [(), ("--local",)], ids=["for the user", "for the project"])
def test_poetry_is_told_to_ask_nobody(doctor_env, home, option):
    """Set by Poetry itself, and taken back by the command that is named."""
    doctor_env.with_source().with_clients("poetry")
    home.run(program("poetry"), "config", *option, "keyring.enabled", "false", cwd=doctor_env.folder).ok()
    file = "./poetry.toml" if option else "~/.config/pypoetry/config.toml"
    [finding] = only(doctor_env, "poetry")
    words = " ".join(["poetry config", *option, "--unset keyring.enabled"])
    assert finding == Finding("poetry", *POETRY, f"{file}:2", words)
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_what_counts_is_the_keyring_of_poetrys_own_environment(doctor_env, tmp_path):
    doctor_env.with_clients("python")
    venv = virtual_environment(doctor_env, tmp_path / "venv", poetry="2.5.1", keyring="25.7.0")
    [packages] = venv.glob("lib/python*/site-packages")
    (packages / "keyring").mkdir()
    (packages / "keyring" / "__init__.py").write_text('raise RuntimeError("no such luck")\n')
    script(doctor_env.tools / "poetry", f"#!{venv}/bin/python\n")
    assert only(doctor_env, "poetry") == [
        Finding(
            "poetry",
            "problem",
            "the keyring 25.7.0 of Poetry (TOOLS/poetry) cannot be used: no such luck",
            command=f"{venv}/bin/python -m pip install --force-reinstall keyring",
        )
    ]


def test_a_poetry_that_does_not_tell_its_python(doctor_env):
    """As pyenv's and asdf's shims are."""
    script(doctor_env.tools / "poetry", '#!/usr/bin/env bash\nexec pyenv exec poetry "$@"\n')
    assert doctor_env.failures() == []
    assert [note.what for note in doctor_env.notes("poetry")] == ["TOOLS/poetry was not checked: its Python is unknown"]


def test_poetrys_python_is_found_from_its_script(doctor_env):
    """As pip writes it for a path with blanks."""
    start = "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n"
    script(doctor_env.tools / "poetry", start.format(python=environment("poetry") / "bin/python") + "import sys\n")
    assert [finding.what for finding in doctor_env.findings() if finding.area == "poetry"] == [
        "Poetry 2.5.1 (keyring 25.7.0) uses codeartifact-keyring"
    ]


def test_a_poetry_whose_python_has_gone(doctor_env):
    """As after an upgrade of the system's Python."""
    script(doctor_env.tools / "poetry", "#!/gone/bin/python3.9\n")
    [finding] = only(doctor_env, "poetry")
    assert finding.severity == "warning"
    assert finding.what.startswith("Poetry's Python, /gone/bin/python3.9, failed to start")


def test_a_poetry_that_is_too_old(doctor_env, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", poetry="1.1.15", keyring="25.7.0")
    script(doctor_env.tools / "poetry", f"#!{venv}/bin/python\n")
    assert only(doctor_env, "poetry") == [
        Finding(
            "poetry",
            "problem",
            "Poetry 1.1.15 does not ask keyring for a source's password",
            command="poetry self update",
        )
    ]


def test_a_poetry_without_keyring(doctor_env, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", poetry="2.5.1")
    script(doctor_env.tools / "poetry", f"#!{venv}/bin/python\n")
    assert only(doctor_env, "poetry") == [
        Finding(
            "poetry",
            "problem",
            "Poetry 2.5.1 has no keyring package: it gets no tokens",
            command=f"{venv}/bin/python -m pip install keyring",
        )
    ]


# -- pip --------------------------------------------------------------------------------------------------------------


def test_pip_is_not_told(doctor_env, home):
    doctor_env.with_clients("pip")
    (home.directory / PIP_CONF).unlink()
    home.run(doctor_env.installation.program, "unconfigure", "pip").ok()
    assert only(doctor_env, "pip") == [
        Finding(
            "pip",
            "problem",
            "pip is not configured to use codeartifact-keyring (keyring-provider)",
            command="codeartifact-keyring configure pip",
            fixable=True,
        )
    ]
    [done] = doctor_env.fix()
    assert done.startswith(f"~/{PIP_CONF}: keyring-provider = subprocess")
    assert home.run(program("pip"), "config", "get", "global.keyring-provider").stdout == "subprocess\n"


def test_the_file_of_a_virtual_environment_goes_before_the_users(doctor_env, tmp_path):
    """pip of the project's own `.venv` is looked at though it is not on PATH."""
    doctor_env.with_clients("pip")
    venv = virtual_environment(doctor_env, doctor_env.folder / ".venv", pip="26.3")
    (venv / "pip.conf").write_text("[install]\nkeyring-provider = disabled\n")
    doctor_env.with_source()
    [finding] = only(doctor_env, "pip")
    assert finding == Finding(
        "pip",
        "problem",
        "keyring-provider is disabled: pip does not use codeartifact-keyring",
        "./.venv/pip.conf:2",
        "pip config --site set install.keyring-provider subprocess",
    )


def test_nothing_in_the_folder_is_run(doctor_env, tmp_path):
    """A folder from anywhere may bring a virtual environment along."""
    venv = virtual_environment(doctor_env, doctor_env.folder / ".venv", pip="22.3.1", keyring="25.7.0")
    trace = tmp_path / "trace"
    for name in ("python", "python3", "pip", "keyring"):
        (venv / "bin" / name).unlink(missing_ok=True)
        script(venv / "bin" / name, f"#!/bin/sh\ntouch {trace}\n")
    doctor_env.with_source()
    assert doctor_env.failures() == [], "an old pip uses the keyring package in its own environment"
    [packages] = venv.glob("lib/python*/site-packages")
    shutil.rmtree(next(packages.glob("keyring-*.dist-info")))
    assert [finding.what for finding in only(doctor_env, "pip")] == [
        "pip 22.3.1 (./.venv/bin/pip) is too old to use codeartifact-keyring"
    ]
    assert not trace.exists()


def test_a_file_that_a_variable_names(doctor_env, home, tmp_path):
    """The user's own file is not read then."""
    doctor_env.with_clients("pip")
    home.env["PIP_CONFIG_FILE"] = str(home.write("ci.conf", "[global]\nkeyring-provider = auto\n"))
    [finding] = only(doctor_env, "pip")
    assert (finding.place, finding.command) == ("~/ci.conf:2", "pip config set global.keyring-provider subprocess")
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    home.env["PIP_CONFIG_FILE"] = "/dev/null"
    assert [finding.what for finding in only(doctor_env, "pip")] == [not_configured("/dev/null")]


def not_configured(file):
    why = f"PIP_CONFIG_FILE={file} stops it from reading the user's own file"
    return f"pip is not configured to use codeartifact-keyring (keyring-provider): {why}"


def test_a_file_in_the_place_of_the_users_own(doctor_env, home):
    """pip reads no other file then: to configure the user's own would change nothing, and is not promised."""
    doctor_env.with_clients("pip")
    home.env["PIP_CONFIG_FILE"] = str(home.write("ci.conf", "[global]\ntimeout = 5\n"))
    [finding] = only(doctor_env, "pip")
    assert (finding.command, finding.fixable) == ("export PIP_KEYRING_PROVIDER=subprocess", False)
    before = (home.directory / PIP_CONF).read_bytes()
    report = doctor_env.report("--fix")
    assert report["fixed"] == []
    assert (home.directory / PIP_CONF).read_bytes() == before
    home.env["PIP_KEYRING_PROVIDER"] = "subprocess"
    assert doctor_env.failures() == []
    options = ["--index-url", doctor_env.repository.index_url, "--target", doctor_env.folder / "target"]
    home.run(program("pip"), "install", "--no-input", *options, "acme-one").ok()


def test_a_repair_that_cannot_be_made_is_not_promised(doctor_env, home):
    """The file is a link into a collection of dotfiles that is missing."""
    doctor_env.with_clients("pip")
    home.run(doctor_env.installation.program, "unconfigure", "pip").ok()
    (home.directory / PIP_CONF).parent.mkdir(parents=True, exist_ok=True)
    (home.directory / PIP_CONF).symlink_to("/gone/pip.conf")
    [finding] = only(doctor_env, "pip")
    assert not finding.fixable
    assert "(doctor --fix cannot fix it: ~/.config/pip/pip.conf is a broken link" in finding.what
    assert doctor_env.report("--fix")["fixed"] == []


def test_a_pip_that_is_too_old(doctor_env, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", pip="22.3.1")
    doctor_env.path_begins_with(venv / "bin")
    assert only(doctor_env, "pip") == [
        Finding(
            "pip",
            "problem",
            f"pip 22.3.1 ({venv}/bin/pip) is too old to use codeartifact-keyring",
            command=f"{venv}/bin/python3 -m pip install --upgrade --index-url https://pypi.org/simple/ pip",
        )
    ]


def test_a_pip_that_is_too_old_but_has_keyring_beside_it(doctor_env, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", pip="22.3.1", keyring="25.7.0")
    doctor_env.path_begins_with(venv / "bin")
    assert doctor_env.failures() == []


def test_a_url_without_a_user_for_an_older_pip(doctor_env, home, tmp_path):
    setting = "extra-index-url"
    venv = virtual_environment(doctor_env, tmp_path / "venv", pip="26.1")
    doctor_env.path_begins_with(venv / "bin")
    path = home.directory / PIP_CONF
    text = path.read_text()
    path.write_text(f"{text}{setting} = {doctor_env.repository.index_url}\n")
    [finding] = only(doctor_env, "pip")
    host = "DOMAIN-111122223333.d.codeartifact.us-east-1.amazonaws.com"
    assert finding == Finding(
        "pip",
        "problem",
        f"{setting} has no aws@ in its URL: pip 26.1 asks keyring only for a URL with a user name",
        f"~/{PIP_CONF}:4",
        f"pip config --user set global.{setting} https://aws@{host}/pypi/internal/simple/",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


def test_requirements_and_variables_for_an_older_pip(doctor_env, home, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", pip="24.0")
    doctor_env.path_begins_with(venv / "bin")
    doctor_env.project(f"requests\n--extra-index-url {doctor_env.repository.index_url}\n", "requirements-dev.txt")
    home.env["PIP_INDEX_URL"] = doctor_env.repository.index_url
    variable, file = only(doctor_env, "pip")
    assert variable.what.startswith("PIP_INDEX_URL has no aws@ in its URL: pip 24.0")
    assert variable.command.startswith("export PIP_INDEX_URL=https://aws@DOMAIN-")
    assert (file.place, file.what.split(":")[0]) == ("./requirements-dev.txt:2", "the index has no aws@ in its URL")
    doctor_env.run_command(file)
    home.env["PIP_INDEX_URL"] = doctor_env.repository.index_url.replace("//", "//aws@")
    assert doctor_env.failures() == []
    assert "//aws@" in (doctor_env.folder / "requirements-dev.txt").read_text()


def test_a_wrong_url_in_pip_conf(doctor_env, home):
    """Which URLs are wrong is in `DoctorPasswordTests`."""
    path = home.directory / PIP_CONF
    path.write_text(f"{path.read_text()}index-url = {doctor_env.repository.publish_url}\n")
    doctor_env.with_clients("pip")
    [finding] = only(doctor_env, "pip")
    assert finding == Finding(
        "pip",
        "problem",
        "index-url has a URL that does not end in /simple/: no packages are found there",
        f"~/{PIP_CONF}:4",
        f"pip config --user set global.index-url https://{INDEX}",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []


# -- uv ---------------------------------------------------------------------------------------------------------------


def test_uv_is_not_told(doctor_env, home):
    doctor_env.with_clients("uv")
    home.run(doctor_env.installation.program, "unconfigure", "uv").ok()
    home.write(UV_TOML, 'offline = false\nkeyring-provider = "disabled"\n')
    assert only(doctor_env, "uv") == [
        Finding(
            "uv",
            "problem",
            "keyring-provider is disabled: uv does not use codeartifact-keyring",
            f"~/{UV_TOML}:2",
            "codeartifact-keyring configure uv",
            True,
        )
    ]
    [done] = doctor_env.fix()
    assert done.startswith(f'~/{UV_TOML}: keyring-provider = "subprocess"')
