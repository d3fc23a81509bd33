"""`configure` adds lines to other programs' files, and `unconfigure` restores the files byte for byte."""

from __future__ import annotations

import configparser
import subprocess

import pytest
from harness.environments import program, python

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
PIP_CONF = ".config/pip/pip.conf"
UV_TOML = ".config/uv/uv.toml"
BACKEND = "codeartifact_keyring.backend.Keyring"

CONTENTS = {
    "nothing there": {},
    "empty files": {KEYRINGRC: "", PIP_CONF: "", UV_TOML: ""},
    "other settings": {
        KEYRINGRC: "[codeartifact]\nprofile_name=dev\n\n[codeartifact account=111122223333]\ntoken_duration=3600\n",
        PIP_CONF: "[global]\ntimeout = 60\nindex-url = https://pypi.org/simple/\n\n[install]\nno-binary = x\n",
        UV_TOML: 'offline = false\n\n[[index]]\nname = "other"\nurl = "https://pypi.org/simple/"\n',
    },
    "comments": {
        KEYRINGRC: "# mine\n[backend]\n; another\n# default-keyring=x\n\n[other]\na=b\n",
        PIP_CONF: "# a\n\n[global]\n# keyring-provider = import\ntimeout = 5\n; c\n",
        UV_TOML: '# keyring-provider = "disabled"\n\n\n[pip]\n# here too\nstrict = true\n',
    },
    "carriage returns": {
        KEYRINGRC: "[backend]\r\ndefault-keyring=keyring.backends.null.Keyring\r\n",
        PIP_CONF: "[global]\r\ntimeout = 60\r\n",
        UV_TOML: "offline = false\r\n[pip]\r\nstrict = true\r\n",
    },
    "no newline at the end": {
        KEYRINGRC: "[backend]\ndefault-keyring=keyring.backends.chainer.ChainerBackend",
        PIP_CONF: "[global]\ntimeout = 60",
        UV_TOML: "offline = false",
    },
    "a setting of the same name": {
        KEYRINGRC: "[backend]\ndefault-keyring = keyring.backends.fail.Keyring\n",
        PIP_CONF: "[install]\nquiet = 0\n[global]\nkeyring_provider = import\nno-input = true\n",
        UV_TOML: 'keyring-provider = "disabled"\noffline = false\n',
    },
    "disabled by keyring --disable": {KEYRINGRC: "[backend]\ndefault-keyring=keyring.backends.null.Keyring"},
    "blank lines": {PIP_CONF: "\n\n[global]\n\n\ntimeout=9\n\n\n", UV_TOML: "\n\n\n"},
}


@pytest.fixture
def codeartifact(home, installed):
    """Runs a command for people."""
    return lambda *arguments: home.run(installed.program, *arguments)


COPY = ".local/share/python_keyring/codeartifact-keyring"


def write_all(home, contents):
    for name, text in contents.items():
        home.write(name, text.encode(), mode=0o644)


@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS.keys())
def test_unconfigure_gives_the_files_back(codeartifact, home, contents):
    write_all(home, contents)
    before = home.contents()
    codeartifact("configure").ok()
    once = home.contents()
    codeartifact("configure").ok()
    assert home.contents() == once, "the second time changes nothing"
    assert once != before
    for name in (KEYRINGRC, PIP_CONF, UV_TOML):
        assert once[name] != before.get(name)
    codeartifact("unconfigure").ok()
    assert home.contents() == before
    codeartifact("unconfigure").ok()
    assert home.contents() == before
    for name in (KEYRINGRC, PIP_CONF, UV_TOML):
        assert (home.directory / name).parent.exists() == any(key == name for key in contents), "folders too"


@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS.keys())
def test_the_clients_read_what_configure_wrote(codeartifact, home, installed, contents):
    write_all(home, contents)
    codeartifact("configure").ok()
    parser = configparser.RawConfigParser()
    parser.read(home.directory / KEYRINGRC)
    assert parser.get("backend", "default-keyring") == BACKEND
    assert parser.get("backend", "keyring-path") == str(home.directory / COPY)
    shown = home.run(python(), "-c", "import keyring; print(type(keyring.get_keyring()).__module__)").ok()
    assert (shown.stdout, shown.stderr) == ("codeartifact_keyring.backend\n", "")
    provider = home.run(program("pip"), "config", "get", "global.keyring-provider").ok()
    assert provider.stdout == "subprocess\n"
    uv = (home.directory / UV_TOML).read_text()
    top_level = uv.split("\n[")[0].splitlines()
    assert [line for line in top_level if line.startswith("keyring-provider")] == ['keyring-provider = "subprocess"']
    home.run(program("uv"), "tree", "--help").ok()
    version = home.run(program("uv"), "pip", "list", "--python", python())
    assert "uv.toml" not in version.stderr, "uv reads the file without complaint"
    assert version.returncode == 0


