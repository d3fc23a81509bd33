"""The `keyring` backend: the executable answers for CodeArtifact, the other backends for all other services."""

import sys

from keyring import backend, credentials, errors

# All that other services need: it must be there when this package is removed while a process runs.
from . import other_backends, poetry_secrets, poetry_sources, services
from .errors import stop

_USERNAMES = (None, "", "aws")
# Poetry's user name for a token for uploads.
_POETRY_TOKEN = "__token__"
# Poetry since 2.0 looks this up to see whether a keyring works; a locked backend must not disable this one.
_POETRY_PROBE = "python-poetry-check"


class Keyring(backend.KeyringBackend):
    """Answers for AWS CodeArtifact, and passes on everything else.

    Modules for a token are imported when needed: every program that imports keyring imports this one.
    """

    # Below the chainer's 10, above every backend that stores secrets.
    priority = 9.95

    @property
    def name(self):
        """The name to show, from which Poetry also decides whether to use a keyring."""
        if poetry_secrets.is_handling_one() and not other_backends.suit_poetry():
            return "fail Keyring"
        return f"{__name__.rpartition('.')[2]} {type(self).__name__}"

    def get_password(self, service, username):
        """The token, or another backend's password; None if there is none.

        Raises CodeArtifactError when there is no token for a CodeArtifact service.
        """
        recognised = services.recognise(service)
        if recognised is None:
            return self._read_elsewhere("get_password", service, username)
        found = _lookup(recognised, username)
        return None if found is None else found[1]

    def get_credential(self, service, username):
        """The user name and the token, or another backend's credential; None if there is none.

        Raises CodeArtifactError when there is no token for a CodeArtifact service.
        """
        recognised = services.recognise(service)
        if recognised is None:
            return self._read_elsewhere("get_credential", service, username)
        found = _lookup(recognised, username)
        return None if found is None else credentials.SimpleCredential(*found)

    def set_password(self, service, username, password):
        """Stores with another backend; does nothing for CodeArtifact, where a stored token would soon expire.

        Raises PasswordSetError when no backend could store it, CodeArtifactError for CodeArtifact over plain http.
        """
        recognised = services.recognise(service)
        if recognised is not None:
            if recognised.is_unencrypted:
                _lookup(recognised, None)
            return
        try:
            other_backends.store(service, username, password)
        except errors.PasswordSetError:
            if username not in (*_USERNAMES, _POETRY_TOKEN) or not poetry_secrets.are_needless(service):
                raise
            sys.stderr.write(
                f"codeartifact-keyring: {service} is a CodeArtifact repository: its tokens are managed automatically; "
                "nothing was stored\n"
            )

    def delete_password(self, service, username):
        """Deletes from another backend; for CodeArtifact removes the cached token.

        Raises PasswordDeleteError when there was nothing to delete.
        """
        recognised = services.recognise(service)
        if recognised is None:
            other_backends.delete(service, username)
            return
        if username not in _USERNAMES or recognised.user not in _USERNAMES:
            raise errors.PasswordDeleteError("no such password")
        outcome = _cache().forget(recognised)
        if outcome.code != 0:
            raise errors.PasswordDeleteError(outcome.reason or "no such password")

    def _read_elsewhere(self, method, service, username):
        if service == _POETRY_PROBE:
            if "poetry" in sys.modules and poetry_secrets.is_handling_one():
                other_backends.probe(service, username)
            return None
        # No token is fetched from AWS for a deletion.
        source = None if poetry_secrets.is_deleting() else poetry_sources.recognise(service)
        if source is not None:
            found = _lookup(source, username)
            if found is not None:
                return found[1] if method == "get_password" else credentials.SimpleCredential(*found)
            # Poetry asks again, by URL, when there is nothing under the name.
            if source.url != service:
                return None
        return other_backends.read(method, service, username)


def _lookup(service, username):
    # With any other user name the token is not valid.
    if username not in _USERNAMES or service.user not in _USERNAMES:
        return None
    return _cache().lookup(service)


def _cache():
    try:
        from . import cache
    except ImportError:
        raise stop(
            "codeartifact-keyring: it was removed while this program was running. "
            "Install it again, and start this program again"
        ) from None
    return cache
