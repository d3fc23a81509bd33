"""Python programs whose modules are imported once for all runs: most of the time that a run of AWS's CLI or SDK takes is
spent on that. Each run is a process of its own, forked off, with its own environment, directory and streams."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .home import Home
from .process import Result

_SERVER = """
import json, os, signal, sys, traceback
exec(sys.argv[1])
# The CLI sets it when it is imported.
kept = {name: os.environ[name] for name in ("AWS_DATA_PATH",) if name in os.environ}
for line in sys.stdin:
    run = json.loads(line)
    child = os.fork()
    if not child:
        os.setsid()
        signal.alarm(run["timeout"])
        os.chdir(run["cwd"])
        for number, name in enumerate(run["streams"]):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), number)
        sys.stdin = open(0, closefd=False)
        os.environ.clear()
        os.environ.update({**kept, **run["env"]})
        sys.argv[:] = run["argv"]
        code = 1
        try:
            exec(sys.argv.pop(), {"__name__": "__main__"})
            code = 0
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Preloaded:
    """Runs `main`, a text in Python."""

    def __init__(self, server: subprocess.Popen[str], main: str, directory: Path) -> None:
        self._server, self._main, self._directory = server, main, directory

    def run(self, home: Home, *argv: str, timeout: int = 60) -> Result:
        """Runs it as this user."""
        link = self._directory / "home"
        link.unlink(missing_ok=True)
        link.symlink_to(home.directory)
        streams = ["/dev/null", *(str(self._directory / name) for name in ("stdout", "stderr"))]
        request = {
            "argv": [*argv, self._main],
            "env": home.env,
            "cwd": str(home.directory),
            "streams": streams,
            "timeout": timeout,
        }
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        code = int(self._server.stdout.readline())
        said = [Path(name).read_text(errors="backslashreplace") for name in streams[1:]]
        result = Result(argv, code, *said)
        home.results.append(result)
        return result


@contextmanager
def preloaded(python: Path | str, imports: str, main: str, directory: Path) -> Iterator[Preloaded]:
    """What modules work out from HOME when they are imported goes through a link to the home of each run."""
    env = {"HOME": str(directory / "home"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    words = [str(python), "-c", _SERVER, imports]
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Preloaded(server, main, directory)
        server.stdin.close()
