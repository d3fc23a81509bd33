#!/usr/bin/env python3
"""A linker that leaves out of a Swift program what nothing in it reaches. It is called as ld.lld is.

ld.lld leaves out sections, and that is not enough: one section holds most functions of a file of Swift's libraries,
each public function is marked as one to keep, and so is the record of each conformance, by which the runtime finds it.
So the program is linked twice. The first time tells which files take part. What is reached in them is followed from one
function or constant to the next, a conformance being reached when both its type and its protocol are. The second time
is with copies of the files, in which all else is zero, refers to nothing and may be left out.

What is not known for certain counts as a reference: too much is kept, never too little.
"""

import collections
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile

from elf import ALLOC, ARRAYS, EXECUTABLE, IS_FILE, IS_SECTION, LOCAL, MERGE, NOBITS, RETAIN, File, is_unwinding

X86_64, AARCH64 = 62, 183
# Relocations of x86-64 code that are relative to the end of a field of four bytes, as a rule the next instruction.
RELATIVE_TO_END = {2, 4, 9, 41, 42}
# R_X86_64_GOTPCREL and those that a linker may relax, R_AARCH64_GOTPCREL32.
THROUGH_LINKERS_TABLE = {X86_64: {9, 41, 42}, AARCH64: {315}}

# https://github.com/swiftlang/swift/blob/main/docs/ABI/TypeMetadata.rst: the records that the runtime looks through.
CONFORMANCES = b"swift5_protocol_conformances"
RECORDS = (CONFORMANCES, b"swift5_type_metadata", b"swift5_type_metadata_2", b"swift5_protocols")
# Of use to debuggers and other processes alone.
UNUSED = (
    b"swift5_assocty",
    b"swift5_capture",
    b"swift5_builtin",
    b"swift5_mpenum",
    b".swift_modhash",
    b".lldbsummaries",
)
# What is kept only where something refers to it, whatever its mark.
PLAIN = (b".text", b".data", b".rodata", b".bss", b"swift5_fieldmd", b"swift5_reflstr", b"swift5_typeref")
# Types and protocols with a name of a letter or two are looked for by that name.
SHORT_NAME = re.compile(rb"\$sS[A-Za-z]{1,2}M[np]")
# Calls, jumps and address computations of x86-64, each with its field of four bytes or one.
FAR = re.compile(rb"(?s)(?=[\xe8\xe9]|(?:\x0f[\x80-\x8f]|\x8d[\x05\x0d\x15\x1d\x25\x2d\x35\x3d]))")
NEAR = re.compile(rb"(?s)(?=[\xeb\x70-\x7f\xe3])")


