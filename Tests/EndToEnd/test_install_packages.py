"""install.sh and the system: packages that cannot be had, and releases that do not run here."""

from __future__ import annotations

import hashlib
import shutil
import tarfile

import pytest
from harness.environments import ROOT
from harness.home import SYSTEM_PATH

NAME = "codeartifact-keyring"
TOOLS = (
    "awk basename bash cat chmod cp dirname env find grep gzip head id ln ls mkdir mktemp mv python3 readlink rm rmdir "
    "sed sh sha256sum sort tar uname"
).split()
# By the package manager: what tells whether a package is there, one package that is needed to run, and how it is installed.
MANAGERS = {
    "apt-get": ("dpkg-query", "libsecret-1-0", "install -y -qq --no-install-recommends"),
    "dnf": ("rpm", "libsecret", "install -y -q"),
}
REFUSAL = "#!/bin/sh\nexit 1\n"
# What is installed as a release: it only has to run.
PROGRAM = "#!/bin/sh\necho 1.0.0\n"


class System:
    """A machine of an ordinary user, with nothing installed that is needed; it says what its package manager was told."""

    def __init__(self, home, directory, manager):
        self.home, self.tools, self.log = home, directory / "tools", directory / "told"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name, path=SYSTEM_PATH))
        self.query, self.package, self.installing = MANAGERS[manager]
        self.installing = f"{manager} {self.installing}"
        self.put(self.query, REFUSAL)
        self.put(manager, f'#!/bin/sh\necho "{manager} $*" >>{self.log}\n')
        self.put("id", "#!/bin/sh\necho 1000\n")
        home.env["PATH"] = str(self.tools)

    def put(self, name, text):
        (self.tools / name).unlink(missing_ok=True)
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    @property
    def told(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def install(self, *options):
        return self.home.run(
            ROOT / "install.sh", "--prefix", self.home.directory / "prefix", "--no-configure", *options
        )


@pytest.fixture(params=MANAGERS)
def system(request, bare_home, tmp_path):
    return System(bare_home, tmp_path, request.param)


@pytest.fixture
def debian(bare_home, tmp_path):
    system = System(bare_home, tmp_path, "apt-get")
    system.put("id", "#!/bin/sh\necho 0\n")
    return system


@pytest.fixture
def release(tmp_path):
    """Makes a tarball as a release is one, of a program."""

    def release(program=PROGRAM):
        folder = tmp_path / f"{NAME}-1.0.0"
        path = folder / "libexec" / NAME
        path.mkdir(parents=True)
        for name in (NAME, "keyring"):
            (path / name).write_text(program)
            (path / name).chmod(0o755)
        (folder / "share" / NAME / "python").mkdir(parents=True)
        with tarfile.open(tmp_path / "release.tar.gz", "w:gz") as archive:
            archive.add(folder, folder.name)
        return tmp_path / "release.tar.gz"

    return release


@pytest.mark.parametrize("sudo", ["refuses", "is not there"])
def test_a_build_names_the_command_that_installs_what_it_needs(system, sudo):
    if sudo == "refuses":
        system.put("sudo", REFUSAL)
    result = system.install("--build-only")
    assert result.returncode == 1
    assert system.told == []
    said = result.stderr.splitlines()[-1]
    assert "could not be installed. Run" in said
    assert ("Run: sudo " in said) == (sudo == "refuses")
    # Copied, it does so.
    system.put("sudo", '#!/bin/sh\nexec "$@"\n')
    system.home.run("bash", "-c", said.partition(": ")[2].partition(": ")[2]).ok()
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
    assert line.startswith("install.sh: these packages could not be installed: ")
    assert f" {system.package} " in line
    assert f" {system.installing} " in line
    assert (system.home.directory / "prefix/bin" / NAME).exists()


def test_a_program_that_does_not_run_here_is_found_out_first(debian, release):
    """As one for glibc on a system with musl: the kernel finds no interpreter for it."""
    tarball = release("#!/lib64/ld-nothing.so\n")
    result = debian.install("--from", tarball)
    assert result.returncode == 1
    assert len(result.output.splitlines()) == 1
    assert "does not run here" in result.stderr
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
    sums = {"right": hashlib.sha256(tarball.read_bytes()).hexdigest(), "wrong": "0" * 64}
    (tarball.parent / "SHA256SUMS").write_text("".join(f"{line}\n" for line in lines).format(**sums))
    result = debian.install("--from", tarball)
    assert (result.returncode == 0) == is_installed
    assert ("SHA256SUMS says. Get it again" in result.stderr) == (not is_installed)
    assert ("SHA256SUMS does not name release.tar.gz" in result.stdout) == (not is_named)
