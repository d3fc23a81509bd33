"""`login` where an SSO session has ended and there is no AWS CLI: the device flow, and the files it shares with the CLI."""

from __future__ import annotations

import json
import stat

import pytest
from harness.aws_files import boto_access_key, write_sso_token
from harness.person import SCOPES
from standin import connection_cut, error

CLI = "/usr/bin/aws"


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def members(path) -> dict:
    return json.loads(path.read_text())


@pytest.mark.parametrize("scopes", [None, SCOPES, " sso:account:access , codewhisperer:analysis,"])
def test_a_device_is_confirmed(person, url, standin, scopes):
    person.configure(scopes=scopes)
    with person.login(url) as terminal:
        code = person.confirm(terminal)
        result = terminal.finish().ok()
    line = result.raw_stdout
    assert line.count("\n") == 1
    assert line.startswith(f'{person.repository.domain} (111122223333, us-east-1): signed in with profile "dev"')
    assert f"https://device.sso.us-east-1.amazonaws.com/?user_code={code}" in terminal.shown
    assert "corp" in terminal.shown
    assert person.developer.caller().startswith("assumed-role/AWSReservedSSO_Reader_")
    assert standin.mint_count == 1, "the lookup found what login had got"

    asked = [part.strip() for part in scopes.split(",") if part.strip()] if scopes else None
    token, client = person.token_file(), person.registration_file(scopes=asked)
    assert person.aws_files() == sorted(f"sso/cache/{path.name}" for path in (token, client))
    assert (mode(token), mode(client), mode(token.parent)) == (0o600, 0o600, 0o700)
    kept, registered = members(token), members(client)
    assert set(kept) == set(person.center.sign_in().cache_entry())
    assert kept["clientId"] == registered["clientId"]
    assert kept["clientSecret"] == registered["clientSecret"]
    assert kept["registrationExpiresAt"] == registered["expiresAt"]
    assert (kept["startUrl"], kept["region"]) == (person.center.start_url, person.center.region)
    assert registered.get("scopes") == asked
    assert set(registered) - {"scopes"} == {"clientId", "clientSecret", "expiresAt"}
    assert boto_access_key(person.home).ok().stdout.startswith("ASIA"), "AWS's SDK takes it"


def test_the_legacy_form(person, url):
    person.configure(legacy=True)
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    assert person.token_file(None).exists()
    assert person.registration_file(None).exists()
    assert boto_access_key(person.home).ok().stdout.startswith("ASIA")


def test_the_cli_uses_the_files_that_were_written(person, url, standin):
    """AWS CLI v2 signs with the stored token, and signs in again with the client that `login` registered."""
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    one = person.repository
    where = ("--domain", one.domain, "--domain-owner", one.owner, "--region", one.region)
    person.home.run(CLI, "codeartifact", "get-authorization-token", *where, "--profile", "dev").ok()
    assert standin.mint_count == 2
    assert person.asked("/client/register") == 1
    person.home.env["BROWSER"] = "/bin/true"
    person.home.env["PATH"] = "/usr/bin:/bin"
    standin.oidc.approve_at_once = True
    person.home.run(CLI, "sso", "login", "--profile", "dev").ok()
    assert person.asked("/client/register") == 1


def test_a_client_that_the_cli_registered_is_used(person, url, standin):
    client = person.center.register_client()
    entry = {"clientId": client.client_id, "clientSecret": client.client_secret, "expiresAt": "2099-01-01T00:00:00Z"}
    name = person.registration_file().relative_to(person.home.directory)
    before = person.home.write(str(name), json.dumps(entry)).read_bytes()
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    assert person.asked("/client/register") == 0
    assert person.registration_file().read_bytes() == before
    assert members(person.token_file())["clientId"] == client.client_id


@pytest.mark.parametrize(
    "entry",
    [
        {"clientId": "x", "clientSecret": "y", "expiresAt": "2099-01-01T00:00:00Z"},
        {"clientId": "x", "clientSecret": "y", "expiresAt": "2020-01-01T00:00:00Z"},
        {"expiresAt": "2099-01-01T00:00:00Z"},
        [],
    ],
    ids=["forgotten by AWS", "expired", "without an id", "no object"],
)
def test_a_client_that_is_of_no_use(person, url, entry):
    name = person.registration_file().relative_to(person.home.directory)
    person.home.write(str(name), json.dumps(entry))
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    assert person.asked("/client/register") == 1
    assert members(person.registration_file())["clientId"] == members(person.token_file())["clientId"]


def test_a_session_that_lasts_is_left_alone(person, url):
    path = write_sso_token(person.home, person.center.sign_in())
    before = path.read_bytes()
    with person.login(url) as terminal:
        terminal.finish().ok()
    assert path.read_bytes() == before
    assert person.standin.oidc.devices == {}
    assert terminal.screen == ""


def test_a_session_that_can_be_renewed_is_renewed(person, url):
    write_sso_token(person.home, person.center.sign_in(lifetime=-60))
    with person.login(url) as terminal:
        terminal.finish().ok()
    assert person.center.refreshes == 1
    assert person.standin.oidc.devices == {}


