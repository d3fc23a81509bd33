"""More than two hundred damaged entries, put into a store, and a part of them into the others: none is trusted, none is
fatal."""

from __future__ import annotations

import json
import subprocess

import pytest
import secretstorage
from jeepney.io.blocking import open_dbus_connection

# Beginnings of what is unusual as bytes.
BYTES = ("raw", "oversized", "nothing but", "deep")
OTHER = "0123456789abcdef0123456789abcdef"


def damaged(entry: bytes) -> dict[str, bytes]:
    """A good entry, damaged in every way, by what was done to it."""
    whole = json.loads(entry)
    found: dict[str, bytes] = {}

    def put(name: str, value: object) -> None:
        found[name] = value if isinstance(value, bytes) else json.dumps(value).encode()

    for count in sorted({*range(1, 40), *range(40, len(entry), max(1, len(entry) // 60))}):
        put(f"cut to {count}", entry[:count])
    for position in range(0, len(entry), max(1, len(entry) // 40)):
        put(f"not text at {position}", entry[:position] + b"\xff\xfe" + entry[position:])
        put(f"a NUL at {position}", entry[:position] + b"\x00" + entry[position + 1 :])
    wrong = [None, True, False, [], {}, [1], {"a": 1}, "", "1", -1, 1e300, 10**40]
    for name in ("version", "token", "expiration", "minted_at", "entry"):
        put(f"no {name}", {key: value for key, value in whole.items() if key != name})
        for value in wrong:
            # A short token is still one, as far as anybody can tell.
            if (name, value) != ("token", "1"):
                put(f"{name} = {value!r}", whole | {name: value})
    for value in ("soon", [], {}, True):
        put(f"retry_after = {value!r}", whole | {"retry_after": value})
    for version in (0, 2, 1.5, "1", 1 << 40):
        put(f"version {version!r}", whole | {"version": version})
    token = whole["token"]
    for name, bad in {
        "a space": " ",
        "a line end": "\n",
        "a header": "\r\nX-Evil: 1",
        "an escape": "\x1b[2J",
        "a NUL": "\x00",
        "a DEL": "\x7f",
        "an umlaut": "ä",
        "a surrogate": "\ud800",
    }.items():
        put(f"a token with {name}", whole | {"token": token[:20] + bad + token[20:]})
        put(f"a token that ends in {name}", whole | {"token": token + bad})
        put(f"a token that is {name}", whole | {"token": bad})
    put("of another key", whole | {"entry": OTHER})
    put("of a key in capitals", whole | {"entry": whole["entry"].upper()})
    put("expired", whole | {"expiration": whole["minted_at"] + 1, "minted_at": whole["minted_at"] - 100_000})
    month = 30 * 86_400
    ahead = {"minted_at": whole["minted_at"] + month, "expiration": whole["expiration"] + month}
    put("kept before a clock was set back by a month", whole | ahead)
    put("expired before it was minted", whole | {"expiration": whole["minted_at"] - 1})
    put("oversized token", whole | {"token": "a" * 20_000})
    put("oversized by spaces", entry + b" " * 20_000)
    put("oversized by nothing", b"\x00" * 20_000)
    for name, opening in {"lists": b"[", "objects": b'{"a":', "strings": b'"', "minus": b"-", "digits": b"9"}.items():
        put(f"nothing but {name}", opening * (16_000 // len(opening)))
    put("deep in a field", entry[:-1] + b',"deep":' + b"[" * 6_000 + b"]" * 6_000 + b"}")
    for name, value in {
        "a list of it": [whole],
        "its text": entry.decode(),
        "number": 7,
        "null": None,
        "empty object": {},
        "empty list": [],
    }.items():
        put(name, value)
    for raw in (
        b"\n",
        b"\x00",
        b"token",
        b"NaN",
        b"\xff\xfe\x00\x00",
        b"{" * 100,
        b"}" + entry,
        entry + entry,
        entry + b"x",
    ):
        put(f"raw {raw[:12]!r} {len(raw)}", raw)
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "0x10", "01", "1.", "--1", "1e", "１"):
        put(f"expiration {number}", json.dumps(whole | {"expiration": 123.25}).replace("123.25", number).encode())
    return {name: value for name, value in found.items() if value != entry}


class FileEntry:
    def __init__(self, home, _kernel, _domain):
        self._folder = home.runtime / "codeartifact-keyring"

    def read(self) -> bytes:
        (file,) = self._folder.glob("*.json")
        return file.read_bytes()

    def write(self, value: bytes) -> None:
        (file,) = self._folder.glob("*.json")
        file.write_bytes(value)


class KernelEntry:
    def __init__(self, _home, kernel, domain):
        # Other tests of the same user may run just now.
        values = [subprocess.run(["keyctl", "pipe", key], capture_output=True).stdout for key in kernel.keys()]
        (self._first,) = [value for value in values if f'"{domain}"'.encode() in value]
        self._description = f"codeartifact-keyring:{json.loads(self._first)['entry']}"

    def read(self) -> bytes:
        return self._first

    def write(self, value: bytes) -> None:
        # Adding a key that is there already puts the value in its place, also one that `keyctl update` finds too long.
        command = ["keyctl", "padd", "user", self._description, "@u"]
        subprocess.run(command, check=True, input=value, stdout=subprocess.DEVNULL)


class SecretServiceEntry:
    def __init__(self, home, _kernel, _domain):
        self._connection = open_dbus_connection(home.env["DBUS_SESSION_BUS_ADDRESS"])

    def _item(self):
        attributes = {"application": "codeartifact-keyring"}
        (item,) = secretstorage.Collection(self._connection).search_items(attributes)
        return item

    def read(self) -> bytes:
        return self._item().get_secret()

    def write(self, value: bytes) -> None:
        self._item().set_secret(value)


STORES = {"file": FileEntry, "kernel": KernelEntry, "secret-service": SecretServiceEntry}


# Threats: An entry under its name in a store
@pytest.mark.parametrize("store", STORES)
def test_damaged_entries(store, home, installed, repository, standin, kernel, request):
    if store == "secret-service":
        request.getfixturevalue("desktop")
    home.env["CODEARTIFACT_KEYRING_STORE"] = store
    ask = [installed.keyring, "get", repository.index_url, "aws"]
    home.run(*ask).ok()
    entry = STORES[store](home, kernel, repository.domain)
    good = entry.read()
    entry.write(good)
    home.run(*ask).ok()
    assert standin.mint_count == 1, "an entry that is written back as it was is trusted"

    trusted, noisy = [], []
    variants = damaged(good)
    assert len(variants) >= 200
    if store != "file":
        # One reader serves all stores: here it matters how bytes are stored.
        names = [*list(variants)[::6], *(name for name in variants if name.startswith(BYTES))]
        variants = {name: variants[name] for name in names}
    for name, value in variants.items():
        entry.write(value)
        before = standin.mint_count
        answer = home.run(*ask, timeout=25).ok()
        if standin.mint_count != before + 1 or answer.fingerprint != standin.mints[-1].fingerprint:
            trusted.append(name)
        if (answer.stdout, answer.stderr) != ("<token>\n", ""):
            noisy.append(name)
    assert (trusted, noisy) == ([], [])
    assert home.run(*ask).ok().fingerprint == standin.mints[-1].fingerprint
