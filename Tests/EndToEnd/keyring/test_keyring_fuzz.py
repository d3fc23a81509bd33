"""Thousands of command lines that nobody would type: no crash, no hang, and never success without an answer.

`KEYRING_FUZZ_SECONDS` makes it longer, `KEYRING_FUZZ_SEED` repeats a run: a failure names its seed and its number.
"""

from __future__ import annotations

import os
import random
import subprocess
import time

import pytest
from harness.home import Home

SECONDS = float(os.environ.get("KEYRING_FUZZ_SECONDS", "8"))
SEED = int(os.environ.get("KEYRING_FUZZ_SEED", "0")) or random.SystemRandom().getrandbits(32)
HOST = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
WORDS = [
    *(b"get", b"set", b"del", b"diagnose", b"aws", b"", b"-", b"--", b"---", b"--=", b"=", b" ", b"-1", b"-.5", b"\n", b"\xff"),
    *(b"--mode", b"--mode=", b"--mode=creds", b"--mode=password", b"creds", b"--m", b"--o=json", b"--output", b"json", b"--k"),
    *(b"-h", b"-p", b"-b", b"-bx", b"-hb", b"-h=p", b"--list-backends", b"--print-completion", b"bash", b"--keyring-path=x"),
    *(b"https://", b"http://", b"@", b":", b"/", b"\\", b"?", b"#", b".", b"%", b"[", b"]", b"\x01", b"\xc3", b"\xc3\xa9"),
    *(HOST.encode(), b"https://" + HOST.encode() + b"/pypi/internal/simple/", b"poetry-repository-x", b"example.org", b"__token__"),
    *(b"\xf0\x9f\x98\x80", b"e\xcc\x81", b"\xe2\x80\xa8", b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\x7f", b"'", b'"', b"x" * 5000),
]  # fmt: skip
LIKELY = [b"get", b"--mode=creds", b"--output=json", b"https://" + HOST.encode() + b"/pypi/internal/simple/", b"aws"]


def _word(dice: random.Random) -> bytes:
    word = dice.choice(WORDS)
    while dice.random() < 0.35:
        change = dice.randrange(5)
        place = dice.randint(0, len(word))
        if change == 0:
            word = word[:place] + bytes([dice.randint(1, 255)]) + word[place:]
        elif change == 1:
            word = word[:place] + word[place + dice.randint(1, 4) :]
        elif change == 2:
            word = word[:place] + dice.choice(WORDS) + word[place:]
        elif change == 3:
            word = word[:place] + word[:place][::-1]
        else:
            word = word.swapcase()
    return word[:100_000].replace(b"\0", b"")


def command_line(dice: random.Random) -> list[bytes]:
    """Half of them are near to what clients say, so that they get past the grammar."""
    if dice.random() < 0.5:
        words = list(LIKELY)
        for _ in range(dice.randint(0, 3)):
            place = dice.randrange(len(words))
            words[place : place + dice.randint(0, 1)] = [_word(dice)]
        return words
    return [_word(dice) for _ in range(dice.randint(0, 7))]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    home = Home.make(tmp_path_factory.mktemp("fuzz"), path="/nowhere")
    # The given token is the only one to be had: AWS is nowhere, and there is no bus.
    home.env |= {
        "CODEARTIFACT_TOKEN": "given",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "CODEARTIFACT_KEYRING_STORE": "none",
    }
    home.write(".config/codeartifact-keyring/config.toml", "# nothing\n")
    return home


def test_no_command_line_breaks_it(world, installed):
    dice = random.Random(SEED)
    end = time.monotonic() + SECONDS
    number = answered = 0
    while time.monotonic() < end:
        number += 1
        words = command_line(dice)
        where = f"seed {SEED}, number {number}: {words}"
        try:
            done = subprocess.run(
                [os.fsencode(installed.keyring), *words],
                env=world.env,
                cwd=world.directory,
                input=dice.choice([b"", b"\n", b"secret\n", b"\xff\0"]),
                capture_output=True,
                timeout=20,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it hangs: {where}") from None
        assert done.returncode in (0, 1, 2), where
        silent = {b"set", b"del"} & set(words) or any(word.startswith(b"--d") for word in words)
        assert done.stdout or done.returncode != 0 or silent, f"nothing was answered: {where}"
        assert not done.stdout or done.returncode == 0, f"an answer and a failure: {where}"
        assert done.returncode != 2 or done.stderr.startswith(b"usage: keyring "), where
        answered += done.stdout.startswith((b"given\n", b"aws\ngiven\n", b'{"'))
    # Else it would not have got past the grammar.
    assert answered > number / 50