def test_a_session_that_was_revoked_is_begun_again(person, url):
    sign_in = person.center.sign_in()
    write_sso_token(person.home, sign_in)
    sign_in.revoked = True
    with person.login(url) as terminal:
        person.confirm(terminal)
        terminal.finish().ok()
    assert person.standin.mint_count == 1


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("AccessDeniedException", "was denied in the browser"),
        ("ExpiredTokenException", "was not confirmed within"),
    ],
)
def test_a_device_that_is_not_confirmed(person, url, standin, ending, words):
    before = person.home.contents()
    with person.login(url, watched=False) as terminal:
        terminal.wait_until(lambda: standin.oidc.devices)
        standin.oidc.end(ending)
        result = terminal.finish()
    assert (result.returncode, result.stdout) == (1, "")
    line = result.stderr.splitlines()[-1]
    assert words in line
    assert '"corp" (profile "dev")' in line
    assert "codeartifact-keyring login --profile dev" in line
    assert person.home.contents() == before, "no file is left behind"
    assert standin.mint_count == 0


def test_a_start_url_that_is_wrong(person, url, standin):
    person.center.start_url = "https://another.awsapps.example/start"
    with person.login(url, watched=False) as terminal:
        result = terminal.finish()
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "Unknown start URL" in result.stderr
    assert "sso_start_url" in result.stderr


def test_polling_too_fast_and_a_network_that_was_away(person, url, standin):
    """Told to slow down, or not answered at all, it goes on asking."""
    with person.login(url) as terminal:
        person.wait_for_code(terminal)
        standin.faults.answer_next(connection_cut(), error(400, "SlowDownException", "Too fast"), service="sso-oidc")
        standin.oidc.approve()
        terminal.finish().ok()
    assert standin.mint_count == 1


def test_nothing_secret_is_shown(person, url, standin):
    person.home.env["CODEARTIFACT_KEYRING_DEBUG"] = "1"
    with person.login(url) as terminal:
        person.confirm(terminal)
        result = terminal.finish().ok()
    shown = terminal.shown + result.raw_stdout
    assert not any(secret in shown for secret in standin.secrets())


@pytest.mark.parametrize(
    ("variables", "is_opened"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "203.0.113.7 50000 203.0.113.8 22"}, False),
    ],
    ids=["X11", "Wayland", "no display", "SSH"],
)
def test_the_browser(person, url, variables, is_opened):
    tools = person.home.directory / "tools"
    person.home.write("tools/xdg-open", '#!/bin/sh\necho "$@" >"$HOME/opened"\n', mode=0o755)
    person.home.env |= {"PATH": f"{tools}:{person.developer.installation.bin}", **variables}
    opened = person.home.directory / "opened"
    with person.login(url) as terminal:
        code = person.wait_for_code(terminal)
        if is_opened:
            terminal.wait_until(lambda: opened.exists() and opened.read_text().endswith("\n"))
        person.standin.oidc.approve()
        terminal.finish().ok()
    if is_opened:
        assert opened.read_text() == f"https://device.sso.us-east-1.amazonaws.com/?user_code={code}\n"
        assert "confirm in the browser" in terminal.shown
    else:
        assert not opened.exists()
        assert "open in any browser" in terminal.shown


def test_two_at_once_sign_in_once(person, url, standin):
    """Two terminals, one person: whoever comes second finds what the first has got."""
    with person.login(url) as first:
        person.wait_for_code(first)
        with person.login(url) as second:
            second.wait_for("another login to corp is in progress")
            standin.oidc.approve()
            first.finish().ok()
            second.finish().ok()
    assert person.asked("/device_authorization") == 1


def test_a_folder_that_takes_no_file(person, url, standin):
    person.home.write(".aws/sso", "in the way")
    with person.login(url, watched=False) as terminal:
        terminal.wait_until(lambda: standin.oidc.devices)
        standin.oidc.approve()
        result = terminal.finish()
    assert result.returncode == 1
    assert "could not be saved" in result.stderr


@pytest.mark.parametrize("is_there", [False, True], ids=["without the CLI", "with the CLI"])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("never", 'You are not signed in to AWS SSO session "corp" (profile "dev"). Run: '),
        ("ended", 'AWS SSO session "corp" (profile "dev") has expired. Run: '),
        ("revoked", 'AWS SSO session "corp" (profile "dev") was revoked. Run: '),
    ],
)
def test_the_command_that_a_lookup_names(person, state, words, is_there):
    """Without an AWS CLI, the message of a lookup names `codeartifact-keyring login`."""
    if is_there:
        person.add_aws("2.9.19")
    if state != "never":
        sign_in = person.center.sign_in(lifetime=-60 if state == "ended" else 3600)
        sign_in.revoked = True
        write_sso_token(person.home, sign_in)
    command = "aws sso login" if is_there else "codeartifact-keyring login"
    assert person.developer.error() == f"{words}{command} --profile dev"
