"""Which process holds a file or the other end of a connection, as /proc tells it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def owner_of_port(port: int) -> int | None:
    """The process that has a socket bound to this local port, or None when it is gone."""
    wanted = {f"socket:[{inode}]" for inode in _inodes_of_port(port)}
    return next((process for process in _processes() if wanted & _open(process)), None)


def holders(suffix: str, session: int) -> list[int]:
    """The processes of a session that have a file open whose name ends so."""
    return [
        process
        for process in _processes()
        if _session(process) == session and any(name.endswith(suffix) for name in _open(process))
    ]


def _inodes_of_port(port: int) -> set[str]:
    """The socket inodes of connections whose local port on loopback is this one."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if int(columns[1].split(":")[1], 16) == port:
            found.add(columns[9])
    return found


def _processes() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except OSError:
        return None


def _open(process: int) -> set[str]:
    """What a process has open; nothing when it ends meanwhile."""
    found = set()
    try:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            found.add(os.readlink(descriptor))
    except OSError:
        pass
    return found
