"""Finding the executable and asking it one question, with a deadline."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys

from .errors import CodeArtifactError

NAME = "codeartifact-keyring"
# The executable gives up after 30 s by itself; this is for one that cannot.
DEADLINE = 35.0
# Set for the executable and all it starts: should one of them ask this backend in turn, it must not ask back.
GUARD = "_CODEARTIFACT_KEYRING_BACKEND"
# What it is set to: what is not CodeArtifact's is not the executable's to look for, or only in Secret Service.
_NOTHING_ELSE, _SECRET_SERVICE = "1", "secret-service"

# Where install.sh puts this module in a prefix, and where pip does.
_INSTALLED = (
    rf"(.*)/(?:share/{NAME}/python(?:\.[^/]+)?|lib(?:64)?/[^/]+/(?:site|dist)-packages)"
    r"/codeartifact_keyring/helper\.py"
)


class Outcome:
    """How one run of the executable ended: its exit code, its standard output, and the line that says why it failed."""

    __slots__ = ("code", "output", "reason")

    def __init__(self, code, output, reason):
        self.code = code
        self.output = output
        self.reason = reason


def credential(service):
    """(username, password) for a service, None if the executable says that the service is not CodeArtifact's.

    Raises CodeArtifactError when there is no token to be had.
    """
    outcome = run("--mode=creds", "--output=json", "get", service.url)
    if outcome.code == 0:
        username, password = _answered(outcome)
        if username is not None and password:
            return username, password
        # Without the parser's error: it may quote the answer, and the answer holds a token.
        raise CodeArtifactError(f"{NAME}: its answer for {service.host} is not understood. Run: {NAME} doctor")
    if outcome.code == 1 and not outcome.reason:
        return None
    raise CodeArtifactError(outcome.reason or f"{NAME}: ended with code {outcome.code}. Run: {NAME} doctor")


def stored(service, username):
    """(username, password) that Secret Service keeps for somebody else's service, None if there is none, or none that
    could be read without asking the user.

    Raises CodeArtifactError when the executable cannot be asked.
    """
    # The executable reads UTF-8, whatever this process's locale is.
    words = [word.encode() for word in (["--", service] if username is None else ["--", service, username])]
    outcome = run("--mode=creds", "--output=json", "get", *words, guard=_SECRET_SERVICE)
    if outcome.code != 0:
        return None
    found, password = _answered(outcome)
    return None if password is None else (found, password)


def forget(service):
    """Drops the token kept for a service; the `Outcome` tells whether there was one."""
    return run("del", service.url, "aws")


def run(*arguments, guard=_NOTHING_ELSE):
    """Runs `codeartifact-keyring keyring ARGUMENTS` to its end and returns the `Outcome`.

    Raises CodeArtifactError when it cannot be found or started, or when the deadline has passed. Below another run
    nothing is started: the outcome is that there is nothing.
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
            # A session of its own: no terminal to prompt on, and a group that can be ended as a whole.
            start_new_session=True,
        )
    except OSError as error:
        raise CodeArtifactError(f"{NAME}: cannot start {command[0]}: {_why_not(error, command[0])}") from None
    try:
        output, complaint = process.communicate(timeout=DEADLINE)
    except BaseException as error:
        _end(process)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        raise CodeArtifactError(f"{NAME}: no answer within {DEADLINE:g} s. Run: {NAME} doctor") from None
    complaint = complaint.decode("utf-8", "replace")
    if os.environ.get("CODEARTIFACT_KEYRING_DEBUG") == "1":
        sys.stderr.write(complaint)
    return Outcome(process.returncode, output, _reason(complaint))


def find():
    """How the executable is asked, as the first words of an argument list: through its front, where it has one.

    It is looked for beside this package, among this Python's scripts, and on PATH. Raises CodeArtifactError, which says
    how to fix it, when it is nowhere.
    """
    program = os.path.join("libexec", NAME, NAME)
    beside = None
    for here in (os.path.realpath(__file__), os.path.abspath(__file__)):
        # From a place of any other form the same steps up may lead to a directory such as /tmp.
        found = re.fullmatch(_INSTALLED, here)
        if found is None:
            continue
        candidate = os.path.join(found[1] or os.sep, program)
        beside = beside or candidate
        if _is_executable(candidate):
            return _command(candidate)
    # Not before it is needed: that alone takes a millisecond.
    import sysconfig

    data = os.path.join(sysconfig.get_path("data") or os.sep, program)
    # What a project holds in its folder is not run.
    absolute = filter(os.path.isabs, os.environ.get("PATH", os.defpath).split(os.pathsep))
    found = data if _is_executable(data) else shutil.which(NAME, path=os.pathsep.join(absolute))
    if found:
        return _command(found)
    from . import installation

    raise CodeArtifactError(f"{NAME}: the program is neither at {beside or data} nor on PATH. {installation.again()}")


def _why_not(error, executable):
    """Why an executable did not start, and what to do."""
    if error.errno in (errno.ENOENT, errno.ENOEXEC) and os.path.exists(executable):
        return "it is for another machine, or for glibc (Alpine has musl). Use netrc there: see docs/containers.md"
    from . import installation

    return f"{error.strerror or type(error).__name__}. {installation.again()}"


def _command(executable):
    """The front if it is beside the executable, which then is in a directory that bears its name."""
    directory = os.path.dirname(os.path.realpath(executable))
    front = os.path.join(directory, "keyring")
    # In any other directory a `keyring` is Python's own.
    if os.path.basename(directory) == NAME and _is_executable(front):
        return [front]
    return [executable, "keyring"]


def _is_executable(path):
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _answered(outcome):
    """(username, password) of an answer, each None if it is not understood."""
    try:
        answer = json.loads(outcome.output)
        username, password = answer["username"], answer["password"]
    except (ValueError, KeyError, TypeError):
        return None, None
    return tuple(word if isinstance(word, str) else None for word in (username, password))


def _reason(complaint):
    """The line that says why: the last one in the executable's own name (others may be debug), else the last one."""
    # Not splitlines(): a text of others may hold what Unicode takes for a line's end, and behind it a line of its own.
    lines = [line.strip() for line in complaint.split("\n") if line.strip()]
    own = [line for line in lines if line.startswith(f"{NAME}: ")]
    return "".join(filter(str.isprintable, (own or lines or [""])[-1]))


def _end(process):
    """Kills the whole group and collects the process, never waiting for a grandchild that keeps a pipe open."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        process.kill()
    for pipe in (process.stdout, process.stderr):
        pipe.close()
    process.wait()
