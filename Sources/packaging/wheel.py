#!/usr/bin/env python3
"""Makes the wheel from an installed tree: the same tree below the environment, and the backend as a package of its own.

usage: wheel.py TREE DIRECTORY x86_64|aarch64

Prints the wheel's path. Its platform tag is the widest one that auditwheel finds it consistent with.
"""

import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import deflate

NAME = "codeartifact_keyring"
ROOT = Path(__file__).resolve().parents[2]
# A wheel holds no links, so a script of this name leads to the program. None is called `keyring`: in an environment
# that has Python's own, one would overwrite the other.
SCRIPT = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/../libexec/codeartifact-keyring/codeartifact-keyring" "$@"
"""
WHEEL = """Wheel-Version: 1.0
Generator: codeartifact-keyring
Root-Is-Purelib: false
Tag: py3-none-{platform}
"""


def main():
    """Makes one wheel."""
    if len(sys.argv) != 4:
        sys.exit("usage: wheel.py TREE DIRECTORY x86_64|aarch64")
    tree, directory = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as scratch:
        content = Path(scratch, "content")
        lay_out(tree, content, f"linux_{sys.argv[3]}")
        run("-m", "wheel", "pack", content, "--dest-dir", scratch)
        (plain,) = Path(scratch).glob("*.whl")
        found = run("-m", "auditwheel", "show", plain)
        tags = re.findall(r'"(manylinux_\d+_\d+_\w+)"', found)
        if not tags:
            sys.exit(f"wheel.py: auditwheel names no platform tag:\n{found}")
        tagged = run("-m", "wheel", "tags", "--remove", "--platform-tag", tags[0], plain).split()[-1]
        directory.mkdir(parents=True, exist_ok=True)
        compress(Path(scratch, tagged), directory / Path(tagged).name)
        print(directory / Path(tagged).name)


def lay_out(tree, content, platform):
    """Puts everything where a wheel has it."""
    shutil.copytree(tree / "share" / "codeartifact-keyring" / "python" / NAME, content / NAME)
    # The version is in Package.swift and nowhere else.
    version = re.search(r'^let version = "(.*)"$', (ROOT / "Package.swift").read_text(), re.MULTILINE)[1]
    information = content / f"{NAME}-{version}.dist-info"
    information.mkdir()
    for source in (ROOT / "Sources" / "python" / f"{NAME}.dist-info").iterdir():
        (information / source.name).write_text(source.read_text().replace("@VERSION@", version))
    (information / "WHEEL").write_text(WHEEL.format(platform=platform))
    shutil.copy(tree / "share/doc/codeartifact-keyring/LICENSE", information / "LICENSE")
    data = content / f"{NAME}-{version}.data"
    # For `configure`: every other Python of this user finds the backend in the tree.
    for part in ("libexec", "share"):
        shutil.copytree(tree / part, data / "data" / part)
    script = data / "scripts" / "codeartifact-keyring"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT)
    script.chmod(0o755)


def compress(source, target):
    """Writes a wheel again, each file as small as deflate makes it, which takes another compressor than Python's own.

    The records are those of section 4.3 of PKWARE's APPNOTE for an archive without comments, extra fields or zip64.
    """
    entries, directory = b"", b""
    with zipfile.ZipFile(source) as archive:
        for item in archive.infolist():
            content, name = archive.read(item), item.filename.encode()
            packed = deflate.deflate_compress(content, 12)
            year, month, day, hour, minute, second = item.date_time
            # From "version needed" to "extra field length": 2.0, names in UTF-8, deflate.
            common = struct.pack(
                "<5H3I2H",
                20,
                0x800,
                8,
                hour << 11 | minute << 5 | second // 2,
                year - 1980 << 9 | month << 5 | day,
                item.CRC,
                len(packed),
                len(content),
                len(name),
                0,
            )
            # Made by 2.0 on Unix; the last ones are the mode of the file and where it begins.
            directory += b"PK\1\2" + struct.pack("<H", 3 << 8 | 20) + common
            directory += struct.pack("<3H2I", 0, 0, 0, item.external_attr, len(entries)) + name
            entries += b"PK\3\4" + common + name + packed
    count = len(archive.infolist())
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(entries), 0)
    target.write_bytes(entries + directory + end)


def run(*arguments):
    """What a module of this Python prints."""
    done = subprocess.run(
        [sys.executable, "-I", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if done.returncode != 0:
        sys.exit(f"wheel.py: {' '.join(map(str, arguments))} failed:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
