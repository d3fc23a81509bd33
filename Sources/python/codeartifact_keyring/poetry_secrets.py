"""What Poetry, in its own process, is about to do with a secret.

Poetry stores secrets in its `auth.toml` where it finds no usable keyring. This backend always counts as usable, since
Poetry must ask it about CodeArtifact; so while Poetry stores or deletes a secret, it sees the state without it.
"""

import sys

from . import poetry_sources

_MODULE = "poetry.utils.password_manager"
_TOKEN_DELETING = ("delete_pypi_token",)
_DELETING = ("delete_http_password", *_TOKEN_DELETING)
_STORING = ("set_http_password", "set_pypi_token")


def is_handling_one():
    """Whether Poetry is storing or deleting a secret of another service."""
    name = _source(_STORING + _DELETING)
    if name is None:
        return False
    # A token in `auth.toml` is deleted only without a usable keyring.
    return _source(_TOKEN_DELETING) is not None or not are_needless(poetry_sources.service(name))


def is_deleting():
    """Whether Poetry is deleting a secret."""
    return _source(_DELETING) is not None


def are_needless(service):
    """Whether this process is Poetry's, and the service one of its CodeArtifact sources."""
    return poetry_sources.is_poetry() and poetry_sources.recognise(service) is not None


def _source(functions):
    """The name of the source that one of these functions of Poetry's, further up the stack, was called for."""
    # Not an interface of Poetry's (`PasswordManager`, 1.2 to 2.5): otherwise the source is not known.
    if _MODULE not in sys.modules:
        return None
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in functions and frame.f_globals.get("__name__") == _MODULE:
            name = frame.f_locals.get("repo_name")
            return name if isinstance(name, str) else None
        frame = frame.f_back
    return None
