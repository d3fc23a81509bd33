"""The messages that the documentation quotes are those that the program prints."""

from __future__ import annotations

import re

import pytest
from harness import literals
from harness.documents import README, page
from harness.environments import ROOT

SOURCES = ROOT / "Sources"
# Words of AWS, and of clients.
OTHERS = {
    "… is not authorized to perform: codeartifact:GetAuthorizationToken",
    "401 Unauthorized",
    "Authorization error",
    "No matching distribution found",
}


def quoted(text: str) -> list[str]:
    """The messages in the first column of the table under `| message |`."""
    table = text.split("\n| message |")[1].split("\n\n")[0]
    rows = [row.split(" | ")[0] for row in table.splitlines()[2:]]
    return [message for row in rows for message in re.findall(r"`([^`]*)`", row)]


@pytest.fixture(scope="module")
def texts():
    swift = [text for path in SOURCES.rglob("*.swift") for text in literals.of_swift(path) if not text.is_comment]
    python = [text for path in (SOURCES / "python").rglob("*.py") for text in literals.of_python(path)]
    return [text.words for text in swift + python]


MESSAGES = sorted({*quoted(README.read_text()), *quoted(page("troubleshooting"))} - OTHERS)


def is_printed(words: str, texts: list[str]) -> bool:
    """Whether a text has these words; they may be in two, of which one begins with a value that the other names."""
    if any(words in text for text in texts):
        return True
    ends = {text.removeprefix("…") for text in texts if text.startswith("… ")}
    return any(words.removesuffix(end) in texts for end in ends if words.endswith(end))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_printed(texts, message):
    assert is_printed(message.strip(" …"), texts), "the program prints no such message"


def test_messages_are_found():
    assert len(MESSAGES) > 10
