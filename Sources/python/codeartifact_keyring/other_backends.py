"""The other backends, for every other service.

The backend that was configured before this one, otherwise all that work here, best first. Unlike the chainer of keyring
21.8 to 25.7 this tries the next backend when one fails, and never loses a secret without an error.
"""

import os
import re
import sys
import threading

from keyring import backend, core, credentials, errors

from . import paths
from .errors import CodeArtifactError

_lock = threading.Lock()
_thread = threading.local()
_chosen = None


class _Rings:
    """The backends in their order, and why the configured one cannot be used."""

    __slots__ = ("problem", "rings")

    def __init__(self, rings, problem=None):
        self.rings = rings
        self.problem = problem


def read(method, service, username):
    """The first result of `get_password` or `get_credential`; a backend that fails has no result.

    Without a result, raises the first error that stops Poetry.
    """
    with _Asking() as recursive:
        if recursive:
            return None
        stopping = None
        for ring in _others().rings:
            try:
                answer = _read(ring, method, service, username)
            except Exception as error:  # whatever a backend may raise
                if stopping is None and _stops_poetry(error):
                    stopping = error
                continue
            if answer is not None:
                return answer
        if stopping is not None:
            raise stopping
        return None


def _stops_poetry(error):
    """Whether Poetry stops with an error of a backend. Others it ignores, and goes on without credentials: to a public
    package of the same name if there is one.
    """
    return not isinstance(error, (errors.KeyringError, RuntimeError))


def suit_poetry():
    """Whether Poetry would use one of them, as without this backend. A configured one that cannot be used counts, so
    that it becomes an error.
    """
    others = _others()
    return others.problem is not None or any(map(_suits_poetry, others.rings))


def _suits_poetry(ring):
    # As `PoetryKeyring.is_available` of Poetry 1.2 to 2.5.
    name = str(ring.name).lower()
    return name.split(" ")[0] not in ("chainer", "fail", "null") and "plaintext" not in name


def probe(service, username):
    """Asks the others, as Poetry since 2.0 does before it stores anything; raises KeyringError when one fails."""
    with _Asking() as recursive:
        if recursive:
            return
        for ring in _others().rings:
            try:
                ring.get_password(service, username)
            except Exception as error:  # whatever a backend may raise
                raise errors.KeyringError(_describe(ring, error)) from None


def store(service, username, password):
    """Stores with the first backend that can; raises PasswordSetError if none could."""
    with _Asking() as recursive:
        if recursive:
            # For a chain of backends, this means the next one.
            raise NotImplementedError("already asking the other backends")
        others = _others()
        problem = others.problem
        for ring in others.rings:
            # Poetry does not use a null keyring, but stores such a secret in auth.toml; with this backend, it would be
            # lost.
            if _is_null(ring) and _poetry_advice(service):
                problem = "the configured keyring stores nothing"
                continue
            try:
                ring.set_password(service, username, password)
                return
            except NotImplementedError:
                continue
            except Exception as error:
                problem = problem or _describe(ring, error)
        raise errors.PasswordSetError((problem or "no keyring can store a password") + _poetry_advice(service))


def delete(service, username):
    """Deletes from the first backend that has it; raises PasswordDeleteError if none has, or the first error that stops
    Poetry, which else would take the secret for deleted.
    """
    with _Asking() as recursive:
        if recursive:
            raise NotImplementedError("already asking the other backends")
        others = _others()
        problem = others.problem
        stopping = None
        for ring in others.rings:
            try:
                ring.delete_password(service, username)
                return
            except (NotImplementedError, errors.PasswordDeleteError):
                continue
            except Exception as error:
                problem = problem or _describe(ring, error)
                if stopping is None and _stops_poetry(error):
                    stopping = error
        if stopping is not None:
            raise stopping
        raise errors.PasswordDeleteError(problem or "no such password")


def _read(ring, method, service, username):
    if (
        _is_secret_service(ring)
        and _may_be_argument(service)
        and not _names_a_user(service)
        and (username is None or _may_be_argument(username))
    ):
        # Python's own backend unlocks the collection first, with a prompt of unlimited time. The executable reads the
        # same items in the same order, without a prompt.
        try:
            from . import helper

            asks = not os.environ.get(helper.GUARD)
            found = helper.stored(service, username) if asks else None
        except (CodeArtifactError, ImportError):
            asks = False  # without the executable, the other backend is used as it is
        if asks:
            if found is None:
                return None
            return found[1] if method == "get_password" else credentials.SimpleCredential(found[0] or None, found[1])
    return getattr(ring, method)(service, username)


