"""install.sh: into a prefix, twice, and away again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest
from harness.environments import ROOT, environment, python
from harness.home import SYSTEM_PATH, joined
from harness.installation import Installation, run_installer
from harness.shells import SHELLS, path_after

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
FILES = {
    KEYRINGRC: "[backend]\ndefault-keyring=keyring.backends.chainer.ChainerBackend\n",
    ".config/pip/pip.conf": "# mine\n[global]\ntimeout = 60\n",
    ".config/uv/uv.toml": "offline = false\n",
}


@pytest.fixture
def prefix(tmp_path):
    return tmp_path / "prefix"


@pytest.fixture
def install(bare_home, prefix):
    return lambda *options: run_installer(bare_home, prefix, "--no-build", *options)


def tree(folder) -> dict[str, object]:
    """Every file and link below the folder, with its content or target; the backend's folder has a name of its own in
    each installation."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = re.sub(r"/python\.\w{6}(/|$)", r"/python\1", str(path.relative_to(folder)))
        if path.is_symlink() and re.fullmatch(r"python\.\w{6}", os.readlink(path)):
            found[name] = "a link to the folder"
        elif path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = hash(path.read_bytes())
    return found


def test_installs_into_an_empty_home(install, bare_home, prefix, standin, user, repository):
    install().ok()
    there = Installation(prefix)
    assert there.keyring.is_symlink()
    assert os.readlink(there.keyring) == "../libexec/codeartifact-keyring/keyring"
    assert os.access(there.program, os.X_OK)
    assert (there.python_package / "codeartifact_keyring" / "backend.py").is_file()
    assert not list(there.python_package.glob("*-info")), "no list of packages changes"
    assert set(FILES) <= set(bare_home.contents())

    bare_home.env["PATH"] = joined(there.bin)
    bare_home.sign_in(user)
    answer = bare_home.run("keyring", "get", repository.index_url, "aws").ok()
    assert answer.fingerprint == standin.mints[0].fingerprint
    in_python = bare_home.run(python(), "-m", "keyring", "get", repository.index_url, "aws").ok()
    assert in_python.fingerprint == answer.fingerprint
    assert standin.mint_count == 1


def test_the_version_is_one(install, bare_home, prefix):
    """The program and the manifest name the same."""
    install().ok()
    there = Installation(prefix)
    (version,) = re.findall(r'^let version = "(.+)"$', (ROOT / "Package.swift").read_text(), re.MULTILINE)
    shown = bare_home.run(there.program, "--version").ok().stdout
    assert re.fullmatch(rf"{re.escape(version)}( \([0-9a-f]{{8}}\+?\))?\n", shown), "with the commit where there is one"


def test_the_commit_is_the_one_it_was_built_from(install, bare_home, prefix):
    def git(*words):
        done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.stdout.strip() if done.returncode == 0 else None

    head = git("rev-parse", "--short=8", "HEAD")
    if head is None:
        pytest.skip("this source has no history")
    moved, built = ROOT / git("rev-parse", "--git-path", "logs/HEAD"), ROOT / ".build-cxx/log"
    if not moved.exists() or not built.exists() or moved.stat().st_mtime > built.stat().st_mtime:
        pytest.skip("this is not the commit that was there at the last build")
    install("--no-configure").ok()
    shown = bare_home.run(Installation(prefix).program, "--version").ok().stdout
    assert re.search(rf" \({head}\+?\)$", shown.strip())


def test_a_second_time_is_harmless(install, bare_home, prefix):
    install().ok()
    first = (tree(prefix), bare_home.contents())
    install().ok()
    assert (tree(prefix), bare_home.contents()) == first


def test_uninstall_leaves_nothing_and_gives_the_files_back(install, bare_home, prefix):
    for name, text in FILES.items():
        bare_home.write(name, text)
    before = bare_home.contents()
    install().ok()
    assert bare_home.contents() != before
    install("--uninstall").ok()
    assert bare_home.contents() == before
    assert tree(prefix) == {}
    install("--uninstall").ok()
    assert bare_home.contents() == before


