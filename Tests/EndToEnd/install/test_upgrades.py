"""install.sh over an older version: the old one works until the new one does, whatever goes wrong."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from harness.environments import ROOT, python
from harness.fake_releases import ASK_PYTHON, NAME, URL, release_tree, settings_for

OLD, NEW = "1.0.0 (aaaaaaaa)", "1.1.0 (bbbbbbbb)"


@pytest.fixture
def releases(tmp_path):
    return {version: release_tree(tmp_path / f"release-{version[:5]}", version) for version in (OLD, NEW)}


@pytest.fixture
def upgrade(bare_home, tmp_path, releases):
    """Installs a version into the prefix."""
    prefix = tmp_path / "prefix"
    bare_home.write(".config/python_keyring/keyringrc.cfg", settings_for(prefix))
    return lambda version: bare_home.run(
        ROOT / "install.sh", "--prefix", prefix, "--no-configure", "--from", releases[version]
    )


def answers(home, prefix) -> set[str]:
    """What the command and Python's keyring say."""
    return {
        home.run(prefix / "bin/keyring", "get", URL, "aws").ok().stdout.strip(),
        home.run(python(), "-B", "-c", ASK_PYTHON).ok().stdout.strip(),
    }


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), (NEW, OLD)], ids=["newer", "older"])
def test_says_from_which_version_to_which(bare_home, tmp_path, upgrade, first, second):
    prefix = tmp_path / "prefix"
    assert f"{NAME} {first} is installed in {prefix}." in upgrade(first).ok().stdout
    assert f"{NAME} {first} is installed in {prefix}." in upgrade(first).ok().stdout
    assert answers(bare_home, prefix) == {f"token of {first}"}
    assert f"{NAME} in {prefix} is upgraded from {first} to {second}.\n" in upgrade(second).ok().stdout
    assert answers(bare_home, prefix) == {f"token of {second}"}
    assert (prefix / f"share/man/man1/{NAME}.1").read_text() == f"{second}\n"
    assert [path.name for path in (prefix / f"share/{NAME}").glob("python*/codeartifact_keyring")] == [
        "codeartifact_keyring"
    ] * 2, "the folder of the older version is gone: there is one, and the link to it"


def test_over_a_version_that_had_no_link(bare_home, tmp_path, upgrade, releases):
    """Where the backend's folder is the folder itself, as a package has it."""
    prefix = tmp_path / "prefix"
    upgrade(OLD).ok()
    folder = prefix / f"share/{NAME}/python"
    kept = folder.resolve()
    folder.unlink()
    kept.rename(folder)
    (folder / "codeartifact_keyring/gone.py").touch()
    assert answers(bare_home, prefix) == {f"token of {OLD}"}
    upgrade(NEW).ok()
    assert answers(bare_home, prefix) == {f"token of {NEW}"}
    assert not (folder / "codeartifact_keyring/gone.py").exists()


def test_over_one_that_does_not_run(bare_home, tmp_path, upgrade):
    prefix = tmp_path / "prefix"
    upgrade(OLD).ok()
    (prefix / f"libexec/{NAME}/{NAME}").write_text("#!/nowhere\n")
    assert f"is upgraded from a version that does not run to {NEW}." in upgrade(NEW).ok().stdout
    assert answers(bare_home, prefix) == {f"token of {NEW}"}


def test_a_new_one_that_does_not_run_changes_nothing(bare_home, tmp_path, upgrade, releases):
    prefix = tmp_path / "prefix"
    upgrade(OLD).ok()
    (releases[NEW] / f"libexec/{NAME}/{NAME}").write_text("#!/nowhere\n")
    before = sorted(prefix.rglob("*"))
    assert upgrade(NEW).returncode == 1
    assert sorted(prefix.rglob("*")) == before
    assert answers(bare_home, prefix) == {f"token of {OLD}"}


def test_two_at_once(bare_home, tmp_path, upgrade, releases):
    """One waits for the other; the last one stays."""
    prefix = tmp_path / "prefix"
    upgrade(OLD).ok()
    commands = [
        [ROOT / "install.sh", "--prefix", prefix, "--no-configure", "--from", releases[version]]
        for version in [NEW, OLD] * 4
    ]
    running = [
        subprocess.Popen(command, env=bare_home.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    assert [process.wait(60) for process in running] == [0] * 8
    assert answers(bare_home, prefix) in ({f"token of {OLD}"}, {f"token of {NEW}"})
    assert len(list((prefix / f"share/{NAME}").iterdir())) == 2
    assert not list(prefix.glob(".*"))


# A file system of its own, of a size; what the upgrade said and left behind comes line by line.
FULL = """
set -u
prefix=$1 kept=$2 limit=$3 python=$4 installer=$5 release=$6 count=$7 step=$8
mount -t tmpfs -o mode=755 tmpfs "$prefix"
for ((number = 0; number < count; number++)); do
    umount "$prefix"
    used=$9
    mount -t tmpfs -o "mode=755,$limit=$((used + number * step))" tmpfs "$prefix"
    cp -a "$kept/." "$prefix/" || exit 3
    said=$("$installer" --prefix "$prefix" --no-configure --from "$release" 2>&1 >/dev/null)
    code=$?
    by_command=$("$prefix/bin/keyring" get "$URL" aws 2>&1)
    by_python=$("$python" -B -c "$ASK" 2>&1)
    printf '%s|%s|%s|%s|%s\\n' "$code" "${said//$'\\n'/ / }" "$by_command" "$by_python" "$(ls -A "$prefix" | tr '\\n' ' ')"
done
"""


@pytest.mark.parametrize("limit", ["nr_inodes", "nr_blocks"])
def test_a_full_disk(bare_home, tmp_path, upgrade, releases, limit):
    """Whatever it is full of, and at whatever file: the old version works as it did, or the new one does."""
    prefix, kept = tmp_path / "prefix", tmp_path / "kept"
    upgrade(OLD).ok()
    # With symbolic links as they are, and the prefix free to be a mount point.
    shutil.copytree(prefix, kept, symlinks=True)
    paths = [kept, *kept.rglob("*")]
    files = [path for path in paths if path.is_file() and not path.is_symlink()]
    blocks = sum(-(-path.stat().st_size // 4096) for path in files)
    used, step, count = (len(paths), 1, len(paths) + 6) if limit == "nr_inodes" else (blocks, 2, blocks // 2 + 12)
    words = [prefix, kept, limit, python(), ROOT / "install.sh", releases[NEW], count, step, used]
    bare_home.env |= {"URL": URL, "ASK": ASK_PYTHON}
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    shown = bare_home.run(*apart, "bash", "-c", FULL, "full", *map(str, words), timeout=300).ok().stdout.splitlines()
    assert len(shown) == count
    outcomes = []
    for line in shown:
        code, said, by_command, by_python, left = line.split("|")
        version = NEW if code == "0" else OLD
        assert (by_command, by_python) == (f"token of {version}", f"token of {version}"), line
        assert left.split() == ["bin", "libexec", "share"], line
        assert (said == "") if code == "0" else said.startswith("install.sh: "), line
        assert " / " not in said, line
        outcomes.append(code)
    assert set(outcomes) == {"0", "1"}, "some failed, and some had room enough"
    assert outcomes == sorted(outcomes, reverse=True), "more room is never worse"
