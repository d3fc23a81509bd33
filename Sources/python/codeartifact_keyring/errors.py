"""What the backend raises when a CodeArtifact service cannot be answered."""

import sys

from keyring.errors import KeyringError

_POETRY_ERRORS = "poetry.console.exceptions"


class CodeArtifactError(Exception):
    """There is no token; the message is one line that says what to do.

    Neither a RuntimeError nor a KeyringError: Poetry 1.8 to 2.5 ignore those two and go on without credentials, to a
    public package of the same name if there is one. Any other exception stops Poetry with its message.
    """


def stop(message):
    """The exception for a client to end with: in Poetry 2 also one of the kind that it shows as a line.

    Of any other kind Poetry's installer shows a stack trace, once for each of its threads.
    """
    kind = getattr(sys.modules.get(_POETRY_ERRORS), "PoetryRuntimeError", None)
    # Not an interface of Poetry's, so any error means "not known"; and never one of those that it ignores.
    try:
        if issubclass(kind, Exception) and not issubclass(kind, (RuntimeError, KeyringError)):
            # Poetry's own `__str__` leaves out whatever looks like a tag.
            members = {"__str__": Exception.__str__}
            return type(CodeArtifactError.__name__, (CodeArtifactError, kind), members)(message)
    except Exception:
        pass
    return CodeArtifactError(message)