class Program:
    """All the pieces of the files, which of them refer to which, and which are reached."""

    def __init__(self, files, places):
        self.objects = [one for file in files for one in file.objects]
        self.machine = self.objects[0].read("<H", 18)[0]
        self.references, self.definitions = [], collections.defaultdict(list)
        for one in self.objects:
            self.divide(one)
        for one in self.objects:
            for name, binding, _, number, value, _ in one.symbols:
                section = one.sections[number]
                # Of several weak ones, the linker took one.
                if not number or binding == LOCAL or section.first is None:
                    continue
                if one.place in places.get(name, (one.place,)):
                    self.definitions[name].append((one, section, value))
        for one in self.objects:
            self.follow_relocations(one)
            if one.is_swift:
                self.follow_contents(one)
        self.reached = bytearray(len(self.references))

    def divide(self, one):
        """Divides the sections of an object that are loaded: where its symbols begin and end, and in what has no name
        where others refer to."""
        spans = collections.defaultdict(list)
        cuts = collections.defaultdict(set)
        for _, binding, kind, number, value, size in one.symbols:
            if number and kind not in (IS_SECTION, IS_FILE):
                one.sections[number].named.add(value)
                spans[number].append((value, value + size))
                if binding != LOCAL:
                    one.sections[number].public.add(value)
        for index, relocations in one.relocations.items():
            source = one.sections[index]
            for _, symbol, kind, addend in relocations:
                number, value = one.symbols[symbol][3:5]
                # Constants that lead into code may count from another place than a function's beginning.
                if not one.sections[number].flags & EXECUTABLE or not source.name.startswith(b".rodata"):
                    cuts[number].add(value + addend + self.distance(source, kind))
        for number, section in enumerate(one.sections):
            if not section.flags & ALLOC:
                continue
            section.first = len(self.references)
            if one.is_swift and not section.flags & MERGE and section.name not in RECORDS:
                starts, end = {0}, 0
                # A name for a part of something has the size of the whole.
                for begin, stop in sorted(spans[number], key=lambda span: (span[0], -span[1])):
                    if begin >= end:
                        starts |= {end, begin, *(cut for cut in cuts[number] if end <= cut < begin)}
                        end = stop
                starts |= {end, *(cut for cut in cuts[number] if end <= cut)}
                section.starts = sorted(start for start in starts if start < max(section.size, 1))
            self.references += [[] for _ in section.starts]

    def distance(self, section, kind):
        """How far before the end of a field what the field is in relation to begins."""
        return 4 if self.machine == X86_64 and section.flags & EXECUTABLE and kind in RELATIVE_TO_END else 0

    def places(self, one, symbol):
        """(object, section, offset) of each definition that a symbol may mean."""
        name, binding, _, number, value, _ = one.symbols[symbol]
        if number and binding == LOCAL:
            return [(one, one.sections[number], value)]
        return self.definitions.get(name, [])

    def targets(self, one, source, symbol, kind, addend):
        """The pieces that a relocation in a section may mean."""
        by_section = one.symbols[symbol][2] == IS_SECTION
        found = []
        for where, section, begin in self.places(one, symbol):
            if section.first is None:
                continue
            if not by_section:
                found.append(section.piece(begin))
            offset = begin + addend + self.distance(source, kind)
            if not 0 <= offset <= section.size:
                continue
            start = section.starts[section.piece(offset) - section.first]
            if section.flags & EXECUTABLE:
                # Data that refers into a function is what this function itself jumps by.
                if source.flags & EXECUTABLE or not where.is_swift or start == offset or start not in section.named:
                    found.append(section.piece(offset))
                continue
            # The lowest bits of a relative pointer may say what kind of one it is.
            found += [section.piece(offset), section.piece(offset & ~3)]
            if by_section and where.is_swift:
                # Code can count from a place before a table, and an object that describes a type begins 16 bytes before
                # its address.
                near = (-16, -8, 8, 16) if source.flags & EXECUTABLE else (-16, -8)
                for step in near:
                    beside = min(max(offset + step, 0), section.size)
                    start = section.starts[section.piece(beside) - section.first]
                    if step > 0 or start not in section.named:
                        found.append(section.piece(beside))
        return found

    def follow_relocations(self, one):
        for index, relocations in one.relocations.items():
            section = one.sections[index]
            if section.name in UNUSED:
                continue
            for offset, symbol, kind, addend in relocations:
                self.references[section.piece(offset)] += self.targets(one, section, symbol, kind, addend)

    def follow_contents(self, one):
        """References within a section, which the compiler has resolved."""
        for index, section in enumerate(one.sections):
            if section.first is None or section.type == NOBITS or len(section.starts) < 2:
                continue
            content = one.content(section)
            if section.flags & EXECUTABLE:
                found = self.jumps_x86_64(content) if self.machine == X86_64 else self.jumps_aarch64(content)
            elif section.name.startswith((b".data.rel.ro", b".rodata")):
                found = relative_pointers(content)
            else:
                continue
            relocated = {offset for offset, _, _, _ in one.relocations.get(index, ())}
            for field, place, target in found:
                if field in relocated or not 0 <= target < len(content):
                    continue
                source, piece = section.piece(place), section.piece(target)
                start = section.starts[piece - section.first]
                # What another file may refer to, too, has a name for its beginning.
                if source != piece and (start == target or start not in section.public):
                    self.references[source].append(piece)

    @staticmethod
    def jumps_x86_64(content):
        for match in FAR.finditer(content):
            place = match.start()
            field = place + (1 if content[place] in (0xE8, 0xE9) else 2)
            if field + 4 <= len(content):
                yield field, place, field + 4 + struct.unpack_from("<i", content, field)[0]
        for match in NEAR.finditer(content):
            place = match.start()
            if place + 2 <= len(content):
                yield place + 1, place, place + 2 + struct.unpack_from("<b", content, place + 1)[0]

    @staticmethod
    def jumps_aarch64(content):
        for index, (word,) in enumerate(struct.iter_unpack("<I", content[: len(content) // 4 * 4])):
            place = 4 * index
            if word & 0x7C000000 == 0x14000000:  # B, BL
                step = signed(word, 26) * 4
            elif (
                word & 0xFF000000 == 0x54000000  # B.cond
                or word & 0x7E000000 == 0x34000000  # CBZ, CBNZ
                or word & 0x3B000000 == 0x18000000  # LDR of what is near
            ):
                step = signed(word >> 5, 19) * 4
            elif word & 0x7E000000 == 0x36000000:  # TBZ, TBNZ
                step = signed(word >> 5, 14) * 4
            elif word & 0x9F000000 == 0x10000000:  # ADR
                step = signed(word >> 5, 19) * 4 + (word >> 29 & 3)
            else:
                continue
            yield place, place, place + step

    def reach(self, names):
        """Marks what is reached from the symbols and from what runs by itself or is kept for the linker or runtime."""
        waiting, conditions = [], []
        for name in names:
            waiting += [section.piece(value) for _, section, value in self.definitions.get(name, [])]
        for one in self.objects:
            for index, section in enumerate(one.sections):
                if section.first is None:
                    continue
                if section.name in RECORDS and section.size:
                    conditions.append(self.condition(one, index))
                elif is_root(one, section):
                    waiting += range(section.first, section.first + len(section.starts))
        while waiting:
            self.mark(waiting)
            undecided = []
            for record, needed in conditions:
                if all(any(self.reached[piece] for piece in pieces) for pieces in needed):
                    waiting.append(record)
                else:
                    undecided.append((record, needed))
            conditions = undecided

    def mark(self, waiting):
        while waiting:
            piece = waiting.pop()
            if not self.reached[piece]:
                self.reached[piece] = 1
                waiting += self.references[piece]

    def condition(self, one, index):
        """The piece of a record, and lists of pieces: the record is of use when one of each list is reached."""
        record = one.sections[index]
        if record.size != 4 or len(one.relocations.get(index, ())) != 1:
            return record.first, []
        ((_, symbol, kind, addend),) = one.relocations[index]
        name, _, _, number, value, _ = one.symbols[symbol]
        if record.name != CONFORMANCES:
            return record.first, [] if SHORT_NAME.fullmatch(name) else [self.targets(one, record, symbol, kind, addend)]
        descriptor, offset = one.sections[number], value + addend
        (flags,) = one.read("<I", descriptor.offset + offset + 12)
        # A description is found directly or by a pointer: for a type the kind says so, for a protocol an odd offset.
        needed = [self.described(one, number, offset, None)]
        if flags >> 3 & 7 < 2:
            needed.append(self.described(one, number, offset + 4, flags >> 3 & 7 == 1))
        return record.first, [pieces for pieces in needed if pieces]

    def described(self, one, number, offset, by_pointer):
        """The pieces of the description that a relative pointer of a conformance leads to."""
        section = one.sections[number]
        for place, symbol, kind, addend in one.relocations[number]:
            if place != offset:
                continue
            if by_pointer is None:
                by_pointer = addend & 1
            addend &= ~1
            if not by_pointer or kind in THROUGH_LINKERS_TABLE[self.machine]:
                return self.targets(one, section, symbol, kind, addend)
            pointers = [where.piece(begin + addend) for _, where, begin in self.places(one, symbol)]
            return [target for pointer in pointers for target in self.references[pointer]]
        (step,) = one.read("<i", section.offset + offset)
        return [] if by_pointer or not step or step & 1 else [section.piece(offset + step)]

    def clear(self):
        """Clears what is not reached, in the content of the files, and says which files are others now."""
        changed = []
        for one in self.objects:
            content = one.file.content
            for index, section in enumerate(one.sections):
                if section.first is None or is_root(one, section) or is_unwinding(section):
                    continue
                ends = [*section.starts[1:], section.size]
                dead = [
                    (start, end)
                    for piece, (start, end) in enumerate(zip(section.starts, ends, strict=True), section.first)
                    if not self.reached[piece]
                ]
                if section.flags & RETAIN and (section.name not in RECORDS or dead):
                    header = one.start + one.table + 64 * index
                    struct.pack_into("<Q", content, header + 8, section.flags & ~RETAIN)
                    changed.append(one.file)
                if not dead or section.type == NOBITS or section.flags & MERGE or section.name in RECORDS:
                    continue
                for start, end in dead:
                    begin = one.start + section.offset + start
                    content[begin : begin + end - start] = bytes(end - start)
                if index in one.relocations:
                    table = one.start + one.relocations_of[index].offset
                    for number, (offset, _, _, _) in enumerate(one.relocations[index]):
                        if not self.reached[section.piece(offset)]:
                            struct.pack_into("<QQq", content, table + 24 * number, offset, 0, 0)
                changed.append(one.file)
        return set(changed)


def is_root(one, section):
    """Whether nothing has to refer to a section."""
    if re.search(r"/(?:S?crt[1in]|crtbeginS?|crtendS?|swiftrt)\.o$", one.file.path):
        return True
    if section.type in ARRAYS or section.name.startswith((b".init", b".fini", b".ctors", b".dtors", b".note")):
        return True
    return (
        bool(section.flags & RETAIN) and section.name not in (*RECORDS, *UNUSED) and not section.name.startswith(PLAIN)
    )


def relative_pointers(content):
    """Each word that can be one: its place twice, and where it leads to without the bits that tell its kind."""
    for index, (word,) in enumerate(struct.iter_unpack("<i", content[: len(content) // 4 * 4])):
        if word and -len(content) < word < len(content):
            for mask in {word, word & ~1, word & ~3}:
                yield 4 * index, 4 * index, 4 * index + mask


def signed(word, bits):
    """The lowest bits of a word as a number with a sign."""
    value = word & ((1 << bits) - 1)
    return value - (value >> (bits - 1) << bits)


def link(arguments):
    done = subprocess.run(["ld.lld", *arguments], check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


def read_map(path):
    """From a linker's map: each file with the names of its members that take part, and where each symbol is."""
    files, places, place = {}, collections.defaultdict(set), None
    line_of = re.compile(r" *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +[0-9]+ (        |                )(\S.*)$")
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            found = line_of.match(line)
            if not found:
                continue
            if len(found[1]) == 16:
                places[found[2].encode(errors="surrogateescape")].add(place)
                continue
            named = re.match(r"([^<].*?)(?:\((.*)\))?:\(", found[2])
            if named:
                place = named[1], named[2]
                files.setdefault(named[1], set()).add(named[2])
    return files, places


def main():
    """Links."""
    arguments = []
    for argument in sys.argv[1:]:
        if argument.startswith("@"):
            with open(argument[1:], encoding="utf-8") as response:
                arguments += shlex.split(response.read())
        else:
            arguments.append(argument)
    # A program without Swift's runtime, or one that is linked for another program.
    if "--gc-sections" not in arguments or not any(argument.endswith("/swiftrt.o") for argument in arguments):
        link(arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        path = f"{scratch}/map"
        link([*arguments, "-o", f"{scratch}/first", "--icf=none", "--no-demangle", f"-Map={path}"])
        files, places = read_map(path)
        program = Program([File(path, members) for path, members in files.items()], places)
        # SwiftPM's main functions have names of their own: --defsym main=NAME.
        program.reach([word[len("main=") :].encode() for word in arguments if word.startswith("main=")] or [b"main"])
        copies = {}
        for number, file in enumerate(sorted(program.clear(), key=lambda file: file.path)):
            name = os.path.basename(file.path)
            # An archive is looked for by its name.
            copies[file.path] = f"{scratch}/{name}" if name.endswith(".a") else f"{scratch}/{number}-{name}"
            with open(copies[file.path], "xb") as copy:
                copy.write(file.content)
        link(["-L", scratch, *(copies.get(argument, argument) for argument in arguments)])


if __name__ == "__main__":
    main()
