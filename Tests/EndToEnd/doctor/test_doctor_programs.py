"""`doctor`: which `keyring` is found on PATH, and which backend Python's keyring uses."""

from __future__ import annotations

import json
import shutil

import pytest
from harness.doctor_env import Finding, only, script, virtual_environment
from harness.environments import environment, python
from harness.home import joined
from harness.installation import Installation, run_installer

BACKEND = "codeartifact_keyring.backend.Keyring"
KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
NULL = "keyring.backends.null.Keyring"
CONFIGURE = "codeartifact-keyring configure poetry"
DUMB = "#!/bin/sh\nexit 1\n"


# -- the program ------------------------------------------------------------------------------------------------------


def test_not_on_path(doctor_env, home):
    home.env["PATH"] = joined(doctor_env.tools)
    assert only(doctor_env, "program") == [
        Finding(
            "program",
            "problem",
            "BIN is not on PATH: pip and uv get no tokens",
            command='export PATH="BIN:$PATH"',
        )
    ]


def test_another_keyring_is_found_first(doctor_env, home):
    script(doctor_env.tools / "keyring", DUMB)
    [finding] = only(doctor_env, "program")
    assert finding == Finding(
        "program",
        "problem",
        "the first keyring on PATH is TOOLS/keyring, which does not use codeartifact-keyring: pip and uv get no tokens",
        command='export PATH="BIN:$PATH"',
    )
    home.env["PATH"] = joined(doctor_env.installation.bin, doctor_env.tools)
    assert doctor_env.failures() == []


@pytest.mark.parametrize(
    ("target", "command"),
    [
        (None, "rm {0}/keyring && codeartifact-keyring configure"),
        (".local/share/pipx/venvs/keyring/bin/keyring", "pipx uninstall keyring && codeartifact-keyring configure"),
        (".local/share/uv/tools/keyring/bin/keyring", "uv tool uninstall keyring && codeartifact-keyring configure"),
    ],
    ids=["a program", "pipx", "uv tool"],
)
def test_another_keyring_comes_first_on_path(doctor_env, home, tmp_path, target, command):
    """The installer leaves it alone."""
    folder = tmp_path / "prefix" / "bin"
    folder.mkdir(parents=True)
    if target is None:
        script(folder / "keyring", DUMB)
    else:
        (folder / "keyring").symlink_to(script(home.directory / target, DUMB))
    run_installer(home, tmp_path / "prefix", "--no-build").ok()
    doctor_env.installation = Installation(tmp_path / "prefix")
    doctor_env.path_begins_with()
    assert only(doctor_env, "program") == [
        Finding(
            "program",
            "problem",
            "the first keyring on PATH is BIN/keyring, which does not use codeartifact-keyring: pip and uv get no tokens",
            command=command.format("BIN"),
        )
    ]


def test_there_is_no_other_keyring(doctor_env, home, tmp_path):
    run_installer(home, tmp_path / "prefix", "--no-build").ok()
    doctor_env.installation = Installation(tmp_path / "prefix")
    doctor_env.installation.keyring.unlink()
    doctor_env.path_begins_with()
    assert only(doctor_env, "program") == [
        Finding(
            "program",
            "problem",
            "there is no keyring in BIN: pip and uv get no tokens",
            command="codeartifact-keyring configure",
        )
    ]


def test_pythons_keyring_first_on_path_uses_the_backend(doctor_env):
    doctor_env.path_begins_with(environment("harness") / "bin")
    assert doctor_env.failures() == []
    [note] = doctor_env.notes("program")
    assert note.what.endswith("/bin/keyring (Python's, 25.7.0); it uses codeartifact-keyring too, but is slower")


def test_an_older_keyring_of_pythons_first_on_path(doctor_env, tmp_path):
    """uv and pip 26.2 call it with options that it does not know."""
    venv = virtual_environment(doctor_env, tmp_path / "venv", keyring="24.3.1")
    doctor_env.path_begins_with(venv / "bin")
    assert only(doctor_env, "program") == [
        Finding(
            "program",
            "problem",
            f"the first keyring on PATH is {venv}/bin/keyring (Python's, 24.3.1), which is too old for uv and pip 26.2",
            command=f"{venv}/bin/python3 -m pip install --upgrade keyring",
        )
    ]


