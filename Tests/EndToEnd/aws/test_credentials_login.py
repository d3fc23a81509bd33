"""`aws login`: credentials of fifteen minutes, renewed with a proof of possession."""

from __future__ import annotations

import hashlib
import json
import os
import stat

import pytest
from harness.aws_files import boto_access_key, write_login_token, write_config
from standin import MALFORMED, unavailable

LOGIN = "Run: aws login --profile dev"


@pytest.fixture
def login(developer, home, standin):
    """Signs in, with so many seconds left, and configures the profile `dev` for it."""

    def sign_in(lifetime: float, **settings):
        session = standin.signin.login(lifetime=lifetime)
        write_config(home, {"dev": {"login_session": session.arn, "region": "us-east-1", **settings}})
        return session, write_login_token(home, session)

    return sign_in


def test_credentials_that_live(developer, login, standin):
    login(800)
    assert developer.caller() == "assumed-role/login-anna/anna"
    assert standin.hosts_asked("signin") == []


@pytest.mark.parametrize("lifetime", [200, -60])
def test_credentials_that_are_renewed(developer, home, login, standin, lifetime):
    session, path = login(lifetime)
    old, first = json.loads(path.read_text()), session.credentials
    assert developer.caller() == "assumed-role/login-anna/anna"
    assert session.credentials is not first
    assert standin.hosts_asked("signin") == ["us-east-1.signin.aws.amazon.com"]
    new = json.loads(path.read_text())
    assert {key for key in old if old[key] != new[key]} == {"accessToken", "refreshToken"}
    assert set(new) == set(old)
    assert set(new["accessToken"]) == set(old["accessToken"])
    assert new["accessToken"]["expiresAt"] > old["accessToken"]["expiresAt"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]
    assert boto_access_key(home).ok().stdout.strip() == session.credentials.access_key_id
    assert standin.signin.renewals == 1, "AWS's SDK uses the file that was written"


def test_another_place_for_the_cache(developer, home, login, standin):
    _, path = login(800)
    home.env["AWS_LOGIN_CACHE_DIRECTORY"] = "~/elsewhere"
    developer.error(LOGIN)
    home.write(f"elsewhere/{path.name}", path.read_bytes())
    path.unlink()
    assert developer.caller() == "assumed-role/login-anna/anna"


def test_another_region(developer, login, standin):
    login(-60, region="eu-central-1")
    assert developer.caller() == "assumed-role/login-anna/anna"
    assert standin.hosts_asked("signin") == ["eu-central-1.signin.aws.amazon.com"]


@pytest.mark.parametrize("reason", ["TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED", "INSUFFICIENT_PERMISSIONS"])
def test_a_session_that_has_ended(developer, login, standin, reason):
    session, _ = login(-60)
    session.refused = reason
    line = developer.error("dev")
    if reason == "INSUFFICIENT_PERMISSIONS":
        # Signing in again does not help who lacks a permission.
        assert "permission" in line
        assert LOGIN not in line
    else:
        assert LOGIN in line
    assert standin.mint_count == 0


def test_never_logged_in(developer, login, standin):
    _, path = login(800)
    path.unlink()
    developer.error(LOGIN)
    assert standin.connections == []


def test_a_renewal_that_fails_while_the_credentials_live(developer, login, standin):
    login(200)
    standin.faults.answer_always(unavailable(), service="signin")
    assert developer.caller() == "assumed-role/login-anna/anna"


# A slow answer takes the whole lookup's 30 s, whichever service gives it: see `test_invalid_responses`.
@pytest.mark.parametrize("name", [name for name in MALFORMED if name != "drip"])
def test_a_renewal_with_a_malformed_answer(developer, login, standin, name):
    _, path = login(-60)
    before = path.read_bytes()
    standin.faults.answer_always(MALFORMED[name](), service="signin")
    line = developer.error()
    assert "dev" in line or "signin.aws.amazon.com" in line
    assert path.read_bytes() == before
    assert standin.mint_count == 0


DAMAGED = {
    "empty": lambda entry: "",
    "no object": lambda entry: "[]",
    "no key": lambda entry: json.dumps({**entry, "dpopKey": ""}),
    "a key that is none": lambda entry: json.dumps({**entry, "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nAAAA\n"}),
    "no refresh token": lambda entry: json.dumps({**entry, "refreshToken": None}),
    "an expiry that is none": lambda entry: json.dumps(
        {**entry, "accessToken": {**entry["accessToken"], "expiresAt": "soon"}}
    ),
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_cache(developer, login, standin, how):
    session, path = login(-60)
    path.write_text(DAMAGED[how](session.cache_entry()))
    developer.error(LOGIN)
    assert standin.connections == []


def test_the_name_of_the_cache_file(login):
    session, path = login(800)
    assert path.name == hashlib.sha256(session.arn.encode()).hexdigest() + ".json"


def test_an_expired_login_with_a_token_that_is_still_good(developer, login, standin):
    session, path = login(800)
    first = developer.served()
    session.refused = "TOKEN_EXPIRED"
    path.unlink()
    before = list(standin.connections)
    assert developer.served().fingerprint == first.fingerprint
    assert standin.connections == before
