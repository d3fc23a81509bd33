"""The fixtures: the stand-in, a home, the installed product, a desktop."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack

import pytest
from standin import StandIn, eight_wheels, wheel

from . import without_kernel_keyring
from .fast_path import FastPath
from .doctor_env import GOOD, OLD, OTHER, SECRET, DoctorEnv
from .desktop import (
    bare_bus,
    bus_at as bus_with_keyring_at,
    bus_that_starts,
    gnome_keyring,
    keyring_without_a_login_keyring,
)
from .developer import Developer
from .environments import python
from .home import Home, joined
from .installation import Installation, run_installer
from .keepassxc import is_installed, keepassxc
from .kernel_keyring import KernelKeyring
from .secret_service import mock_secret_service, monitor
from .other_user import make_other_user

# Names the directory of a release that is tested, instead of what was built last.
RELEASE = "CODEARTIFACT_KEYRING_TESTED_RELEASE"

OWNER = "111122223333"


@pytest.fixture
def standin():
    """AWS on loopback, fresh and empty."""
    with StandIn() as running:
        yield running


@pytest.fixture
def repository(standin):
    """A repository with eight packages, in a domain of this test's own: caches are shared by all tests of a user."""
    repository = standin.add_repository(f"acme-{secrets.token_hex(4)}")
    standin.seed(repository, eight_wheels())
    return repository


@pytest.fixture
def acme(standin):
    """A repository with one package, in the domain `acme` of `OWNER`, for tests of the stand-in itself."""
    repository = standin.add_repository("acme", owner=OWNER)
    standin.seed(repository, [wheel("acme-one")])
    return repository


@pytest.fixture
def user(standin):
    """An AWS user with static keys, who may mint."""
    return standin.iam.add_user("anna")


@pytest.fixture
def kernel():
    """The kernel keyring; what a test leaves in it is removed."""
    keyring = KernelKeyring()
    yield keyring
    keyring.clear()


@pytest.fixture
def bare_home(tmp_path, standin, kernel):
    """An empty HOME without the product and without AWS credentials."""
    home = Home.make(tmp_path)
    home.connect_to(standin)
    return home


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The product in a prefix, no HOME configured yet."""
    base = tmp_path_factory.mktemp("installed")
    home = Home.make(base)
    release = os.environ.get(RELEASE)
    source = ["--from", release] if release else ["--no-build"]
    run_installer(home, base / "prefix", *source, "--no-configure").ok()
    return Installation(base / "prefix")


@pytest.fixture
def home(bare_home, installed, user):
    """A HOME whose user has the product on PATH, unconfigured, and AWS credentials in the environment."""
    bare_home.env["PATH"] = joined(installed.bin)
    bare_home.sign_in(user)
    return bare_home


@pytest.fixture
def developer(home, installed, standin, repository):
    """A developer who needs the token of the repository, and has chosen the AWS profile `dev` and nothing else."""
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    return Developer(home, installed, standin, repository)


@pytest.fixture
def fast_path(home, installed, repository):
    """Asks for the repository's token, and knows whether the fast path responds by itself."""
    return FastPath(home, installed, repository)


@pytest.fixture
def configured(home, installed):
    """The same HOME after `configure`: Poetry, pip and uv use codeartifact-keyring."""
    home.run(installed.program, "configure").ok()
    return home


@pytest.fixture
def doctor_env(configured, installed, standin, repository, tmp_path):
    """A configured home for `doctor` to examine, with no clients on PATH yet."""
    tools, folder = tmp_path / "tools", tmp_path / "project"
    tools.mkdir()
    folder.mkdir()
    doctor_env = DoctorEnv(configured, installed, standin, repository, tools, folder)
    doctor_env.path_begins_with()
    return doctor_env


@pytest.fixture
def passwords(doctor_env):
    """The three kinds of passwords, by how they are told. Not for showing."""
    return {OLD: doctor_env.old_token(), GOOD: doctor_env.good_token(), OTHER: SECRET}


@pytest.fixture
def desktop(bare_home):
    """A session bus with an unlocked gnome-keyring, seen by the home's commands."""
    with gnome_keyring(bare_home) as running:
        yield running


@pytest.fixture
def ssh_session(bare_home):
    """A session bus with a gnome-keyring that was never given a password, seen by the home's commands."""
    with keyring_without_a_login_keyring(bare_home) as running:
        yield running


@pytest.fixture(params=[False, True], ids=["trusting", "confirming"])
def keepass(request, bare_home, tmp_path):
    """A session bus with KeePassXC and an open database, seen by the home's commands."""
    if not is_installed():
        pytest.skip("KeePassXC is not installed (apt-get install keepassxc)")
    with keepassxc(bare_home, tmp_path, confirms=request.param) as running:
        yield running


@pytest.fixture
def bus_starting(bare_home, tmp_path):
    """Makes session buses, seen by the home's commands, on which Secret Service is a given command."""
    with ExitStack() as stack:
        yield lambda command: stack.enter_context(bus_that_starts(bare_home, tmp_path, command))


@pytest.fixture
def bus_at(bare_home, tmp_path):
    """Makes session buses with an unlocked gnome-keyring, seen by the home's commands, at a given address."""
    return lambda listen, **more: bus_with_keyring_at(bare_home, tmp_path, listen, **more)


@pytest.fixture
def bus_without_provider(bare_home, tmp_path):
    """A session bus with no Secret Service, seen by the home's commands."""
    with bare_bus(bare_home, tmp_path) as running:
        yield running


@pytest.fixture
def secret_service(bus_without_provider, bare_home, tmp_path):
    """A session bus with the strict mock of Secret Service, seen by the home's commands."""
    with mock_secret_service(bare_home, tmp_path) as mock:
        yield mock


@pytest.fixture
def monitored(desktop, bare_home, tmp_path):
    """Every call on the desktop's session bus."""
    with monitor(bare_home, tmp_path) as listening:
        yield listening


@pytest.fixture
def lookup(home, installed, repository):
    """Asks for the token where the kernel keyring is refused, so that each lookup needs another store. The time limit
    is one that only a hang can reach."""

    def ask(*words, url=repository.index_url):
        command = words or (installed.keyring, "get", url, "aws")
        return home.run(python(), without_kernel_keyring.__file__, *command, timeout=25)

    return ask


@pytest.fixture
def other_user(home, installed):
    """A user who is not root, with the program and AWS credentials."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with make_other_user(home, installed) as user:
        yield user