def test_another_installation_comes_first(doctor_env, tmp_path):
    other = tmp_path / "other" / "codeartifact-keyring"
    other.parent.mkdir()
    shutil.copy(doctor_env.installation.program, other)
    doctor_env.path_begins_with(other.parent)
    assert only(doctor_env, "program") == [
        Finding(
            "program",
            "warning",
            f"another installation comes first on PATH: {other}",
            command='export PATH="BIN:$PATH"',
        )
    ]


def test_the_keyring_of_another_installation_comes_first(doctor_env, home, tmp_path):
    other = Installation(tmp_path / "other")
    run_installer(home, other.prefix, "--no-build", "--no-configure").ok()
    what = "the first keyring on PATH is {0}/keyring, of another installation of codeartifact-keyring, in {1}"
    doctor_env.path_begins_with(other.bin)
    assert only(doctor_env, "program") == [
        Finding("program", "warning", what.format(other.bin, other.prefix), command='export PATH="BIN:$PATH"')
    ]
    # In this one's own directory.
    doctor_env.installation = Installation(tmp_path / "prefix")
    (tmp_path / "prefix/bin").mkdir(parents=True)
    doctor_env.installation.keyring.symlink_to(other.keyring)
    run_installer(home, tmp_path / "prefix", "--no-build").ok()
    doctor_env.path_begins_with()
    [finding] = only(doctor_env, "program")
    assert finding.what == what.format("BIN", other.prefix)
    assert finding.command == "rm BIN/keyring && codeartifact-keyring configure"
    doctor_env.run_command(finding)
    home.env["PATH"] = f"{home.directory}/.local/bin:{home.env['PATH']}"
    assert doctor_env.failures() == []


def test_the_command_is_missing(doctor_env, home, tmp_path):
    """As where uv has removed its own link of that name."""
    there = doctor_env.installation = Installation(tmp_path / "it's a prefix")
    run_installer(home, there.prefix, "--no-build").ok()
    doctor_env.path_begins_with()
    there.program.unlink()
    shown = home.run(there.libexec / "codeartifact-keyring", "doctor", "--json", cwd=doctor_env.folder).stdout
    (finding,) = [item for item in json.loads(shown)["findings"] if item["severity"] in ("warning", "problem")]
    assert (finding["area"], finding["severity"]) == ("program", "warning")
    assert finding["what"] == f"there is no codeartifact-keyring in {there.bin}"
    home.run("/bin/sh", "-c", finding["command"]).ok()
    assert doctor_env.failures() == []
    run_installer(home, there.prefix, "--no-build").ok()


