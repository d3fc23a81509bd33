"""How long cached responses are valid, and that damaged ones are ignored."""

from __future__ import annotations

import subprocess

import pytest


@pytest.mark.parametrize(
    "forget",
    [["keyring", "del", "{url}", "aws"], ["logout", "{url}"], ["token", "--refresh", "{url}"]],
    ids=lambda words: words[0],
)
def test_a_token_that_is_forgotten_or_replaced(fast_path, home, installed, repository, standin, forget):
    before = fast_path.warm()
    done = home.run(installed.program, *(word.format(url=repository.index_url) for word in forget))
    if done.returncode == 2:
        pytest.skip(f"there is no {forget[0]}")
    done.ok()
    assert not fast_path.answers_alone()
    assert fast_path.ask().ok().fingerprint == standin.mints[-1].fingerprint != before.fingerprint
    assert standin.mint_count == 2


def test_a_token_that_the_kernel_has_forgotten(fast_path, kernel):
    fast_path.warm()
    for key in kernel.keys():
        subprocess.run(["keyctl", "unlink", key, "@u"], check=True)
    assert not fast_path.answers_alone()


def test_half_of_the_lifetime(fast_path, kernel, standin):
    """The kernel forgets the answer when a new token is wanted."""
    standin.tokens.forced_expiration = standin.clock.now() + 7200
    fast_path.warm()
    (key,) = kernel.cached_responses()
    listed = subprocess.check_output(["cat", "/proc/keys"], text=True).splitlines()
    (line,) = [line for line in listed if line.startswith(f"{int(key):08x} ")]
    assert line.split()[3] in ("59m", "60m", "1h")


def number(value):
    return value.to_bytes(8, "little")


def sealed(parts):
    """What an entry is made of, with the digest that makes it whole."""
    digest = 0xCBF29CE484222325
    for byte in parts:
        digest = (digest ^ byte) * 0x100000001B3 % 2**64
    return parts + number(digest)


def test_an_expired_answer(fast_path, kernel):
    fast_path.warm()
    (key,) = kernel.cached_responses()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=sealed(kept[:4] + number(10**18) + kept[12:-8]), check=True)
    assert not fast_path.answers_alone()
    fast_path.ask().ok()
    fast_path.alone().ok()


def test_a_token_that_is_soon_to_be_renewed_has_none(fast_path, kernel, standin):
    standin.tokens.forced_expiration = standin.clock.now() + 301
    for _ in range(3):
        fast_path.ask().ok()
    standin.tokens.forced_expiration = None
    assert kernel.cached_responses() == set()


DAMAGE = {
    "nothing": lambda kept: b"\0",
    "zeros": lambda kept: bytes(len(kept)),
    "another version": lambda kept: kept[:3] + b"\x7f" + kept[4:],
    "shortened": lambda kept: kept[:-1],
    "lengthened": lambda kept: kept + b"\0",
    "no token": lambda kept: kept[:20] + kept[12:20] + kept[28:],
    "far away": lambda kept: sealed(kept[:20] + number(30_000) + kept[28:-8]),
    "farther": lambda kept: sealed(kept[:20] + b"\xff" * 8 + kept[28:-8]),
    "the wrong way round": lambda kept: sealed(kept[:12] + kept[20:28] + kept[12:20] + kept[28:-8]),
    "another content": lambda kept: sealed(kept[:28] + number(1) + kept[36:-8]),
    "another key": lambda kept: sealed(kept.replace(b"codeartifact-keyring:", b"codeartifact-keyring;")[:-8]),
    "ones": lambda kept: sealed(kept[:4] + b"\xff" * (len(kept) - 12)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_answer_is_skipped(fast_path, kernel, standin, damage):
    fast_path.warm()
    (key,) = kernel.cached_responses()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=damage(kept), check=True)
    said = fast_path.ask().ok()
    assert (said.stdout, said.stderr) == ("<token>\n", "")
    assert said.fingerprint == standin.mints[0].fingerprint
    fast_path.alone().ok()


def test_a_token_changed_under_its_key_is_not_handed_out(fast_path, kernel):
    fast_path.warm()
    (key,) = kernel.keys()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=kept.replace(b"eyJ2ZXIiOj", b"eyJ2ZXIiOk"), check=True)
    assert not fast_path.answers_alone()
