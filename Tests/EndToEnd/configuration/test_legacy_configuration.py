"""Sections that a user wrote into keyringrc.cfg for keyrings.codeartifact go on meaning what they say."""

from __future__ import annotations

import pytest

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"


@pytest.fixture
def profiles(home, standin):
    """Two profiles with keys of their own; asking says whose keys AWS saw."""
    home.sign_out()
    users = {name: standin.iam.add_user(name) for name in ("one", "two")}
    home.write(
        ".aws/credentials",
        "".join(
            f"[{name}]\naws_access_key_id = {user.access_key_id}\naws_secret_access_key = {user.secret_access_key}\n"
            for name, user in users.items()
        ),
    )
    return users


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[codeartifact]\nprofile_name = one\n", "one"),
        ("[codeartifact domain={domain}]\nprofile_name=one\n", "one"),
        ("[codeartifact]\nprofile_name=two\n[codeartifact domain={domain}]\nprofile_name=one\n", "one"),
        ("[codeartifact domain={domain}]\nprofile_name=one\n[codeartifact]\nprofile_name=two\n", "one"),
        ('[codeartifact account="111122223333" region=us-east-1]\nprofile_name=one\n', "one"),
        ("[codeartifact name=internal]\nprofile_name=one\n[codeartifact name=other]\nprofile_name=two\n", "one"),
    ],
)
def test_the_most_specific_section_that_matches(home, installed, standin, repository, profiles, text, expected):
    home.write(KEYRINGRC, text.format(domain=repository.domain))
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mints[0].caller.endswith(f"/{expected}")


@pytest.mark.parametrize(
    "qualifier", ["domain=other", "account=999999999999", "region=eu-west-1", "name=other", "odd=1"]
)
def test_a_section_that_does_not_match_never_applies(home, installed, standin, repository, profiles, qualifier):
    home.write(KEYRINGRC, f"[codeartifact {qualifier}]\nprofile_name=one\n")
    home.env["AWS_PROFILE"] = "two"
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mints[0].caller.endswith("/two")


def test_keys_and_duration(home, installed, standin, repository, profiles):
    user = profiles["one"]
    home.write(
        KEYRINGRC,
        f"[codeartifact]\ntoken_duration=1800\naws_access_key_id={user.access_key_id}\n"
        f"aws_secret_access_key={user.secret_access_key}\n",
    )
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mints[0].caller.endswith("/one")
    assert standin.mints[0].duration == 1800


def test_config_toml_goes_first(home, installed, standin, repository, profiles):
    home.write(KEYRINGRC, f"[codeartifact domain={repository.domain}]\nprofile_name=two\n")
    home.write(".config/codeartifact-keyring/config.toml", '[[domain]]\nprofile = "one"\n')
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert standin.mints[0].caller.endswith("/one")