def test_pip_runs_no_keyring_from_its_own_folder(doctor_env, home, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", pip="26.3")
    (venv / "bin" / "keyring").symlink_to(doctor_env.installation.keyring)
    home.env["PATH"] = joined(venv / "bin")
    [finding] = only(doctor_env, "pip")
    assert finding.severity == "problem"
    assert (
        finding.what
        == f"{venv}/bin/pip does not run the keyring in its own directory, {venv}/bin, which is codeartifact-keyring's"
    )
    # That is what pip says itself.
    ask = "from pip._internal.network.auth import get_keyring_provider as ask; print(type(ask('subprocess')).__name__)"
    assert home.run(venv / "bin/python", "-c", ask).ok().stdout == "KeyRingNullProvider\n"
    doctor_env.run_command(finding)
    assert (home.directory / ".local/bin/keyring").resolve() == doctor_env.installation.keyring.resolve(), (
        "the fast path"
    )
    home.env["PATH"] = f"{home.directory}/.local/bin:{home.env['PATH']}"
    assert doctor_env.failures() == []
    assert home.run(venv / "bin/python", "-c", ask).ok().stdout == "KeyRingCliProvider\n"


@pytest.fixture
def hostile_folder(doctor_env, tmp_path):
    """A folder from anywhere, in which all that a careless search would find leaves a trace; whether one was left."""
    trace = tmp_path / "trace"
    program = f"#!/bin/sh\ntouch {trace}\nexit 1\n"
    for name in ("keyring", "python", "python3", "pip", "poetry", "uv"):
        script(doctor_env.folder / name, program)
        script(doctor_env.folder / "bin" / name, program)
    for module in (
        "json",
        "os",
        "sysconfig",
        "keyring",
        "sitecustomize",
        "usercustomize",
        "importlib",
        "codeartifact_keyring",
    ):
        doctor_env.project(f"open({str(trace)!r}, 'w')\nraise SystemExit(3)\n", f"{module}.py")
    doctor_env.with_source()
    return trace.exists


@pytest.mark.parametrize("entry", ["", ".", "bin", "./bin"])
def test_a_relative_entry_of_path_is_not_looked_into(doctor_env, home, hostile_folder, entry):
    doctor_env.with_clients("python")
    path = home.env["PATH"]
    home.env["PATH"] = f"{path}:{entry}"
    assert doctor_env.failures() == [], "it comes last, where no client gets to"
    home.env["PATH"] = f"{entry}:{path}"
    [finding] = only(doctor_env, "program")
    where = f"{entry or '.'}/keyring"
    assert finding.what.endswith(f"depends on the current folder: pip and uv run {where} from it")
    assert finding.command == 'export PATH="BIN:$PATH"'
    home.env["PATH"] = f"{doctor_env.installation.bin}:{home.env['PATH']}"
    assert doctor_env.failures() == []
    assert not hostile_folder()


@pytest.mark.parametrize("path", [":/nowhere", ".:", "bin"])
def test_no_python_takes_a_module_of_the_folder(doctor_env, home, hostile_folder, path):
    """An empty entry is what `PYTHONPATH=$PYTHONPATH:/x` leaves: the working directory."""
    doctor_env.with_clients("python", "poetry")
    home.env["PYTHONPATH"] = path
    assert doctor_env.failures() == []
    assert not hostile_folder()


def test_an_environment_of_the_folder_by_a_relative_path(doctor_env, home, hostile_folder):
    home.env["VIRTUAL_ENV"] = "."
    assert doctor_env.failures() == []
    assert not hostile_folder()


def test_a_mistake_in_the_configuration(doctor_env, home):
    doctor_env.with_source()
    home.write(".config/codeartifact-keyring/config.toml", 'store = "auto"\nduration = "13h"\n')
    assert only(doctor_env, "configuration") == [
        Finding(
            "configuration",
            "problem",
            '"13h" is not a duration from 15m to 12h, or "session"',
            "~/.config/codeartifact-keyring/config.toml:2",
            "${EDITOR:-vi} ~/.config/codeartifact-keyring/config.toml",
        )
    ]


# -- Python's keyring -------------------------------------------------------------------------------------------------


def test_python_keyring_backend_is_set(doctor_env, home):
    doctor_env.with_clients("python", "poetry")
    home.env["PYTHON_KEYRING_BACKEND"] = NULL
    finding = Finding(
        "keyring",
        "problem",
        f"PYTHON_KEYRING_BACKEND={NULL} takes precedence over keyringrc.cfg: tools that use Python's keyring do not ask codeartifact-keyring",
        command="unset PYTHON_KEYRING_BACKEND",
    )
    assert only(doctor_env, "keyring") == [finding]
    home.write(".bashrc", f"# for CI\nexport PYTHON_KEYRING_BACKEND={NULL}\n")
    [finding] = only(doctor_env, "keyring")
    assert finding.place == "~/.bashrc:2"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (".bashrc", f"# a\nexport PYTHON_KEYRING_BACKEND={NULL}\nexport A=b\n", 2),
        (".zshenv", f'export PYTHON_KEYRING_BACKEND="{NULL}"\n', 1),
        (".config/fish/config.fish", f"set -gx PYTHON_KEYRING_BACKEND {NULL}\n", 1),
    ],
)
def test_the_variable_in_a_shells_profile(doctor_env, home, name, text, line):
    path = home.write(name, text)
    [finding] = only(doctor_env, "keyring")
    assert finding == Finding(
        "keyring",
        "warning",
        "new shells will set PYTHON_KEYRING_BACKEND, which takes precedence over keyringrc.cfg",
        f"~/{name}:{line}",
        f"sed -i '{line}d' ~/{name}",
    )
    doctor_env.run_command(finding)
    assert doctor_env.failures() == []
    assert len(path.read_text().splitlines()) == len(text.splitlines()) - 1


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (None, "Python's keyring is not configured to use codeartifact-keyring", ""),
        ("[codeartifact]\nprofile_name = dev\n", "Python's keyring is not configured to use codeartifact-keyring", ""),
        (f"[backend]\n\ndefault-keyring={NULL}\n", f"default-keyring is {NULL}, not codeartifact-keyring", ":3"),
        (
            "[backend]\ndefault-keyring = keyrings.codeartifact.CodeArtifactBackend\n",
            "default-keyring is keyrings.codeartifact.CodeArtifactBackend, not codeartifact-keyring",
            ":2",
        ),
    ],
    ids=["no file", "no choice", "another choice", "a rival"],
)
def test_another_keyring_is_chosen(doctor_env, home, text, what, line):
    doctor_env.with_clients("python", "poetry")
    (home.directory / KEYRINGRC).unlink()
    shutil.rmtree(home.directory / ".config/codeartifact-keyring")
    if text is not None:
        home.write(KEYRINGRC, text)
    assert only(doctor_env, "keyring") == [Finding("keyring", "problem", what, f"~/{KEYRINGRC}{line}", CONFIGURE, True)]
    [done] = doctor_env.fix()
    assert done.startswith(f"~/{KEYRINGRC}: default-keyring = {BACKEND}")
    assert home.run(python(), "-c", "import keyring; print(type(keyring.get_keyring()).__module__)").stdout == (
        "codeartifact_keyring.backend\n"
    )


