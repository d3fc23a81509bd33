"""What `configure` cannot edit is left as it is and told of in one line; the other clients are set up all the same."""

from __future__ import annotations

import configparser
import os
import shutil

import pytest
from harness.environments import program, python
from harness.home import joined

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
PIP_CONF = ".config/pip/pip.conf"
UV_TOML = ".config/uv/uv.toml"
FILES = {"poetry": KEYRINGRC, "pip": PIP_CONF, "uv": UV_TOML}


@pytest.fixture
def codeartifact(home, installed):
    """Runs a command, with the installed programs first on PATH."""
    home.env["PATH"] = joined(installed.bin)
    return lambda *arguments: home.run(installed.program, *arguments)


# --- links


@pytest.mark.parametrize("client", FILES)
@pytest.mark.parametrize("is_folder", [False, True], ids=["the file", "its folder"])
def test_a_dangling_link_stays(codeartifact, home, client, is_folder):
    """A dotfile manager's: its files may be there again tomorrow."""
    path = home.directory / FILES[client]
    link, target = (path.parent if is_folder else path), home.directory / "dotfiles/gone"
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    result = codeartifact("configure", client)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert f"{link} is a broken link (to {target}), so it was not changed" in result.stderr
    assert codeartifact("unconfigure").ok().output == ""
    assert os.readlink(link) == str(target)
    assert home.contents() == {}, "no journal of what was not done"


def test_a_link_that_dangles_later_stays_in_the_journal(codeartifact, home):
    target = home.write("dotfiles/pip.conf", "[global]\ntimeout = 60\n")
    link = home.directory / PIP_CONF
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    codeartifact("configure", "pip").ok()
    target.rename(target.parent / "away")
    result = codeartifact("unconfigure")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{link} is a broken link" in result.stderr
    (target.parent / "away").rename(target)
    codeartifact("unconfigure").ok()
    assert target.read_text() == "[global]\ntimeout = 60\n"


# --- uv.toml as it may be written


@pytest.mark.parametrize(
    ("text", "is_of_uv"),
    [
        ('"keyring-provider" = "disabled"\noffline = false\n', True),
        ("offline = false\n'keyring-provider' = 'disabled' # mine\n", True),
        ('allow-insecure-host = [\n  "a.example",\n]\nkeyring-provider = "disabled"\n[pip]\nstrict = true\n', True),
        ('a = [\n[1, 2],\n  [3], # x\n]\nkeyring-provider = "disabled"\n', False),
        ('a = [\n[1, 2],\n]\n\n[pip]\nkeyring-provider = "disabled"\n', False),
        ('a = """\n[pip]\nkeyring-provider = 1\n"""\n', False),
        ('keyring-provider = """\ndisabled"""\noffline = false\n', False),
        ('"keyring\\u002dprovider" = "disabled"\n', True),
        ("\ufeffoffline = false\n", True),
        ('\ufeffkeyring-provider = "disabled"\noffline = false\n', True),
        ('\ufeff[pip]\nkeyring-provider = "disabled"\n', True),
        ("\ufeff", True),
    ],
)
def test_whatever_is_valid_is_edited(codeartifact, home, text, is_of_uv):
    tomllib = pytest.importorskip("tomllib")
    path = home.write(UV_TOML, text)
    codeartifact("configure", "uv").ok()
    after = path.read_text()
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    before, now = (tomllib.loads(content.lstrip("\ufeff")) for content in (text, after))
    assert now == {**before, "keyring-provider": "subprocess"}
    if is_of_uv:
        shown = home.run(program("uv"), "pip", "list", "--python", python()).ok()
        assert "uv.toml" not in shown.stderr, shown.describe()
    assert codeartifact("configure", "uv").ok().stdout.startswith(str(path))
    assert path.read_text() == after
    codeartifact("unconfigure", "uv").ok()
    assert path.read_text() == text


