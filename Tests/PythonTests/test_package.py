"""The package as it is installed: found by the real keyring library, and cheap for those that do not need it."""

import ast
import os
import shutil
import subprocess
import sys
from importlib import metadata

import pytest

from conftest import ANSWER, HOST, SOURCE, URL

PACKAGE = SOURCE / "codeartifact_keyring"
MODULES = sorted(PACKAGE.glob("*.py"))


def python(program, *options, **variables):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment.update(variables)
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def keyringrc(tmp_path):
    """keyringrc.cfg as it is after `configure`."""
    directory = tmp_path / "config" / "python_keyring"
    directory.mkdir(parents=True)
    (directory / "keyringrc.cfg").write_text(
        f"[backend]\nkeyring-path={SOURCE}\ndefault-keyring=codeartifact_keyring.backend.Keyring\n"
    )


def test_keyring_uses_it_once_configured(keyringrc, executable):
    done = python(
        "import keyring\n"
        "print(type(keyring.get_keyring()).__module__)\n"
        f"print(keyring.get_password({URL!r}, 'aws'), keyring.get_credential({HOST!r}, None).password)\n"
        "print(keyring.get_password('another service', 'bob'))",
        PYTHONWARNINGS="ignore",
        DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent",
    )
    assert (done.stdout.split(), done.stderr) == (["codeartifact_keyring.backend", "token-1", "token-1", "None"], "")
    assert executable.does(ANSWER).calls == [f"keyring --mode=creds --output=json get {URL}"]


def test_keyring_finds_it_by_its_entry_point():
    done = python(
        "import keyring.backend\nprint(sorted(type(ring).__module__ for ring in keyring.backend.get_all_keyring()))",
        PYTHONPATH=str(SOURCE),
        PYTHONWARNINGS="ignore",
    )
    assert "'codeartifact_keyring.backend'" in done.stdout
    assert done.stderr == ""


def test_the_metadata_names_the_backend():
    (found,) = metadata.Distribution.discover(name="codeartifact-keyring", path=[str(SOURCE)])
    (entry,) = found.entry_points
    assert entry.group == "keyring.backends"
    assert entry.load().Keyring.priority == 9.95


@pytest.fixture
def copy(tmp_path):
    """A user's own copy, as `configure` makes it of an older version, and the directory of the installed package."""
    copied, installed = tmp_path / "copy" / PACKAGE.name, tmp_path / "prefix" / PACKAGE.name
    for directory, text in ((copied, "the copy"), (installed, "the installed one")):
        directory.mkdir(parents=True)
        for module in MODULES:
            shutil.copy(module, directory)
        (directory / "paths.py").write_text((PACKAGE / "paths.py").read_text() + f"\nplace = {text!r}\n")
    (copied / "installed").symlink_to(installed)
    return copied, installed


def place(copy):
    done = python(
        "from codeartifact_keyring import backend, paths, other_backends\nprint(paths.place)",
        PYTHONPATH=str(copy[0].parent),
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_copy_uses_the_installed_modules(copy):
    assert place(copy) == "the installed one"


@pytest.mark.parametrize("left", ["nothing", "what Python has compiled", "some modules"])
def test_a_copy_works_without_the_installed_package(copy, left):
    """As after `uv tool uninstall`, and after `pip uninstall`, which leaves what it does not know."""
    _, installed = copy
    place(copy)
    if left == "some modules":
        (installed / "backend.py").unlink()
    else:
        shutil.rmtree(installed)
        if left != "nothing":
            (installed / "__pycache__").mkdir(parents=True)
    assert place(copy) == "the copy"


@pytest.mark.parametrize("removed", ["by unconfigure", "altogether"])
@pytest.mark.parametrize("looked_up", [True, False], ids=["after a lookup", "before any"])
def test_a_process_that_runs_survives_its_removal(copy, keyringrc, executable, tmp_path, removed, looked_up):
    copied, installed = copy
    (tmp_path / "site").mkdir()
    (tmp_path / "site/neighbour.py").write_text(
        "from keyring import backend\n\n\nclass Keyring(backend.KeyringBackend):\n    priority = 1\n\n"
        "    def get_password(self, service, username):\n        return 'secret'\n\n"
        "    set_password = delete_password = lambda self, *_: None\n"
    )
    directories = [str(copied)] + ([str(installed)] if removed == "altogether" else [])
    other = "print(ring.get_password('another service', 'bob'))\n"
    asked = f"try:\n    print(ring.get_password({URL!r}, 'aws'))\nexcept Exception as error:\n    print(error)\n"
    done = python(
        "import os, shutil, neighbour\n"
        "from codeartifact_keyring.backend import Keyring\n"
        f"ring = Keyring()\n{(other + asked) if looked_up else ''}"
        f"for directory in {directories}:\n    shutil.rmtree(directory)\n"
        f"os.environ['AWS_PROFILE'] = 'another'\n{other}{asked}",
        PYTHONPATH=f"{copied.parent}{os.pathsep}{tmp_path / 'site'}",
        PYTHONWARNINGS="ignore",
        DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent",
    )
    is_loaded = looked_up or removed == "by unconfigure"
    gone = (
        "codeartifact-keyring: it was removed while this program was running. Install it again, and start this program"
    )
    found = ["secret", "token-1" if is_loaded else f"{gone} again"]
    assert (done.stdout.splitlines(), done.stderr) == ((["secret", "token-1"] if looked_up else []) + found, "")


def test_foreign_lookups_load_and_open_next_to_nothing(executable):
    done = python(
        "import sys, keyring.backend\n"
        "before = set(sys.modules)\n"
        "from codeartifact_keyring.backend import Keyring\n"
        "Keyring().get_password('python-poetry-check', 'python-poetry')\n"
        "print(*sorted(set(sys.modules) - before))",
        PYTHONPATH=str(SOURCE),
        PYTHONWARNINGS="ignore",
    )
    modules = ("backend", "errors", "other_backends", "paths", "poetry_secrets", "poetry_sources", "services")
    assert done.stdout.split() == ["codeartifact_keyring", *(f"codeartifact_keyring.{name}" for name in modules)]
    assert executable.calls == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_it_is_python_3_8_and_needs_nothing_but_keyring(module):
    tree = ast.parse(module.read_text(), feature_version=(3, 8))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(node.module.partition(".")[0])
    standard = getattr(sys, "stdlib_module_names", None)
    if standard is None:
        pytest.skip("this Python does not list its standard library")
    assert imported - standard <= {"keyring"}


def test_nothing_in_it_is_newer_than_python_3_8():
    """Not only the grammar: functions and methods of later versions too."""
    done = subprocess.run(
        [
            os.path.join(os.path.dirname(sys.executable), "vermin"),
            "--target=3.8-",
            "--violations",
            "--no-tips",
            str(PACKAGE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_module_has_a_name_that_poetry_refuses(module):
    assert module.stem not in ("chainer", "fail", "null")
    assert "plaintext" not in module.stem
