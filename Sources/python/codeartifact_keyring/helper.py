"""Finding the executable and running it once, with a deadline."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys

from . import installation
from .errors import CodeArtifactError

NAME = "codeartifact-keyring"
# The executable ends after 30 s by itself; this is for one that hangs.
DEADLINE = 35.0
# Set for the executable and all that it starts: one of them that uses this backend must not start it again.
GUARD = "_CODEARTIFACT_KEYRING_BACKEND"
# Its values: other services are not for the executable, or only in Secret Service.
_NOTHING_ELSE, _SECRET_SERVICE = "1", "secret-service"

# Where install.sh puts this module in a prefix, and where pip does.
_INSTALLED = (
    rf"(.*)/(?:share/{NAME}/python(?:\.[^/]+)?|lib(?:64)?/[^/]+/(?:site|dist)-packages)"
    r"/codeartifact_keyring/helper\.py"
)


class Outcome:
    """One run of the executable: its exit code, its standard output, and its error message."""

    __slots__ = ("code", "output", "reason")

    def __init__(self, code, output, reason):
        self.code = code
        self.output = output
        self.reason = reason


def credential(service):
    """(username, password) for a service, None if the executable says that the service is not CodeArtifact.

    Raises CodeArtifactError when there is no token.
    """
    outcome = run("--mode=creds", "--output=json", "get", service.url)
    if outcome.code == 0:
        username, password = _answered(outcome)
        if username is not None and password:
            return username, password
        # Where SIGCHLD is ignored, Python takes every exit code for 0.
        if outcome.reason and not outcome.output:
            raise CodeArtifactError(outcome.reason)
        # Without the parser's error, which may quote the token.
        raise CodeArtifactError(f"{NAME}: it gave an invalid response for {service.host}. Run: {NAME} doctor")
    if outcome.code == 1 and not outcome.reason:
        return None
    raise CodeArtifactError(outcome.reason or f"{NAME} failed (exit {outcome.code}). Run: {NAME} doctor")


def stored(service, username):
    """(username, password) that Secret Service has for another service, None if there is none, or none that can be read
    without a prompt.

    Raises CodeArtifactError when the executable cannot be run.
    """
    # The executable reads UTF-8 in any locale.
    words = [word.encode() for word in (["--", service] if username is None else ["--", service, username])]
    outcome = run("--mode=creds", "--output=json", "get", *words, guard=_SECRET_SERVICE)
    if outcome.code != 0:
        return None
    found, password = _answered(outcome)
    return None if password is None else (found, password)


def forget(service):
    """Removes the cached token for a service; the `Outcome` says whether that succeeded."""
    return run("del", service.url, "aws")


def run(*arguments, guard=_NOTHING_ELSE):
    """Runs `codeartifact-keyring keyring ARGUMENTS` to its end and returns the `Outcome`.

    Raises CodeArtifactError when it cannot be found or started, or at the deadline. Below another run nothing is
    started, and the outcome is empty.
    """
    if os.environ.get(GUARD):
        return Outcome(1, b"", "")
    command = find()
    environment = dict(os.environ)
    environment[GUARD] = guard
    try:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=True,
            env=environment,
            # A session of its own: no terminal for a prompt, and a group that can be killed.
            start_new_session=True,
        )
    except OSError as error:
        raise CodeArtifactError(f"{NAME}: cannot start {command[0]}: {_why_not(error, command[0])}") from None
    try:
        output, stderr = process.communicate(timeout=DEADLINE)
    except BaseException as error:
        _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        raise CodeArtifactError(f"{NAME}: no answer within {DEADLINE:g} s. Run: {NAME} doctor") from None
    stderr = stderr.decode("utf-8", "replace")
    if os.environ.get("CODEARTIFACT_KEYRING_DEBUG") == "1":
        sys.stderr.write(stderr)
    return Outcome(process.returncode, output, _reason(stderr))


def find():
    """The command of the executable, as the first words of an argument list: its fast path, where it has one.

    It is looked up beside this package, among this Python's scripts, and on PATH. Raises CodeArtifactError without it.
    """
    program = os.path.join("libexec", NAME, NAME)
    beside = None
    # The last is where a user's own copy came from.
    for here in (
        os.path.realpath(__file__),
        os.path.abspath(__file__),
        os.path.join(installation.folder(), "codeartifact_keyring", "helper.py"),
    ):
        # From any other path the same steps up may lead to a directory such as /tmp.
        found = re.fullmatch(_INSTALLED, here)
        if found is None:
            continue
        candidate = os.path.join(found[1] or os.sep, program)
        beside = beside or candidate
        if _is_executable(candidate):
            return _command(candidate)
    # Imported here: it takes a millisecond.
    import sysconfig

    data = os.path.join(sysconfig.get_path("data") or os.sep, program)
    # No program in the working directory is run.
    absolute = filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep))
    found = data if _is_executable(data) else shutil.which(NAME, path=os.pathsep.join(absolute))
    if found:
        return _command(found)
    problem = f"the program is neither at {beside} nor on PATH" if beside else "the program is not on PATH"
    raise CodeArtifactError(f"{NAME}: {problem}. {installation.again()}{installation.without()}")


def _why_not(error, executable):
    """Why an executable did not start, and what to do."""
    if error.errno in (errno.ENOENT, errno.ENOEXEC) and os.path.exists(executable):
        return "it is for another machine, or for glibc (Alpine has musl). Use netrc there: see docs/containers.md"
    return f"{error.strerror or type(error).__name__}. {installation.again()}"


def _command(executable):
    """The fast path if it is beside the executable, in a directory with its name."""
    directory = os.path.dirname(os.path.realpath(executable))
    fast_path = os.path.join(directory, "keyring")
    # In any other directory a `keyring` is Python's own.
    if os.path.basename(directory) == NAME and _is_executable(fast_path):
        return [fast_path]
    return [executable, "keyring"]


def _is_executable(path):
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _answered(outcome):
    """(username, password) of a response, each None if that is invalid."""
    try:
        answer = json.loads(outcome.output)
        username, password = answer["username"], answer["password"]
    except (ValueError, KeyError, TypeError):
        return None, None
    return tuple(word if isinstance(word, str) else None for word in (username, password))


def _reason(stderr):
    """The error message: the last line with the executable's name, else the last line."""
    # Not splitlines(): a service's text may contain other line separators of Unicode, and a line of its own after them.
    lines = [line.strip() for line in stderr.split("\n") if line.strip()]
    own = [line for line in lines if line.startswith(f"{NAME}: ")]
    return "".join(filter(str.isprintable, (own or lines or [""])[-1]))


def _end(process):
    """Kills the process group without waiting for a grandchild that keeps a pipe open."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        process.kill()
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    process.wait()
