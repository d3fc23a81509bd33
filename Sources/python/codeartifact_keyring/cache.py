"""The responses that are cached in this process: one run of the executable per host, for all threads."""

import os
import threading
import time

from . import helper
from .errors import CodeArtifactError, stop

# Short: a token from the environment, or of a role whose credentials expire soon, may have little time left.
LIFETIME = 60.0
# Long enough that the threads that waited for a failure do not each repeat it.
FAILURE_LIFETIME = 5.0
# As in the executable's own table (`Inputs.swift`).
_IDENTITY = (b"AWS_", b"CODEARTIFACT_", b"HOME", b"XDG_CONFIG_HOME")

_slots = {}


class _Instant:
    """A moment on both clocks: the monotonic one stops while the machine is suspended, the other may be set."""

    __slots__ = ("monotonic", "wall")

    def __init__(self):
        self.monotonic = time.monotonic()
        self.wall = time.time()

    def is_within(self, seconds):
        """Whether, by both clocks, so many seconds have not passed since."""
        # A clock that was set back does not count.
        return time.monotonic() - self.monotonic < seconds and 0 <= time.time() - self.wall < seconds


class _Slot:
    """One host as one identity: a lock, the last response as (since when, for how long, credential, failure), and since
    when each URL is known not to be CodeArtifact's.
    """

    __slots__ = ("cached", "lock", "refused")

    def __init__(self):
        self.lock = threading.Lock()
        self.cached = None
        self.refused = {}


def lookup(service):
    """(username, password) for a service, or None if it is not CodeArtifact after all.

    Raises CodeArtifactError when there is no token.
    """
    key = (service.key, _identity())
    slot = _slots.get(key) or _slots.setdefault(key, _Slot())
    with slot.lock:
        cached = slot.cached
        if cached is None or not cached[0].is_within(cached[1]):
            refused = slot.refused.get(service.url)
            if refused is not None and refused.is_within(FAILURE_LIFETIME):
                return None
            cached = _ask(service)
            if cached is None:
                # That says nothing of other URLs of the host.
                slot.refused[service.url] = _Instant()
                return None
            slot.cached = cached
    _, _, credential, failure = cached
    if failure is not None:
        # A new exception each time: one object raised in several threads mixes up their tracebacks.
        raise stop(failure)
    return credential


def forget(service):
    """Removes the token of a service: here, of any identity, and by the executable, whose `Outcome` is returned."""
    for key in list(_slots):
        if key[0] == service.key:
            _slots.pop(key, None)
    return helper.forget(service)


def _ask(service):
    """What to cache, None if the service is not CodeArtifact after all."""
    started = _Instant()
    try:
        credential = helper.credential(service)
    except CodeArtifactError as error:
        return _Instant(), FAILURE_LIFETIME, None, str(error)
    if credential is None:
        return None
    return started, LIFETIME, credential, None


def _identity():
    """Everything that can change the identity: the variables, and the directory from which `pyproject.toml` is found.
    After a change no earlier response is used.
    """
    # As bytes: decoding the names takes longer than everything else.
    variables = os.environb
    names = [name for name in variables if name.startswith(_IDENTITY)]
    try:
        directory = os.getcwdb()
    except OSError:
        directory = None  # it was removed
    return directory, frozenset([(name, variables.get(name)) for name in names])


def _renew_locks():
    for slot in list(_slots.values()):
        slot.lock = threading.Lock()


# A lock that another thread held at the fork would never be released in the child.
os.register_at_fork(after_in_child=_renew_locks)