def test_the_backend_has_gone(doctor_env, home):
    """Every user of Python's keyring fails then."""
    doctor_env.with_clients("python")
    path = home.directory / KEYRINGRC
    path.write_text(path.read_text().replace("python_keyring/codeartifact-keyring", "gone"))
    [finding] = only(doctor_env, "keyring")
    assert (finding.what, finding.command, finding.fixable) == (
        "keyring-path does not contain codeartifact-keyring's backend: every tool that uses Python's keyring fails",
        CONFIGURE,
        True,
    )
    assert finding.place.startswith(f"~/{KEYRINGRC}:")
    doctor_env.fix()


def test_the_backend_starts_another_installation(doctor_env, home, tmp_path):
    doctor_env.with_clients("python")
    run_installer(home, tmp_path / "other", "--no-build").ok()
    [finding] = only(doctor_env, "keyring")
    other = tmp_path / "other/libexec/codeartifact-keyring/keyring"
    assert finding == Finding(
        "keyring",
        "warning",
        f"the keyring 25.7.0 of TOOLS/python3 starts another installation of codeartifact-keyring, {other}",
        command=CONFIGURE,
        fixable=True,
    )
    doctor_env.fix()


def test_a_keyring_that_cannot_be_used(doctor_env, home, tmp_path):
    venv = virtual_environment(doctor_env, tmp_path / "venv", keyring="25.7.0")
    [packages] = venv.glob("lib/python*/site-packages")
    (packages / "keyring").mkdir()
    (packages / "keyring" / "__init__.py").write_text('raise RuntimeError("no such luck")\n')
    (venv / "bin" / "keyring").unlink()
    doctor_env.path_begins_with(venv / "bin")
    assert only(doctor_env, "keyring") == [
        Finding(
            "keyring",
            "problem",
            f"the keyring 25.7.0 of {venv}/bin/python3 cannot be used: no such luck",
            command=f"{venv}/bin/python3 -m pip install --force-reinstall keyring",
        )
    ]
    assert doctor_env.report("--fix")["fixed"] == []


def test_the_backend_without_its_path(doctor_env, home):
    doctor_env.with_clients("python")
    home.write(KEYRINGRC, f"[backend]\ndefault-keyring = {BACKEND}\n")
    [finding] = only(doctor_env, "keyring")
    assert (finding.command, finding.fixable) == (CONFIGURE, True)
    doctor_env.fix()


def test_a_python_that_makes_no_sense(doctor_env):
    script(doctor_env.tools / "python3", "#!/bin/sh\necho hello; exit 3\n")
    [finding] = only(doctor_env, "keyring")
    assert finding.what == "TOOLS/python3 failed (exit 3): which backend its keyring uses is unknown"


def test_nothing_is_imported_from_the_folder(doctor_env):
    doctor_env.with_clients("python")
    for name in ("json.py", "keyring.py", "sysconfig.py"):
        doctor_env.project('raise SystemExit("run!")\n', name)
    assert doctor_env.failures() == []


@pytest.mark.parametrize("name", ["keyrings.codeartifact", "keyrings.aws-codeartifact-auth"])
def test_a_rival_of_no_use(doctor_env, tmp_path, name):
    venv = virtual_environment(
        doctor_env, tmp_path / "venv", **{"keyring": "25.7.0", name.replace(".", "__").replace("-", "_"): "2.1.2"}
    )
    (venv / "bin" / "keyring").unlink()
    doctor_env.path_begins_with(venv / "bin")
    assert doctor_env.failures() == []
    assert doctor_env.notes("keyring") == [
        Finding(
            "keyring",
            "note",
            f"{name} 2.1.2 of {venv}/bin/python3 is redundant: uninstall it",
            command=f"{venv}/bin/python3 -m pip uninstall {name}",
        )
    ]
