"""`status`: which stores are used and why, what is cached, and what failed last."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest


def local_time(utc: str) -> str:
    """A time of the JSON as it is in India, to the minute."""
    time = datetime.fromisoformat(utc.replace("Z", "+00:00"))
    return time.astimezone(timezone(timedelta(hours=5, minutes=30))).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def status(home, installed):
    """Runs `status --json` as this user."""
    return lambda *arguments: json.loads(home.run(installed.program, "status", "--json", *arguments).ok().stdout)


def test_without_a_bus(home, status):
    stores = {store["name"]: store for store in status()["stores"]}
    assert stores["kernel"]["in_use"]
    assert not stores["secret-service"]["in_use"]
    assert "no session bus" in stores["secret-service"]["reason"]
    assert not stores["file"]["in_use"]
    assert "not needed" in stores["file"]["reason"]


def test_on_a_desktop(home, desktop, status):
    stores = {store["name"]: store for store in status()["stores"]}
    assert stores["secret-service"] == {
        "name": "secret-service",
        "in_use": True,
        "reason": "the default collection",
    }


def test_a_locked_desktop(home, desktop, status):
    desktop.lock(home)
    stores = {store["name"]: store for store in status()["stores"]}
    assert stores["secret-service"]["reason"] == "the collection in memory"


@pytest.mark.parametrize("pinned", ["kernel", "file", "secret-service"])
def test_a_pinned_store_stands_alone(home, status, pinned):
    home.env["CODEARTIFACT_KEYRING_STORE"] = pinned
    assert [store["name"] for store in status()["stores"]] == [pinned]


def test_a_token_and_a_failure(home, installed, standin, repository, status):
    assert status(repository.index_url)["tokens"][0].get("store") is None
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    [token] = status(repository.index_url)["tokens"]
    assert (token["domain"], token["owner"], token["region"]) == (repository.domain, "111122223333", "us-east-1")
    assert (token["store"], token["identity"]) == ("kernel", "the environment (AWS_ACCESS_KEY_ID)")
    assert 43_000 < token["seconds_left"] <= 43_200
    home.env["TZ"] = "Asia/Kolkata"
    home.run(installed.keyring, "get", repository.index_url.replace("us-east-1", "us-west-2"), "aws")
    assert "does not exist" in status()["last_failure"]["line"]
    shown = home.run(installed.program, "status", repository.index_url).ok().stdout
    row = next(line for line in shown.splitlines() if line.startswith(repository.domain))
    assert [cell for cell in row.split("  ") if cell] == [
        repository.domain,
        "111122223333",
        "us-east-1",
        "the environment (AWS_ACCESS_KEY_ID)",
        "kernel",
        "11 h 59 min",
        local_time(token["expires_at"]),
    ]
    failed = local_time(status()["last_failure"]["at"])
    assert f"last failure, 0 min ago ({failed}): Domain" in shown
    assert standin.mint_count == 1


def test_a_failure_is_over_with_the_next_token(home, installed, standin, repository, status):
    other = standin.add_repository(f"{repository.domain}-b", "internal")
    home.sign_out()
    assert home.run(installed.keyring, "get", repository.index_url, "aws").returncode == 1
    home.sign_in(standin.iam.add_user("anna"))
    home.run(installed.keyring, "get", other.index_url, "aws").ok()
    assert "No AWS credentials found" in status()["last_failure"]["line"]
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert "last_failure" not in status()


def test_without_a_url_all_tokens_are_listed(home, installed, standin, repository, status):
    assert status()["tokens"] == []
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    home.sign_in(standin.iam.add_user("bob"))
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert [token["domain"] for token in status()["tokens"]] == [repository.domain] * 2
    home.sign_out()
    assert len(status()["tokens"]) == 2, "whoever asks now"
    assert "no token" in home.run(installed.program, "status", repository.index_url.replace("acme", "none")).ok().stdout


def test_a_tokens_expiry_is_in_seconds_and_in_iso_8601(home, installed, repository, status):
    token = json.loads(home.run(installed.program, "token", "--json", repository.index_url).ok().raw_stdout)
    expiry = datetime.fromisoformat(token["expires_at"].replace("Z", "+00:00"))
    assert expiry.timestamp() == pytest.approx(token["expiration"], abs=1)
    assert status()["tokens"][0]["expires_at"] == token["expires_at"]
