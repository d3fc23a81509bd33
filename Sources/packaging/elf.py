"""Reads ELF objects and archives of them, as a linker is given them."""

import bisect
import struct

# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html, and flag R of
# https://sourceware.org/binutils/docs/as/Section.html
SYMTAB, RELA, NOBITS, ARRAYS, SYMTAB_SHNDX = 2, 4, 8, (14, 15, 16), 18
ALLOC, EXECUTABLE, MERGE, RETAIN = 0x2, 0x4, 0x10, 0x200000
LOCAL, IS_SECTION, IS_FILE = 0, 3, 4


class Object:
    """An ELF object, in a file of its own or in an archive."""

    def __init__(self, file, member, start):
        self.file, self.start, self.place = file, start, (file.path, member)
        (table,) = self.read("<Q", 40)
        count, names = self.read("<HH", 60)
        # The first section's header holds what does not fit into the file's.
        size, link = self.read("<QI", table + 32)
        count, names = count or size, link if names == 0xFFFF else names
        self.table = table
        self.sections = [Section(*self.read("<IIQQQQIIQQ", table + 64 * index)) for index in range(count)]
        strings = self.content(self.sections[names])
        for section in self.sections:
            section.name = text(strings, section.name)
        self.is_swift = any(section.name == b".swift1_autolink_entries" for section in self.sections)
        self.relocations_of = {
            section.info: section for section in self.sections if section.type == RELA and section.info
        }
        self.symbols = self.read_symbols()
        self.relocations = {
            index: list(self.read_relocations(section))
            for index, section in self.relocations_of.items()
            if self.sections[index].flags & ALLOC and not is_unwinding(self.sections[index])
        }

    def read(self, form, offset):
        return struct.unpack_from(form, self.file.content, self.start + offset)

    def content(self, section):
        begin = self.start + section.offset
        return bytes(self.file.content[begin : begin + section.size])

    def read_symbols(self):
        """(name, binding, type, section, value, size) of each."""
        found, numbers = [], None
        for section in self.sections:
            if section.type == SYMTAB_SHNDX:
                numbers = struct.unpack(f"<{section.size // 4}I", self.content(section))
        for section in self.sections:
            if section.type != SYMTAB:
                continue
            strings = self.content(self.sections[section.link])
            for index, (name, info, _, number, value, size) in enumerate(
                struct.iter_unpack("<IBBHQQ", self.content(section))
            ):
                if number == 0xFFFF:
                    number = numbers[index]
                elif number >= 0xFF00:
                    number = 0
                found.append((text(strings, name), info >> 4, info & 15, number, value, size))
        return found

    def read_relocations(self, section):
        """(offset, symbol, type, addend) of each."""
        for offset, info, addend in struct.iter_unpack("<QQq", self.content(section)):
            yield offset, info >> 32, info & 0xFFFFFFFF, addend


class Section:
    """The header of a section, and where each of the pieces begins that it is divided into."""

    def __init__(self, name, kind, flags, _, offset, size, link, info, *__):
        self.name, self.type, self.flags, self.offset, self.size = name, kind, flags, offset, size
        self.link, self.info = link, info
        self.starts, self.first, self.named, self.public = [0], None, set(), set()

    def piece(self, offset):
        """The number of the piece that holds an offset."""
        return self.first + max(0, bisect.bisect_right(self.starts, offset) - 1)


class File:
    """A file that takes part, and the objects in it."""

    def __init__(self, path, members):
        self.path, self.objects = path, []
        with open(path, "rb") as file:
            self.content = bytearray(file.read())
        if not self.content.startswith(b"!<arch>\n"):
            self.objects.append(Object(self, None, 0))
            return
        # Each member has a header of 60 bytes, its size in decimal digits from byte 48, and an even length.
        position, long_names = 8, b""
        while position < len(self.content):
            name = bytes(self.content[position : position + 16]).rstrip()
            start, size = position + 60, int(self.content[position + 48 : position + 58])
            if name == b"//":
                long_names = bytes(self.content[start : start + size])
            elif self.content[start : start + 6] == b"\x7fELF\x02\x01":
                if name.startswith(b"/"):
                    name = long_names[int(name[1:]) :].partition(b"\n")[0]
                name = name.rstrip(b"/").decode()
                if name in members:
                    self.objects.append(Object(self, name, start))
            position = start + size + size % 2


def is_unwinding(section):
    return section.name.startswith((b".eh_frame", b".gcc_except_table"))


def text(strings, offset):
    return strings[offset : strings.index(b"\0", offset)]
