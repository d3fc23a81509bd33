"""install.sh and the system: packages that cannot be had, and releases that do not run here."""

from __future__ import annotations

import re
import shutil

import pytest
from harness.environments import ROOT
from harness.fake_releases import NAME, checksum, release_tarball
from harness.fake_system import MANAGERS, REFUSAL, FakeSystem

SWIFT = "#!/bin/sh\necho 'swift-driver version: 1.127.14\nSwift version 6.2.3 (swift-6.2.3-RELEASE)'\n"
# The C compiler of this machine makes no difference: the build itself is `swift-build`.
BUILD_TOOLS = {"gcc": "#!/bin/sh\necho /nowhere/libstdc++.a\n", "pkg-config": "#!/bin/sh\n"}


@pytest.fixture(params=MANAGERS)
def system(request, bare_home, tmp_path):
    return FakeSystem(bare_home, tmp_path, request.param)


@pytest.fixture
def debian(bare_home, tmp_path):
    system = FakeSystem(bare_home, tmp_path, "apt-get")
    system.put("id", "#!/bin/sh\necho 0\n")
    return system


@pytest.fixture
def release(tmp_path):
    """Makes a tarball as a release is one, of a program."""

    def release(program=None):
        return release_tarball(tmp_path, "1.0.0", program).rename(tmp_path / "release.tar.gz")

    return release


@pytest.mark.parametrize("sudo", ["refuses", "is not there"])
def test_a_build_names_the_command_that_installs_what_it_needs(system, sudo):
    if sudo == "refuses":
        system.put("sudo", REFUSAL)
    system.put("swiftc", SWIFT)
    result = system.install("--build-only")
    assert result.returncode == 1
    assert system.told == []
    said = result.stderr.splitlines()[0]
    assert "could not be installed: " in said
    assert ("Run: sudo " in said) == (sudo == "refuses")
    # Copied, it does so.
    system.put("sudo", '#!/bin/sh\nexec "$@"\n')
    system.home.run("bash", "-c", re.sub(".*Run( as root)?: ", "", said)).ok()
    (line,) = system.told
    assert line.startswith(f"{system.installing} ")
    assert f" {system.package} " in f"{line} "


@pytest.mark.parametrize("sudo", ["refuses", "is not there"])
def test_a_release_is_installed_without_the_packages(system, release, sudo):
    """It runs without them: tokens go into another store, and the AWS CLI is asked."""
    if sudo == "refuses":
        system.put("sudo", REFUSAL)
    result = system.install("--from", release()).ok()
    (line,) = result.stderr.splitlines()
    assert line.startswith("install.sh: these packages are missing and could not be installed: ")
    assert f" {system.package} " in line
    assert f" {system.installing} " in line
    assert (system.home.directory / "prefix/bin" / NAME).exists()


def test_a_program_that_does_not_run_here_is_refused_first(debian, release):
    """As one for glibc on a system with musl: the kernel finds no interpreter for it."""
    tarball = release("#!/lib64/ld-nothing.so\n")
    result = debian.install("--from", tarball)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "this program does not run on this machine (" in result.stderr
    assert str(debian.home.directory) not in result.stderr
    assert debian.told == [], "before anything was installed"
    assert debian.home.contents() == {}


def test_packages_are_installed_for_one_that_runs(debian, release):
    debian.install("--from", release()).ok()
    assert [line.split()[:2] for line in debian.told] == [["apt-get", "update"], ["apt-get", "install"]]


@pytest.mark.parametrize(
    ("lines", "is_installed", "is_named"),
    [
        (["{right}  release.tar.gz"], True, True),
        (["{wrong}  other.tar.gz", "{right} *release.tar.gz"], True, True),
        (["{wrong}  release.tar.gz"], False, True),
        (["{right}  release.tar.gz", "{wrong}  release.tar.gz"], False, True),
        (["{wrong}  other.tar.gz"], True, False),
        (["{wrong}  release.tar.gz.asc", "{wrong}  my-release.tar.gz"], True, False),
        ([], True, False),
    ],
)
def test_the_checksums_beside_it_count_where_they_name_it(debian, release, lines, is_installed, is_named):
    tarball = release()
    sums = {"right": checksum(tarball), "wrong": "0" * 64}
    (tarball.parent / "SHA256SUMS").write_text("".join(f"{line}\n" for line in lines).format(**sums))
    result = debian.install("--from", tarball)
    assert (result.returncode == 0) == is_installed
    assert ("does not match its checksum in" in result.stderr) == (not is_installed)
    assert ("SHA256SUMS does not name release.tar.gz" in result.stdout) == (not is_named)


