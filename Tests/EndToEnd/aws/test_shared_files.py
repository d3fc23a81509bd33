"""AWS's shared configuration files, as botocore reads them."""

from __future__ import annotations

import random

import botocore.configloader
import botocore.exceptions
import pytest
from harness.probe import probe

KEYS = [
    "region",
    "role_arn",
    "source_profile",
    "output",
    "sso_session",
    "credential_process",
    "external_id",
    "ca_bundle",
]
VALUES = ["eu-west-1", "arn:aws:iam::1:role/a", "x = y", "a:b", "https://x/?a=b", "/bin/sh -c 'a | b # c'", "ä", "a  b"]
COUNT = 300


def well_formed(chance: random.Random) -> tuple[str, list[str]]:
    """A file that every tool should read alike, and the names of its profiles."""
    names = chance.sample(["default", "dev", "prod", "my-profile", "a.b", "x_y", "UPPER", "1"], chance.randrange(1, 6))
    lines = []
    for name in names:
        if chance.random() < 0.3:
            lines += ["", chance.choice(["# a comment", "; another"])]
        header = "default" if name == "default" else f"profile {name}"
        lines.append(f"[{header}]")
        for key in chance.sample(KEYS, chance.randrange(len(KEYS))):
            # A comment behind a value is read otherwise by the SDKs; a command's own is its own everywhere.
            value = chance.choice([value for value in VALUES if key == "credential_process" or " #" not in value])
            lines.append(key + chance.choice([" = ", "=", "  =  ", "= "]) + value)
        if chance.random() < 0.2:
            lines += ["s3 =", "  max_concurrent_requests = 20", "  addressing_style = path"]
    newline = chance.choice(["\n", "\r\n"])
    return newline.join(lines) + chance.choice(["", newline]), names


def test_equal_to_botocore_on_well_formed_files(tmp_path):
    chance = random.Random(7)
    questions, expected = [], []
    for index in range(COUNT):
        text, names = well_formed(chance)
        path = tmp_path / f"config-{index}"
        path.write_bytes(text.encode())
        profiles = botocore.configloader.load_config(str(path))["profiles"]
        for name in [*names, "absent"]:
            environment = {"AWS_CONFIG_FILE": str(path), "HOME": "/nonexistent"}
            questions.append({"work": "profile", "environment": environment, "profile": name, "keys": KEYS})
            found = profiles.get(name)
            expected.append(None if found is None else {key: found[key] for key in KEYS if found.get(key)})
    assert [answer.get("values") for answer in probe(questions)] == expected


# name: (text, profile, what codeartifact-keyring reads, what botocore reads). None where the file is refused or there is
# no such profile.
DIFFERENCES = {
    "a profile twice is merged, as in the SDKs": (
        "[profile a]\nregion = one\n[profile a]\noutput = json\n",
        "a",
        {"region": "one", "output": "json"},
        None,
    ),
    "of a key twice the last is in force, as in the SDKs": (
        "[profile a]\nregion = one\nregion = two\n",
        "a",
        {"region": "two"},
        None,
    ),
    "a comment behind a value is no part of it, as in the SDKs": (
        "[profile a]\nregion = one # here\n",
        "a",
        {"region": "one"},
        {"region": "one # here"},
    ),
    "blanks inside the brackets do not matter, as in the SDKs": (
        "[   profile a  ]\nregion = one\n",
        "a",
        {"region": "one"},
        None,
    ),
    "a byte order mark is passed over": (
        "\ufeff[profile a]\nregion = one\n",
        "a",
        {"region": "one"},
        None,
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_intended_differences(tmp_path, name):
    text, profile, here, botocores = DIFFERENCES[name]
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    environment = {"AWS_CONFIG_FILE": str(path), "HOME": "/nonexistent"}
    [answer] = probe([{"work": "profile", "environment": environment, "profile": profile, "keys": KEYS}])
    assert answer.get("values") == here
    try:
        found = botocore.configloader.load_config(str(path))["profiles"].get(profile)
    except botocore.exceptions.ConfigParseError:
        found = None
    assert found == botocores