def test_uninstall_in_an_empty_home_leaves_an_empty_home(install, bare_home, prefix):
    install().ok()
    install("--uninstall").ok()
    assert bare_home.contents() == {}
    assert tree(prefix) == {}


@pytest.mark.parametrize("there", [None, [], ["bin", "share/fish", "share/man/man1"]], ids=str)
def test_uninstall_removes_the_directories_that_it_made(install, prefix, there):
    """Those, and no others: an empty directory may be somebody's, as ~/.local/bin is."""
    for name in [] if there is None else [".", *there]:
        (prefix / name).mkdir(parents=True, exist_ok=True)
    before = sorted(prefix.rglob("*"))
    install("--no-configure").ok()
    install("--no-configure").ok()
    install("--uninstall").ok()
    assert sorted(prefix.rglob("*")) == before
    assert prefix.exists() is (there is not None)


def test_the_keyring_that_stands_there_is_left_alone(install, bare_home, prefix):
    foreign = prefix / "bin" / "keyring"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("#!/bin/sh\necho foreign\n")
    foreign.chmod(0o755)
    bare_home.env["PATH"] = joined(foreign.parent, bare_home.directory / ".local/bin")
    result = install().ok()
    assert foreign.read_text() == "#!/bin/sh\necho foreign\n"
    assert not foreign.is_symlink()
    assert f"{foreign} comes first on PATH: pip and uv will run it" in result.output
    assert (prefix / "bin" / "codeartifact-keyring").is_file()
    assert os.access(Installation(prefix).libexec / "keyring", os.X_OK), (
        "the fast path is there, for the Python backend"
    )
    install("--uninstall").ok()
    assert tree(prefix) == {"bin/keyring": hash(foreign.read_bytes())}


PLACES = {
    "uv": (
        ".local/share/uv/tools/codeartifact-keyring/bin/codeartifact-keyring",
        "{0} unconfigure && uv tool uninstall ",
    ),
    "pipx": (
        ".local/share/pipx/venvs/codeartifact-keyring/bin/codeartifact-keyring",
        "{0} unconfigure && pipx uninstall ",
    ),
    "another program": ("own/program", "rm {0}\n"),
    "a broken link": (None, "rm {0}\n"),
    "pip": ("", "{0} unconfigure && python3 -m pip uninstall "),
}


@pytest.mark.parametrize("way", PLACES)
def test_another_installation_in_its_place_is_not_replaced(install, bare_home, prefix, way):
    """Each would remove the other's command."""
    target, removal = PLACES[way]
    place = prefix / "bin" / "codeartifact-keyring"
    place.parent.mkdir(parents=True)
    script = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/../libexec/codeartifact-keyring/codeartifact-keyring"\n'
    if way == "pip":
        place.write_text(script)
        place.chmod(0o755)
    else:
        place.symlink_to(bare_home.write(target, "#!/bin/sh\n", mode=0o755) if target else "/nowhere")
    before = (tree(prefix), bare_home.contents())
    result = install()
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert f"{place} " in result.stderr
    assert f"so it was not replaced. Remove it first: {removal.format(place)}" in result.stderr
    assert (tree(prefix), bare_home.contents()) == before


@pytest.fixture
def powerless():
    """What a command is run with so that it may write only where the mode of a file says so, as root too."""
    options = ("--ambient-caps", "--inh-caps", "--bounding-set")
    return ["setpriv", *(f"{option}=-dac_override" for option in options)] if os.geteuid() == 0 else []


def test_a_folder_that_cannot_be_written_to(bare_home, prefix, powerless):
    """As ~/.local/bin is after root has made it there."""
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin").chmod(0o555)
    result = bare_home.run(*powerless, ROOT / "install.sh", "--prefix", prefix, "--no-build")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert f"{prefix}/bin cannot be written to." in result.stderr
    assert sorted(prefix.rglob("*")) == [prefix / "bin"]
    assert bare_home.contents() == {}


