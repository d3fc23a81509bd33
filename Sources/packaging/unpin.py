#!/usr/bin/env python3
"""Lets a linker leave out what nothing uses of Swift's static libraries: changes them in place.

usage: unpin.py FILE...

Each function and constant of Swift's own libraries is marked as one that a linker must keep, used or not. The records
of types and conformances, which the runtime looks for by itself, are in sections of their own and keep that mark.
"""

import struct
import sys

# SHF_GNU_RETAIN: https://sourceware.org/binutils/docs/as/Section.html (flag R).
RETAIN = 0x200000
UNPINNED = (b".text", b".data", b".rodata", b".bss")


def main():
    """Changes archives and objects."""
    for name in sys.argv[1:]:
        with open(name, "r+b") as file:
            content = bytearray(file.read())
            for start in objects(content):
                unpin(content, start)
            file.seek(0)
            file.write(content)


def objects(content):
    """Where each ELF object of 64 bits begins in an archive, or in an object."""
    starts = [0]
    if content.startswith(b"!<arch>\n"):
        starts, position = [], 8
        # Each member has a header of 60 bytes, its size in decimal digits from byte 48, and an even length.
        while position < len(content):
            starts.append(position + 60)
            size = int(content[position + 48 : position + 58])
            position += 60 + size + size % 2
    return [start for start in starts if content[start : start + 6] == b"\x7fELF\x02\x01"]


def unpin(content, start):
    """Takes the mark from the sections of one object that hold code and data."""
    (table,) = struct.unpack_from("<Q", content, start + 40)
    count, names = struct.unpack_from("<HH", content, start + 60)
    # The first section's header holds what does not fit into the file's.
    size, link = struct.unpack_from("<QI", content, start + table + 32)
    count, names = count or size, link if names == 0xFFFF else names
    (strings,) = struct.unpack_from("<Q", content, start + table + 64 * names + 24)
    for header in range(start + table, start + table + 64 * count, 64):
        name, _, flags = struct.unpack_from("<IIQ", content, header)
        if flags & RETAIN and content.startswith(UNPINNED, start + strings + name):
            struct.pack_into("<Q", content, header + 8, flags & ~RETAIN)


if __name__ == "__main__":
    main()