def test_an_added_line_after_a_byte_order_mark_is_found_without_the_journal(codeartifact, home):
    path = home.write(UV_TOML, "\ufeffoffline = false\n")
    codeartifact("configure", "uv").ok()
    (home.directory / ".config/codeartifact-keyring/configured.json").unlink()
    codeartifact("unconfigure", "uv").ok()
    assert path.read_text().lstrip("\ufeff") == "offline = false\n"


def test_what_is_valid_and_cannot_be_edited(codeartifact, home):
    text = 'keyring-provider = ["disabled"]\n'
    path = home.write(UV_TOML, text)
    result = codeartifact("configure", "uv")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{path} could not be edited, so it was not changed" in result.stderr
    assert 'keyring-provider = "subprocess"' in result.stderr
    assert path.read_text() == text


# --- files that Python's configparser refuses

REFUSED = {
    "an option before any section": ("# x\ntimeout = 5\n[a]\nb = c\n", 2),
    "no section at all": ("timeout = 5\n", 1),
    "no separator": ("[a]\nb\nc = d\n", 2),
    "a header without an end": ("[a]\nb = c\n[d\n", 3),
    "a section twice": ("[a]\nb = c\n[d]\n[a]\n", 4),
    "an option twice": ("[a]\nb = c\nB : d\n", 3),
    "a byte order mark": ("\ufeff[a]\nb = c\n", 1),
    "a header without a name": ("[]\n", 1),
}
ACCEPTED = [
    "[DEFAULT]\na = b\n[x]\n[DEFAULT]\nc = d\n",
    "[a]\nb = c\n  = d\n  [e]\n\n  f\n[g]\n",
    "[a]\nb =\n[c]\nb =\n",
    "[a] trailing\nb = c\n",
    "[a]\n  b = c\n  d = e\nf: g\n",
    "; x\n  # y\n[a]\n",
    "[a]\n    b = c\n  # x\n      = d\n",
]


def python_reads(path):
    try:
        configparser.RawConfigParser().read(path, encoding="utf-8")
    except configparser.Error:
        return False
    return True


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("client", ["poetry", "pip"])
def test_what_python_refuses_is_refused(codeartifact, home, client, text, line):
    path = home.write(FILES[client], text)
    assert not python_reads(path)
    result = codeartifact("configure", client)
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{path} line {line}: not a file that Python's configparser reads, so it was not changed" in result.stderr
    assert result.stderr.endswith(f"Fix it and run: codeartifact-keyring configure {client}\n")
    assert home.contents() == {FILES[client]: text.encode()}


@pytest.mark.parametrize("text", ACCEPTED)
@pytest.mark.parametrize("client", ["poetry", "pip"])
def test_what_python_reads_is_edited(codeartifact, home, client, text):
    path = home.write(FILES[client], text)
    assert python_reads(path)
    codeartifact("configure", client).ok()
    assert python_reads(path) and path.read_text() != text
    codeartifact("unconfigure").ok()
    assert path.read_text() == text


# --- one after the other


def test_one_clients_failure_is_not_the_others(codeartifact, home):
    """uv.toml is broken, and a folder is in the place of pip.conf."""
    uv_toml = home.write(UV_TOML, "[[[\n")
    pip_conf = home.directory / PIP_CONF
    pip_conf.mkdir(parents=True)
    home.env["PATH"] = joined(home.directory / ".local/bin")
    result = codeartifact("configure", "uv", "pip", "poetry")
    assert result.returncode == 1
    assert result.stdout.startswith(f"{home.directory / KEYRINGRC}: default-keyring = ")
    first, second = result.stderr.splitlines()
    assert f"{uv_toml} line 1: not valid TOML" in first
    assert f"cannot read {pip_conf}" in second
    pip_conf.rmdir()
    uv_toml.write_text("offline = false\n")
    codeartifact("configure").ok()
    codeartifact("unconfigure").ok()
    assert home.contents() == {UV_TOML: b"offline = false\n"}