def _is_secret_service(ring):
    """Whether this is Python's backend for Secret Service with its default settings."""
    return (
        type(ring).__module__ == "keyring.backends.SecretService"
        and getattr(ring, "preferred_collection", None) is None
        and getattr(ring, "scheme", "default") == "default"
    )


def _may_be_argument(text):
    """Whether a text may be in an argument list, which every user of the machine can read."""
    return isinstance(text, str) and text.isprintable() and not re.search("(?:://|:)[^/?#]*@", text)


def _names_a_user(service):
    """Whether a service has user information, which may be a token, and which no argument list may contain."""
    return isinstance(service, str) and re.match("(?:[^/?#]*//)?[^/?#]*@", service) is not None


class _Asking:
    """Whether this thread is already asking: one of the others may be a chain with this backend."""

    def __enter__(self):
        self.recursive = getattr(_thread, "asking", False)
        _thread.asking = True
        return self.recursive

    def __exit__(self, *_):
        _thread.asking = self.recursive


def _others():
    global _chosen
    with _lock:
        if _chosen is None:
            _chosen = _choose()
        return _chosen


def _choose():
    name, path = _previous()
    if path and path not in sys.path:
        sys.path.insert(0, path)
    if name is None or name.startswith(("keyring.backends.chainer.", f"{__package__}.")):
        return _Rings(_all_rings())
    try:
        ring = core.load_keyring(name)
        # keyring before 22 does this only for the backend that it has chosen itself.
        ring.set_properties_from_env()
    except Exception as error:
        # A configured backend is never replaced by another.
        return _Rings([], f"the keyring {name} cannot be used: {error}")
    return _Rings([ring])


def _previous():
    """(default-keyring, keyring-path) before this program was configured; None for an unknown one."""
    # Imported here: it takes milliseconds.
    import json

    try:
        with open(paths.configuration_file("previous-keyring.json"), encoding="utf-8") as file:
            earlier = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None, None
    if not isinstance(earlier, dict):
        return None, None
    name, path = (earlier.get(key) for key in ("default-keyring", "keyring-path"))
    return (
        name.strip() or None if isinstance(name, str) else None,
        os.path.expanduser(path.strip()) if isinstance(path, str) else None,
    )


def _all_rings():
    try:
        rings = backend.get_all_keyring()
    except Exception:
        # keyring tolerates only a TypeError from a constructor; one broken backend must not affect the others.
        rings = list(_constructed(backend.KeyringBackend.get_viable_backends()))
    usable = [(_priority(ring), ring) for ring in rings if not _left_out(ring)]
    # Above zero, as in the chainer: others are not for automatic use.
    usable = [pair for pair in usable if pair[0] > 0]
    usable.sort(key=lambda pair: pair[0], reverse=True)
    return [ring for _, ring in usable]


def _constructed(classes):
    for ring_class in classes:
        try:
            yield ring_class()
        except Exception:
            continue


def _left_out(ring):
    module = type(ring).__module__
    return module.partition(".")[0] == __package__ or module in (
        "keyring.backends.chainer",
        "keyring.backends.fail",
        "keyring.backends.null",
    )


def _is_null(ring):
    return type(ring).__module__ == "keyring.backends.null"


def _priority(ring):
    try:
        limit = backend._limit or bool
        return float(ring.priority) if limit(ring) else 0.0
    except Exception:
        return 0.0


def _describe(ring, error):
    return f"{type(ring).__module__} failed: {error or type(error).__name__}"


def _poetry_advice(service):
    if isinstance(service, str) and service.startswith("poetry-repository-"):
        return " (to keep it in Poetry's own auth.toml instead, set POETRY_KEYRING_ENABLED=false for this command)"
    return ""


def _renew_lock():
    global _lock
    _lock = threading.Lock()


# A lock that another thread held at the fork would never be released in the child.
os.register_at_fork(after_in_child=_renew_lock)
