"""What the backend raises when a CodeArtifact service cannot be answered."""


class CodeArtifactError(Exception):
    """No token could be had; the message is one line that says what to do next.

    Neither a RuntimeError nor a KeyringError: Poetry 1.8 to 2.5 swallow those two and go on without credentials, to a
    public package of the same name if there is one. Any other exception stops Poetry with its message.
    """
