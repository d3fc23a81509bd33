"""Which process holds the other end of a connection."""

from __future__ import annotations

import os
from pathlib import Path


def _inodes_of_port(port: int) -> set[str]:
    """The socket inodes of connections whose local port on loopback is this one."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if int(columns[1].split(":")[1], 16) == port:
            found.add(columns[9])
    return found


def owner_of_port(port: int) -> int | None:
    """The process that has a socket bound to this local port, or None when it is gone."""
    wanted = {f"socket:[{inode}]" for inode in _inodes_of_port(port)}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            for descriptor in (process / "fd").iterdir():
                if os.readlink(descriptor) in wanted:
                    return int(process.name)
        except OSError:
            continue
    return None