def test_uninstall_by_somebody_who_may_not_changes_nothing(install, bare_home, prefix, tmp_path, powerless):
    install().ok()
    for path in [prefix, *prefix.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o555)
    before = (tree(prefix), bare_home.contents())
    result = bare_home.run(*powerless, ROOT / "install.sh", "--prefix", prefix, "--uninstall")
    assert (result.returncode, len(result.output.splitlines())) == (1, 1)
    assert "cannot be written to. Nothing was changed. Run: " in result.stderr
    assert (tree(prefix), bare_home.contents()) == before
    # What it says works, with the right to do so.
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/sudo").write_text(f'#!/bin/sh\nchmod -R u+w {prefix}\nexec "$@"\n')
    (tmp_path / "tools/sudo").chmod(0o755)
    bare_home.env["PATH"] = joined(tmp_path / "tools")
    bare_home.run("bash", "-c", result.stderr.partition("Run: ")[2]).ok()
    assert tree(prefix) == {}
    assert bare_home.contents() == {}


def test_without_configuring(install, bare_home, prefix):
    shown = install("--no-configure").ok().stdout
    assert bare_home.contents() == {}
    # What it says can be run later.
    (command,) = re.findall(r"^To configure Poetry, pip and uv, each user runs: (.*)$", shown, re.MULTILINE)
    bare_home.run("sh", "-c", command).ok()
    assert set(FILES) <= set(bare_home.contents())


@pytest.mark.parametrize("name", ["plain", "it's a prefix"])
def test_it_ends_with_how_to_undo_it(bare_home, tmp_path, name):
    """Without the script that installed it: whoever piped that into bash has none."""
    prefix = tmp_path / name
    lines = run_installer(bare_home, prefix, "--no-build").ok().stdout.splitlines()
    assert re.fullmatch(r"To undo this, run: .*codeartifact-keyring'? unconfigure", lines[-2])
    bare_home.run("sh", "-c", lines[-1].removeprefix("To uninstall it, run: ")).ok()
    assert not prefix.exists()
    assert bare_home.contents() == {}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("name", ["plain", "it's a home"])
def test_says_how_to_put_it_on_path(bare_home, tmp_path, shell, name):
    """In the usual place, which `configure` finds to be missing from PATH."""
    (tmp_path / name).mkdir()
    bare_home.env |= {"SHELL": f"/usr/bin/{shell}", "HOME": str(tmp_path / name)}
    place = tmp_path / name / ".local"
    shown = run_installer(bare_home, place, "--no-build").ok().stdout
    (line,) = [line for line in shown.splitlines() if "Put it on PATH: " in line]
    assert str(place / "bin") in path_after(bare_home, shell, line.partition("Put it on PATH: ")[2])


def test_with_another_prefix_the_users_folder_links_to_it(install, bare_home, prefix):
    """PATH need not be changed where it has ~/.local/bin."""
    links = bare_home.directory / ".local/bin"
    bare_home.env["PATH"] = joined(links)
    install().ok()
    assert (links / "keyring").resolve() == (prefix / "libexec/codeartifact-keyring/keyring").resolve()
    install("--uninstall").ok()
    assert bare_home.contents() == {}


def test_other_files_in_the_prefix_stay(install, prefix):
    other = prefix / "share" / "codeartifact-keyring-notes.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    install().ok()
    install("--uninstall").ok()
    assert list(tree(prefix)) == ["share/codeartifact-keyring-notes.txt"]


def test_an_unknown_option_is_wrong_usage(install, bare_home, prefix):
    result = install("--bogus")
    assert result.returncode == 2
    assert "--bogus" in result.stderr
    assert not prefix.exists()
    assert bare_home.contents() == {}


@pytest.mark.parametrize(
    "options",
    [["--build-only", "--from", "x"], ["--demo", "--from", "x"], ["--build-only"]],
)
def test_options_that_do_not_go_together(install, bare_home, prefix, options):
    """The last is given --no-build, as all are by these tests."""
    result = install(*options)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert options[0] in result.stderr


