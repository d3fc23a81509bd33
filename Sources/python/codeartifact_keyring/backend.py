"""The `keyring` backend: CodeArtifact's services are answered by the executable, all others by the other backends."""

from keyring import backend, credentials, errors

from . import services

_USERNAMES = (None, "", "aws")
# Poetry since 2.0 asks this to see whether any keyring works; one that is locked elsewhere must not switch us off.
_POETRY_PROBE = "python-poetry-check"


class Keyring(backend.KeyringBackend):
    """Answers for AWS CodeArtifact, and hands everything else on.

    Whatever is needed only for an answer is imported when there is one to give: every program that imports keyring
    pays for this module.
    """

    # Below the chainer's 10, above every backend that stores secrets.
    priority = 9.95

    def get_password(self, service, username):
        """The token, or another backend's password; None if there is none.

        Raises CodeArtifactError when the service is CodeArtifact's and there is no token to be had.
        """
        ours = services.recognise(service)
        if ours is None:
            return self._read_elsewhere("get_password", service, username)
        found = _lookup(ours, username)
        return None if found is None else found[1]

    def get_credential(self, service, username):
        """The user name and the token, or another backend's credential; None if there is none.

        Raises CodeArtifactError when the service is CodeArtifact's and there is no token to be had.
        """
        ours = services.recognise(service)
        if ours is None:
            return self._read_elsewhere("get_credential", service, username)
        found = _lookup(ours, username)
        return None if found is None else credentials.SimpleCredential(*found)

    def set_password(self, service, username, password):
        """Stores with another backend; does nothing for CodeArtifact, where a stored token would soon be a stale one.

        Raises PasswordSetError when no backend could store it.
        """
        if services.recognise(service) is None:
            from . import others

            others.store(service, username, password)

    def delete_password(self, service, username):
        """Deletes from another backend; for CodeArtifact forgets the token that is kept.

        Raises PasswordDeleteError when there was nothing to delete.
        """
        ours = services.recognise(service)
        if ours is None:
            from . import others

            others.delete(service, username)
            return
        if username not in _USERNAMES or ours.user not in _USERNAMES:
            raise errors.PasswordDeleteError("no such password")
        from . import answers, helper

        answers.forget(ours)
        outcome = helper.forget(ours)
        if outcome.code != 0:
            raise errors.PasswordDeleteError(outcome.reason or "no such password")

    def _read_elsewhere(self, method, service, username):
        if service == _POETRY_PROBE:
            return None
        from . import others, poetry_sources

        source = poetry_sources.recognise(service)
        if source is not None:
            found = _lookup(source, username)
            if found is not None:
                return found[1] if method == "get_password" else credentials.SimpleCredential(*found)
            # Poetry asks again, by URL, when there is nothing under the name.
            if source.url != service:
                return None
        return others.read(method, service, username)


def _lookup(service, username):
    # Under any other name the token is no use: uploads as "__token__" are refused with it.
    if username not in _USERNAMES or service.user not in _USERNAMES:
        return None
    from . import answers

    return answers.lookup(service)
