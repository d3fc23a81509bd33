"""The backend under test, with the real `keyring` library and a stand-in for the executable."""

import os
import stat
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "Sources" / "python"
sys.path.insert(0, str(SOURCE))

from codeartifact_keyring import cache, helper, other_backends, services  # noqa: E402
from codeartifact_keyring.backend import Keyring  # noqa: E402
from keyring import backend as keyring_backend  # noqa: E402
from keyring import errors as keyring_errors  # noqa: E402

HOST = "acme-111122223333.d.codeartifact.eu-west-1.amazonaws.com"
URL = f"https://{HOST}/pypi/shared/simple/"
# Another service.
SERVICE = "https://upload.pypi.org/legacy/"
ANSWER = """printf '{"username": "aws", "password": "token-1"}\\n'"""


class Executable:
    """A shell script in the executable's place: writes down each of its argument lists, then does as it was told."""

    def __init__(self, directory):
        self.path = directory / helper.NAME
        self.log = directory / "calls"

    def does(self, body):
        self.path.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{self.log}'\n{body}\n")
        self.path.chmod(self.path.stat().st_mode | stat.S_IXUSR)
        return self

    @property
    def calls(self):
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """Each test in a home of its own, as in a process that has just started."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "CODEARTIFACT_", "KEYRING_PROPERTY_", "PYTHON_KEYRING_", helper.GUARD)):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(services, "_configured_hosts", None)
    monkeypatch.setattr(cache, "_slots", {})
    monkeypatch.setattr(other_backends, "_chosen", None)
    monkeypatch.setattr(keyring_backend, "get_all_keyring", list)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def executable(tmp_path, monkeypatch):
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", f"{directory}{os.pathsep}{os.environ['PATH']}")
    return Executable(directory).does(ANSWER)


@pytest.fixture
def configuration(tmp_path):
    """Writes a configuration file of the program."""

    def write(name, text):
        path = tmp_path / "config" / "codeartifact-keyring" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


@pytest.fixture
def ring():
    return Keyring()


class Elsewhere:
    """Other backends in a row; `asked` has what reached them."""

    def __init__(self, monkeypatch):
        self.asked = []
        self._rings = []
        monkeypatch.setattr(keyring_backend, "get_all_keyring", lambda: list(self._rings))

    def add(self, name, priority=5.0, **methods):
        """One more backend; each method is a value to return or an exception to raise."""
        ring = OtherRing(name, priority, methods, self.asked)
        self._rings.append(ring)
        return ring

    def insert(self, ring):
        self._rings.append(ring)


class OtherRing:
    """Looks like a keyring backend without being registered as one for the rest of the test run."""

    def __init__(self, name, priority, methods, asked):
        self.name = name
        self.priority = priority
        self.secrets = {}
        self._methods = methods
        self._asked = asked

    def _do(self, method, *arguments):
        self._asked.append((self.name, method, *arguments))
        result = self._methods.get(method)
        if isinstance(result, BaseException):
            raise result
        return result

    def get_password(self, service, username):
        found = self._do("get_password", service, username)
        return self.secrets.get((service, username), found)

    def get_credential(self, service, username):
        return self._do("get_credential", service, username)

    def set_password(self, service, username, password):
        self._do("set_password", service, username)
        self.secrets[service, username] = password

    def delete_password(self, service, username):
        self._do("delete_password", service, username)
        if self.secrets.pop((service, username), None) is None:
            raise keyring_errors.PasswordDeleteError("not found")


@pytest.fixture
def elsewhere(monkeypatch):
    return Elsewhere(monkeypatch)