def test_python_users_keep_working_after_uninstall(install, bare_home):
    """A keyringrc.cfg that names a backend which is gone would break every program that uses keyring."""
    install().ok()
    install("--uninstall").ok()
    bare_home.env["PATH"] = SYSTEM_PATH
    shown = bare_home.run(python(), "-c", "import keyring; keyring.get_keyring()").ok()
    assert shown.stderr == ""


def test_a_python_that_runs_keeps_working(install, bare_home, prefix, user, repository):
    """Nothing was looked up in it, so modules are still to be imported."""
    install().ok()
    bare_home.sign_in(user)
    program = (
        "import keyring, subprocess, sys; keyring.get_keyring(); subprocess.run(sys.argv[2:], check=True)\n"
        "print('another', keyring.get_password('example.org', 'anna'))\n"
        "print(keyring.get_credential(sys.argv[1], None).username)"
    )
    run = [python(), "-c", program, repository.index_url]
    shown = bare_home.run(*run, Installation(prefix).program, "unconfigure").ok()
    assert shown.stdout.splitlines()[-2:] == ["another None", "aws"]
    install().ok()
    removed = bare_home.run(*run, "bash", prefix / "libexec/codeartifact-keyring/setup", "uninstall")
    assert removed.stdout.splitlines()[-1] == "another None"
    assert "it was removed while this program was running. Install it again" in removed.stderr


@pytest.mark.parametrize("elsewhere", [True, False], ids=["sbin on PATH", "no other folder"])
def test_beside_pip(install, bare_home, prefix, standin, user, repository, tmp_path, elsewhere):
    """As in an image whose Python is in /usr/local: pip passes over a keyring among its own scripts."""
    bare_home.run(python(), "-m", "venv", "--without-pip", prefix).ok()
    (prefix / "sbin").mkdir()
    bare_home.env["PATH"] = joined(*([prefix / "sbin"] if elsewhere else []), prefix / "bin")
    before = tree(prefix)
    said = install().ok().output
    assert ("pip runs no keyring from" in said) == (not elsewhere)
    bare_home.sign_in(user)
    (site,) = environment("pip").glob("lib/*/site-packages")
    bare_home.env["PYTHONPATH"] = str(site)
    command = [prefix / "bin/python", "-m", "pip", "install", "--no-input", "-i", repository.index_url]
    assert (bare_home.run(*command, "--target", tmp_path / "one", "acme-one").returncode == 0) == elsewhere
    if not elsewhere:
        # What it was told to do.
        (bare_home.directory / "links").mkdir()
        (bare_home.directory / "links/keyring").symlink_to(prefix / "bin/keyring")
        bare_home.env["PATH"] = joined(prefix / "bin", bare_home.directory / "links")
        bare_home.run(*command, "--target", tmp_path / "two", "acme-one").ok()
    install().ok()
    install("--uninstall").ok()
    assert tree(prefix) == before
    assert standin.mint_count == 1


def test_uninstall_takes_only_what_is_its_own(install, bare_home, prefix, tmp_path):
    """Another installation's program of the same name, and a folder that a relative variable would name."""
    install().ok()
    other = prefix / "bin" / "codeartifact-keyring"
    other.unlink()
    other.write_text("#!/bin/sh\n")
    mine = tmp_path / "codeartifact-keyring" / "mine"
    mine.parent.mkdir()
    mine.touch()
    bare_home.env |= {"XDG_CACHE_HOME": ".", "XDG_RUNTIME_DIR": "."}
    bare_home.run(ROOT / "install.sh", "--prefix", prefix, "--uninstall", cwd=tmp_path).ok()
    assert tree(prefix) == {"bin/codeartifact-keyring": hash(other.read_bytes())}
    assert mine.exists()
    assert bare_home.contents() == {}, "and the clients' files are as they were"


def test_another_keyring_in_the_usual_place_is_reported_once(bare_home):
    """There `configure` would put its own link, and says why it does not."""
    foreign = bare_home.write(".local/bin/keyring", "#!/bin/sh\n", mode=0o755)
    shown = run_installer(bare_home, bare_home.directory / ".local", "--no-build").ok().output
    assert shown.count(f"{foreign} is another program and was not changed") == 1