@pytest.fixture
def source(debian, tmp_path):
    """A source tree with as much in it as a build by the programs of this test needs; builds in it on that machine."""
    folder = tmp_path / "source"
    (folder / "Sources/packaging").mkdir(parents=True)
    for name in ("install.sh", "Sources/packaging/build.sh"):
        shutil.copy(ROOT / name, folder / name)
    for name, text in BUILD_TOOLS.items():
        debian.put(name, text)
    debian.put("swift-build", f'#!/bin/sh\necho "swift-build $*" >>{debian.log}\n')
    return lambda *options: debian.home.run(folder / "install.sh", "--build-only", *options)


@pytest.mark.parametrize("candidate", ["6.2.3-1+b1", "6.10.1-1", "7.0-1"])
def test_a_compiler_is_installed_where_the_system_has_one(debian, source, candidate):
    """As Debian 14 and later."""
    debian.put("apt-cache", f"#!/bin/sh\nprintf 'swiftlang:\\n  Installed: (none)\\n  Candidate: {candidate}\\n'\n")
    source().ok()
    assert debian.told[0] == "apt-get update -qq", "a fresh image knows of no packages"
    install, *builds = [line for line in debian.told if line != "apt-get update -qq"]
    assert install.startswith("apt-get install ")
    assert install.endswith(" swiftlang")
    assert [line.split()[0] for line in builds] == ["swift-build", "swift-build"]


@pytest.mark.parametrize("here", [None, "6.0.3", "5.10.1"])
@pytest.mark.parametrize("candidate", ["(none)", "6.0.3-2", "5.9-1", None])
def test_without_a_compiler_one_line_says_what_to_do(debian, source, candidate, here):
    """As on Debian 13, whose Swift is too old."""
    if candidate:
        debian.put("apt-cache", f"#!/bin/sh\nprintf '  Candidate: {candidate}\\n'\n")
    if here:
        debian.put("swiftc", f"#!/bin/sh\necho 'Swift version {here} (swift-{here}-RELEASE)'\n")
    result = source()
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    words = [
        "Without a compiler, install a release: ",
        "--from RELEASE",
        "uv tool install",
        "https://www.swift.org/install/",
    ]
    assert sorted(words, key=line.index) == words
    assert ("this is" in line) == bool(here)
    assert [told for told in debian.told if "install" in told] == []


def test_amazon_linux_has_no_tar(bare_home, tmp_path, release):
    system = FakeSystem(bare_home, tmp_path, "dnf")
    system.put("id", "#!/bin/sh\necho 0\n")
    system.brings("tar")
    system.install("--from", release()).ok()
    assert system.told == ["dnf install -y -q tar", "dnf install -y -q libcurl libsecret ca-certificates"]


@pytest.mark.parametrize("by", [["./install.sh"], ["sh", "install.sh"]], ids=["itself", "sh"])
@pytest.mark.parametrize("options", [[], ["--from", "release.tar.gz"], ["--uninstall"]])
def test_alpine_is_refused(bare_home, tmp_path, by, options):
    """It has neither bash nor glibc."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/sh").symlink_to("/bin/dash")
    ldd = tmp_path / "tools/ldd"
    ldd.write_text("#!/bin/sh\necho 'musl libc (x86_64)\nVersion 1.2.5' >&2\nexit 1\n")
    ldd.chmod(0o755)
    bare_home.env["PATH"] = str(tmp_path / "tools")
    result = bare_home.run(*by, *options, cwd=ROOT)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "musl" in line
    assert "codeartifact-keyring netrc" in line


def test_without_bash_the_error_names_it(bare_home):
    result = bare_home.run("dash", text=(ROOT / "install.sh").read_text())
    assert (result.returncode, result.stderr) == (1, "install.sh: this script is for bash\n")
