"""The texts that a program may show: the string literals of Swift and Python files, and Swift's doc comments."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

# What stands in a literal for a value that is put in.
VALUE = "…"


@dataclass(frozen=True)
class Text:
    """A text in a file, from this line on."""

    path: Path
    line: int
    words: str
    is_comment: bool = False


def of_swift(path: Path) -> list[Text]:
    """String literals, those that are joined by + as one, and doc comments."""
    source = path.read_text()
    found: list[Text] = []
    _read_swift(source, 0, "", path, found)
    return sorted(found, key=lambda text: text.line)


def _read_swift(source: str, at: int, end: str, path: Path, found: list[Text]) -> int:
    """Reads code up to the closing parenthesis of an interpolation, or to the end. Returns where it stopped."""
    depth, joined = 0, None
    while at < len(source):
        if source.startswith("//", at):
            stop = source.find("\n", at)
            stop = len(source) if stop < 0 else stop
            if source.startswith("///", at):
                found.append(Text(path, source.count("\n", 0, at) + 1, source[at + 3 : stop].strip(), is_comment=True))
            at = stop
        elif source.startswith("/*", at):
            at = source.index("*/", at) + 2
        elif match := re.compile(r'(#*)("""|")').match(source, at):
            words, stop = _read_literal(source, match, path, found)
            line = source.count("\n", 0, at) + 1
            if joined is not None and re.fullmatch(r"\s*\+\s*", source[joined[0] : at]):
                found[joined[1]] = Text(path, found[joined[1]].line, found[joined[1]].words + words)
            else:
                found.append(Text(path, line, words))
                joined = (stop, len(found) - 1)
            joined = (stop, joined[1])
            at = stop
        else:
            depth += {"(": 1, ")": -1}.get(source[at], 0)
            if end and depth < 0:
                return at + 1
            at += 1
    return at


def _read_literal(source: str, opening: re.Match, path: Path, found: list[Text]) -> tuple[str, int]:
    """A literal's text, and where it ends."""
    hashes, quotes = opening.groups()
    escape, closing, words, at = f"\\{hashes}", f"{quotes}{hashes}", [], opening.end()
    while not source.startswith(closing, at):
        if source.startswith(f"{escape}(", at):
            at = _read_swift(source, at + len(escape) + 1, ")", path, found)
            words.append(VALUE)
        elif source.startswith(escape, at):
            if source[at + len(escape)] == "u":
                at = source.index("}", at) + 1
            else:
                # The end of a line is no part of the text behind an escape.
                words.append({"n": "\n", "t": "\t", "\n": ""}.get(source[at + len(escape)], source[at + len(escape)]))
                at += len(escape) + 1
        else:
            words.append(source[at])
            at += 1
    text = "".join(words)
    if quotes == '"""':
        text = re.sub(r"\n +", "\n", text).removeprefix("\n").removesuffix("\n")
    return text, at + len(closing)


def of_python(path: Path) -> list[Text]:
    """String literals, docstrings among them."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else VALUE for part in node.values]
            found.append(Text(path, node.lineno, "".join(parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(Text(path, node.lineno, node.value))
    return found