@pytest.fixture
def elsewhere(bare_home, tmp_path):
    """An installation in another prefix than the one that the tests name."""
    place = tmp_path / "else where"
    run_installer(bare_home, place, "--no-build").ok()
    return place


@pytest.mark.parametrize("known_by", ["keyringrc.cfg", "PATH"])
def test_uninstall_without_an_installation_names_the_right_prefix(install, bare_home, prefix, elsewhere, known_by):
    if known_by == "PATH":
        bare_home.run(elsewhere / "bin/codeartifact-keyring", "unconfigure").ok()
        bare_home.env["PATH"] = joined(elsewhere / "bin")
    before = (tree(elsewhere), bare_home.contents())
    result = install("--uninstall")
    assert result.returncode == 1
    (line,) = result.output.splitlines()
    assert f"is not installed in {prefix}, but in {elsewhere}. Run: " in line
    assert (tree(elsewhere), bare_home.contents()) == before
    bare_home.run("bash", "-c", line.partition("Run: ")[2]).ok()
    assert tree(elsewhere) == {}
    assert bare_home.contents() == {}


def test_uninstall_leaves_another_installation_set_up(install, bare_home, prefix, elsewhere):
    install("--no-configure").ok()
    before = (tree(elsewhere), bare_home.contents())
    shown = install("--uninstall").ok().stdout
    assert str(elsewhere) in shown
    assert not prefix.exists()
    assert (tree(elsewhere), bare_home.contents()) == before


def test_uninstall_of_the_one_in_use_names_another_on_path(install, bare_home, prefix, elsewhere):
    install().ok()
    bare_home.env["PATH"] = joined(prefix / "bin", elsewhere / "bin")
    shown = install("--uninstall").ok().stdout
    assert f"is also installed in {elsewhere}. To configure Poetry, pip and uv to use that, run: " in shown
    assert KEYRINGRC not in bare_home.contents()
    bare_home.run("bash", "-c", shown.splitlines()[-1].rpartition("run: ")[2]).ok()
    assert KEYRINGRC in bare_home.contents()


def test_uninstall_of_a_wheel_names_its_own_way(install, bare_home, prefix, tmp_path):
    """There the program is a script, not the link."""
    venv = tmp_path / "venv"
    package = venv / "share/codeartifact-keyring/python/codeartifact_keyring"
    package.mkdir(parents=True)
    link = bare_home.directory / ".local/share/python_keyring/codeartifact-keyring/codeartifact_keyring/installed"
    link.parent.mkdir(parents=True)
    link.symlink_to(package)
    (venv / "bin").mkdir()
    (venv / "bin/codeartifact-keyring").touch()
    result = install("--uninstall")
    assert result.returncode == 1
    assert f"but in {venv}. Run: codeartifact-keyring unconfigure; then " in result.stderr


def test_uninstall_after_the_prefix_was_deleted(install, bare_home, prefix):
    install().ok()
    shutil.rmtree(prefix)
    install("--uninstall").ok()
    assert bare_home.contents() == {}


def test_a_release_whose_prefix_was_deleted_says_what_is_left(install, bare_home, prefix, tmp_path):
    """There is no program that could take it back."""
    install().ok()
    shutil.rmtree(prefix)
    shutil.copy(ROOT / "install.sh", tmp_path)
    result = bare_home.run(tmp_path / "install.sh", "--prefix", prefix, "--uninstall")
    assert result.returncode == 1
    bare_home.run("bash", "-c", result.stderr.partition("Run: ")[2]).ok()
    assert b"codeartifact" not in bare_home.contents()[KEYRINGRC]


def test_the_plan_of_an_uninstall(install, bare_home, prefix):
    install().ok()
    before = (tree(prefix), bare_home.contents())
    shown = install("--uninstall", "--plan").ok().stdout
    assert shown.startswith(f"uninstall from {prefix}\n")
    assert (tree(prefix), bare_home.contents()) == before