def test_changes_made_meanwhile_stay(codeartifact, home):
    home.write(PIP_CONF, "[global]\ntimeout = 60\n")
    codeartifact("configure").ok()
    path = home.directory / PIP_CONF
    path.write_text(path.read_text() + "\n[install]\nno-compile = true\n")
    codeartifact("unconfigure").ok()
    text = path.read_text()
    assert "timeout = 60" in text
    assert "no-compile = true" in text
    assert "keyring-provider" not in text


def test_one_client_alone(codeartifact, home):
    codeartifact("configure", "pip").ok()
    assert PIP_CONF in home.contents()
    assert not {KEYRINGRC, UV_TOML} & set(home.contents())
    codeartifact("unconfigure", "pip").ok()
    assert home.contents() == {}


def test_modes_of_files_stay(codeartifact, home):
    path = home.write(PIP_CONF, "[global]\ntimeout = 60\n", mode=0o640)
    codeartifact("configure").ok()
    assert oct(path.stat().st_mode & 0o777) == "0o640"
    codeartifact("unconfigure").ok()
    assert oct(path.stat().st_mode & 0o777) == "0o640"


def test_a_link_stays_a_link(codeartifact, home):
    """Users keep such files under version control, and link to them."""
    target = home.write("dotfiles/pip.conf", "[global]\ntimeout = 60\n")
    link = home.directory / PIP_CONF
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    codeartifact("configure").ok()
    assert link.is_symlink()
    assert "keyring-provider" in target.read_text()
    codeartifact("unconfigure").ok()
    assert link.is_symlink()
    assert target.read_text() == "[global]\ntimeout = 60\n"


def test_xdg_config_home_is_followed(codeartifact, home):
    home.env["XDG_CONFIG_HOME"] = str(home.directory / "elsewhere")
    home.env["XDG_DATA_HOME"] = str(home.directory / "elsewhere/data")
    codeartifact("configure").ok()
    assert {name.split("/")[0] for name in home.contents()} == {"elsewhere"}
    codeartifact("unconfigure").ok()
    assert home.contents() == {}


@pytest.mark.parametrize("damage", ["half", "gone"])
def test_added_lines_are_found_without_the_journal(home, installed, damage):
    """Left behind, they would be an error in every use of Python's keyring."""
    home.write(KEYRINGRC, "[backend]\ndefault-keyring = keyring.backends.fail.Keyring\n\n[other]\na = b\n")
    home.write(PIP_CONF, "[global]\ntimeout = 60\n")
    home.run(installed.program, "configure").ok()
    journal = home.directory / ".config/codeartifact-keyring/configured.json"
    if damage == "half":
        journal.write_bytes(journal.read_bytes()[:100])
    else:
        journal.unlink()
    shown = home.run(installed.program, "unconfigure").ok().stdout
    assert shown.count("the lines of codeartifact-keyring were removed") == 3
    # keyring warns of an empty [backend] at each use.
    assert (home.directory / KEYRINGRC).read_text() == "\n[other]\na = b\n"
    assert (home.directory / PIP_CONF).read_text() == "[global]\ntimeout = 60\n"
    assert (home.directory / UV_TOML).read_text() == ""
    assert home.run(installed.program, "unconfigure").ok().stdout == ""


def test_a_journal_that_cannot_be_read_is_not_passed_over(configured, installed):
    """What it holds must not be lost: `sudo` may have made it root's."""
    journal = configured.directory / ".config/codeartifact-keyring/configured.json"
    before = (configured.directory / KEYRINGRC).read_bytes()
    journal.unlink()
    journal.mkdir()
    for command in ("unconfigure", "configure"):
        result = configured.run(installed.program, command)
        assert result.returncode == 1
        assert str(journal) in result.stderr
    assert (configured.directory / KEYRINGRC).read_bytes() == before


def test_many_at_once_lose_no_setting(home, installed):
    """`configure` and `unconfigure` of twenty processes at the same time: each reads, edits and writes undisturbed."""
    contents = CONTENTS["a setting of the same name"]
    write_all(home, contents)
    before = home.contents()
    for _ in range(3):
        commands = [[installed.program, word] for word in ("configure", "unconfigure") * 10]
        running = [subprocess.Popen(words, env=home.env, stdout=subprocess.DEVNULL) for words in commands]
        assert [process.wait(timeout=100) for process in running] == [0] * 20
        home.run(installed.program, "unconfigure").ok()
        assert home.contents() == before
