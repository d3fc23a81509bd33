"""`python -m standin --directory DIR`: serves a small, filled AWS until it is stopped."""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from .standin import StandIn
from .wheels import eight_wheels


def write_atomically(path: Path, value: object) -> None:
    """Writes JSON that only its owner may read; a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="standin", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where environment.json and counters.json go")
    directory = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)

    def count(standin: StandIn) -> None:
        write_atomically(
            directory / "counters.json",
            {
                "mints": standin.mint_count,
                "requests": len(standin.requests),
                "unauthorized": standin.unauthorized_count,
            },
        )

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with StandIn(on_event=count) as standin:
        repository = standin.add_repository("acme")
        standin.seed(repository, eight_wheels())
        user = standin.iam.add_user("demo")
        count(standin)
        write_atomically(
            directory / "environment.json",
            {
                "proxy_url": standin.proxy_url,
                "ca_file": str(standin.ca_file),
                "access_key_id": user.access_key_id,
                "secret_access_key": user.secret_access_key,
                "repository_url": repository.index_url,
                "publish_url": repository.publish_url,
                "variables": {**standin.environment(), **user.environment()},
            },
        )
        stop.wait()


if __name__ == "__main__":
    main()