def test_the_keyring_command_is_still_linked(codeartifact, home):
    home.write(UV_TOML, "[[[\n")
    home.env["PATH"] = joined(home.directory / ".local/bin")
    assert codeartifact("configure", "uv").returncode == 1
    link = home.directory / ".local/bin/keyring"
    assert link.is_symlink()
    codeartifact("unconfigure").ok()
    assert not link.is_symlink()


def test_what_cannot_be_undone_stays_in_the_journal(codeartifact, home):
    home.write(PIP_CONF, "[global]\ntimeout = 60\n")
    codeartifact("configure").ok()
    path = home.directory / PIP_CONF
    path.rename(path.parent / "away")
    path.mkdir()
    result = codeartifact("unconfigure")
    assert result.returncode == 1
    assert f"cannot read {path}" in result.stderr and result.stderr.count("\n") == 1
    assert result.stdout.count("restored\n") == 2
    assert not {KEYRINGRC, UV_TOML} & set(home.contents())
    path.rmdir()
    (path.parent / "away").rename(path)
    codeartifact("unconfigure").ok()
    assert home.contents() == {PIP_CONF: b"[global]\ntimeout = 60\n"}


@pytest.mark.parametrize("client", FILES)
def test_what_could_not_be_written_is_not_in_the_journal(codeartifact, home, client):
    """A file is in the place of the folder."""
    folder = os.path.dirname(FILES[client])
    home.write(folder, "mine")
    assert codeartifact("configure", client).returncode == 1
    assert home.contents() == {folder: b"mine"}


def test_what_could_not_be_written_a_second_time_is_still_in_the_journal(codeartifact, home, tmp_path, installed):
    path = home.write(PIP_CONF, "[global]\ntimeout = 60\n")
    codeartifact("configure", "pip").ok()
    kept = path.read_bytes()
    shutil.move(path.parent, tmp_path / "pip")
    (home.directory / os.path.dirname(PIP_CONF)).write_text("")
    assert codeartifact("configure", "pip").returncode == 1
    (home.directory / os.path.dirname(PIP_CONF)).unlink()
    shutil.move(tmp_path / "pip", path.parent)
    assert path.read_bytes() == kept
    codeartifact("unconfigure").ok()
    assert home.contents() == {PIP_CONF: b"[global]\ntimeout = 60\n"}


# --- what takes precedence over pip's setting


@pytest.mark.parametrize(
    ("variables", "text", "expected"),
    [
        ({"PIP_KEYRING_PROVIDER": "disabled"}, "", "Run: unset PIP_KEYRING_PROVIDER"),
        ({"PIP_KEYRING_PROVIDER": "import"}, "", ""),
        ({"PIP_CONFIG_FILE": "/dev/null"}, "", "Run: export PIP_KEYRING_PROVIDER=subprocess"),
        ({"PIP_CONFIG_FILE": "/nowhere/pip.conf"}, "", ""),
        ({"PIP_CONFIG_FILE": "OTHER"}, "", "Run: export PIP_KEYRING_PROVIDER=subprocess"),
        ({"PIP_CONFIG_FILE": "OWN"}, "", ""),
        ({}, "[install]\nkeyring-provider = disabled\n", "set install.keyring-provider subprocess"),
        ({}, "[install]\nkeyring-provider = auto\n", ""),
    ],
)
def test_what_keeps_pip_from_asking_is_named(codeartifact, home, variables, text, expected):
    path = home.write(PIP_CONF, text)
    named = {"OTHER": home.write("ci.conf", "[global]\ntimeout = 5\n"), "OWN": path}
    home.env |= {name: str(named.get(value, value)) for name, value in variables.items()}
    result = codeartifact("configure", "pip").ok()
    assert result.stderr.count("\n") == (1 if expected else 0)
    assert expected in result.stderr
    assert codeartifact("configure", "poetry").ok().stderr == "", "it is of no concern to others"


def test_a_file_named_by_a_variable_with_the_same_setting(codeartifact, home):
    home.env["PIP_CONFIG_FILE"] = str(home.write("ci.conf", "[global]\nkeyring-provider = subprocess\n"))
    assert codeartifact("configure", "pip").ok().stderr == ""
