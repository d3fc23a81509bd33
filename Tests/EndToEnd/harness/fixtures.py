"""The fixtures: the stand-in, a home, the installed product, a desktop."""

from __future__ import annotations

import secrets

import pytest
from standin import StandIn, eight_wheels

from .desktop import bare_bus, gnome_keyring
from .home import Home, joined
from .installation import Installation, run_installer
from .kernel_keyring import KernelKeyring


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
    home.lead_to(standin)
    return home


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The product in a prefix, no HOME configured yet."""
    base = tmp_path_factory.mktemp("installed")
    home = Home.make(base)
    run_installer(home, base / "prefix", "--no-build", "--no-configure").ok()
    return Installation(base / "prefix")


@pytest.fixture
def home(bare_home, installed, user):
    """A HOME whose user has the product on PATH, unconfigured, and AWS credentials in the environment."""
    bare_home.env["PATH"] = joined(installed.bin)
    bare_home.sign_in(user)
    return bare_home


@pytest.fixture
def configured(home, installed):
    """The same HOME after `configure`: Poetry, pip and uv know of us."""
    home.run(installed.program, "configure").ok()
    return home


@pytest.fixture
def desktop(bare_home):
    """A session bus with an unlocked gnome-keyring, seen by the home's commands."""
    with gnome_keyring(bare_home) as running:
        yield running


@pytest.fixture
def bus_without_provider(bare_home, tmp_path):
    """A session bus with no Secret Service, seen by the home's commands."""
    with bare_bus(bare_home, tmp_path) as running:
        yield running
