"""What CodeArtifact itself might answer, and files that are none: one line each, never a hang."""

from __future__ import annotations

import json
import os

import pytest
from harness.aws_files import write_sso_token, write_config, write_keys
from standin import MALFORMED, Response

CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
TOKEN = "eyJ2ZXIiOjF9.a.b.c.d"
FUTURE = 4102444800


@pytest.fixture
def signed_in(developer, home, user):
    write_keys(home, {"dev": user})


# Threats: An AWS endpoint, a proxy, the network
@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer(developer, signed_in, standin, name):
    standin.faults.answer_always(MALFORMED[name]())
    line = developer.error()
    assert CONTROL_PLANE in line or "CodeArtifact" in line or "GetAuthorizationToken" in line
    assert len(standin.requests) <= 3


WRONG = {
    "no token": {"expiration": FUTURE},
    "token of another type": {"authorizationToken": 5, "expiration": FUTURE},
    "empty token": {"authorizationToken": "", "expiration": FUTURE},
    "token with a line break": {"authorizationToken": f"{TOKEN}\nX-Evil: 1", "expiration": FUTURE},
    "token with an escape": {"authorizationToken": f"{TOKEN}\x1b[31m", "expiration": FUTURE},
    "token with a NUL": {"authorizationToken": f"{TOKEN}\x00", "expiration": FUTURE},
    "expiry in the past": {"authorizationToken": TOKEN, "expiration": 1577836800},
    "expiry of another type": {"authorizationToken": TOKEN, "expiration": ["soon"]},
    "no expiry": {"authorizationToken": TOKEN},
    "expiry beyond all numbers": {"authorizationToken": TOKEN, "expiration": 1e400},
    "negative expiry": {"authorizationToken": TOKEN, "expiration": -1e30},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer(developer, signed_in, home, standin, wrong):
    standin.faults.answer_next(Response(200, json.dumps(WRONG[wrong]).replace("Infinity", "1e400").encode()))
    result = developer.run()
    assert (result.returncode, result.raw_stdout) == (1, "")
    assert len(result.raw_stderr.splitlines()) == 1
    assert TOKEN not in result.raw_stderr
    assert home.files_holding(TOKEN) == []
    assert developer.caller() == "user/anna", "nothing of it was kept: the next lookup is served"


def test_an_expiry_as_text(developer, signed_in, standin):
    """As the CLI prints it; a service of another maker may too."""
    answer = {"authorizationToken": standin.issue_token(developer.repository), "expiration": "2099-01-01T00:00:00Z"}
    standin.faults.answer_next(Response.json(200, answer))
    result = developer.run()
    assert result.returncode in (0, 1)
    assert len(result.raw_stderr.splitlines()) == result.returncode


PLACES = [".aws/config", ".aws/credentials"]


@pytest.mark.parametrize("place", PLACES)
def test_a_pipe_in_the_place_of_a_file(developer, home, place):
    """Whoever opens it waits for somebody to write."""
    (home.directory / ".aws").mkdir()
    os.mkfifo(home.directory / place)
    developer.error()


def test_a_pipe_in_the_place_of_a_sign_in(developer, home, standin):
    center = standin.identity_center
    center.assign("Reader")
    dev = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "Reader"}
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    write_config(home, {"dev": dev, "sso-session corp": where})
    path = write_sso_token(home, center.sign_in())
    path.unlink()
    os.mkfifo(path)
    developer.error("dev")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 4096,
        b"[" * 100_000,
        b"[dev]\n" + b"x" * 10_000_000,
        b"[dev]\nregion = " + b"y" * 10_000_000 + b"\n",
        b"[dev]\n" + b"k = v\n" * 1_500_000,
        b"[dev]\nregion = us-east-1\x1b[31m\n",
        b"[dev\n",
        b"[]\n[ ]\n[profile]\n[profile ]\n",
        b'[profile "dev]\n',
        "[profile d\u202eev]\n".encode(),
    ],
    ids=["NUL", "brackets", "long line", "long value", "many lines", "escape", "open", "nameless", "quote", "reversed"],
)
def test_a_file_of_any_content(developer, home, standin, place, content):
    home.write(place, content)
    developer.error()
    assert standin.mint_count == 0
