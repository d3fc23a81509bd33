"""AWS IAM Identity Center (SSO): sessions and the legacy form, tokens renewed for all tools, and every way to fail."""

from __future__ import annotations

import json
import os
import stat

import pytest
from harness.aws_files import boto_access_key, write_sso_token, sso_cache, write_config
from harness.environments import python
from harness.process import finish, start
from standin import MALFORMED, error, unavailable

ACCOUNT = "111122223333"
ROLE = {"sso_account_id": ACCOUNT, "sso_role_name": "Reader"}
LOGIN = "Run: aws sso login --profile dev"
EXPIRED = f'AWS SSO session "corp" (profile "dev") has expired. {LOGIN}'


@pytest.fixture
def center(standin):
    standin.identity_center.assign("Reader")
    return standin.identity_center


@pytest.fixture
def session(home, center):
    """The profile `dev`, whose SSO session is `corp`."""
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    write_config(home, {"dev": {"sso_session": "corp", **ROLE}, "sso-session corp": where})


@pytest.fixture
def legacy(home, center):
    write_config(home, {"dev": {"sso_start_url": center.start_url, "sso_region": center.region, **ROLE}})


def reader(caller: str) -> bool:
    """Whether this is anna in the role that SSO made for `Reader`."""
    return caller.startswith("assumed-role/AWSReservedSSO_Reader_") and caller.endswith("/anna")


def services(standin) -> list[str]:
    return [record.service for record in standin.requests]


def test_a_session(developer, session, home, center, standin):
    write_sso_token(home, center.sign_in())
    assert reader(developer.caller())
    assert services(standin) == ["sso-portal", "control-plane"]


def test_the_legacy_form(developer, legacy, home, center, standin):
    write_sso_token(home, center.sign_in(), session=None)
    assert reader(developer.caller())
    assert services(standin) == ["sso-portal", "control-plane"]


def test_a_session_in_another_region(developer, home, center, standin):
    center.region = "eu-central-1"
    where = {"sso_start_url": center.start_url, "sso_region": "eu-central-1"}
    write_config(home, {"dev": {"sso_session": "corp", **ROLE}, "sso-session corp": where})
    write_sso_token(home, center.sign_in(lifetime=-1))
    assert reader(developer.caller())
    assert standin.hosts_asked("sso-oidc") == ["oidc.eu-central-1.amazonaws.com"]
    assert standin.hosts_asked("sso-portal") == ["portal.sso.eu-central-1.amazonaws.com"]


def test_a_session_with_a_name_of_any_kind(developer, home, center):
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    write_config(home, {"dev": {"sso_session": "Ärzte & Co", **ROLE}, "sso-session Ärzte & Co": where})
    write_sso_token(home, center.sign_in(), session="Ärzte & Co")
    assert reader(developer.caller())


def test_no_renewal_while_there_is_time(developer, session, home, center):
    path = write_sso_token(home, center.sign_in(lifetime=1000))
    before = path.read_bytes()
    developer.served()
    assert (center.refreshes, path.read_bytes()) == (0, before)


@pytest.mark.parametrize("lifetime", [600, -600])
def test_a_renewed_token_is_written_back(developer, session, home, center, standin, lifetime):
    """Other tools share the file: nothing in it is lost, nobody else may read it, and AWS's SDK can go on with it."""
    path = write_sso_token(home, center.sign_in(lifetime=lifetime), futureField={"kept": [1, "ü", None]})
    old = json.loads(path.read_text())
    inode = path.stat().st_ino
    assert reader(developer.caller())
    assert services(standin) == ["sso-oidc", "sso-portal", "control-plane"]
    new = json.loads(path.read_text())
    assert set(new) == set(old)
    changed = {key for key in old if old[key] != new[key]}
    assert changed == {"accessToken", "refreshToken", "expiresAt"}
    assert new["expiresAt"] > old["expiresAt"]
    assert new["expiresAt"].endswith("Z")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_ino != inode, "replaced as a whole, not written over"
    assert os.listdir(path.parent) == [path.name], "no temporary file is left"

    before = center.refreshes
    assert boto_access_key(home).ok().stdout.startswith("ASIA")
    assert center.refreshes == before == 1, "the other tool found the renewed token, and needed no new one"


def test_many_at_once_renew_once(home, installed, session, center, standin, repository, developer):
    """A refresh token serves once: whoever comes second must find what the first wrote."""
    write_sso_token(home, center.sign_in(lifetime=60))
    ask = [installed.keyring, "get", repository.index_url, "aws"]
    results = [finish(one) for one in [start(ask, home.env, home.directory) for _ in range(8)]]
    assert [result.returncode for result in results] == [0] * 8
    assert (center.refreshes, standin.mint_count) == (1, 1)


@pytest.mark.parametrize("fault", [unavailable, lambda: error(400, "InvalidGrantException", "no")])
def test_a_failed_renewal_is_tolerated_while_the_token_lives(developer, session, home, center, standin, fault):
    path = write_sso_token(home, center.sign_in(lifetime=600))
    before = path.read_bytes()
    standin.faults.answer_always(fault(), service="sso-oidc")
    assert reader(developer.caller())
    assert "sso-oidc" in services(standin)
    assert path.read_bytes() == before


# A slow answer takes the whole lookup's 30 s, whichever service gives it: see `test_invalid_responses`.
@pytest.mark.parametrize("name", [name for name in MALFORMED if name != "drip"])
def test_a_renewal_with_a_malformed_answer(developer, session, home, center, standin, name):
    path = write_sso_token(home, center.sign_in(lifetime=-60))
    before = path.read_bytes()
    standin.faults.answer_always(MALFORMED[name](), service="sso-oidc")
    developer.error(EXPIRED)
    assert path.read_bytes() == before


def test_expired_and_not_to_be_renewed(developer, session, home, center, standin):
    sign_in = center.sign_in(lifetime=-60)
    sign_in.revoked = True
    write_sso_token(home, sign_in)
    developer.error(EXPIRED)
    assert standin.mint_count == 0


def test_expired_in_the_legacy_form(developer, legacy, home, center, standin):
    write_sso_token(home, center.sign_in(lifetime=-60), session=None)
    developer.error('AWS SSO session "', '(profile "dev") has expired.', LOGIN, center.start_url)
    assert standin.connections == []


def test_expired_with_an_expired_client(developer, session, home, center, standin):
    sign_in = center.sign_in(lifetime=-60)
    sign_in.client.expires = standin.clock.now() - 1
    write_sso_token(home, sign_in)
    developer.error(EXPIRED)
    assert standin.connections == [], "a client that has expired need not be tried"


def test_never_logged_in(developer, session, standin):
    developer.error(f'You are not signed in to AWS SSO session "corp" (profile "dev"). {LOGIN}')
    assert standin.connections == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"accessToken": 1}', '{"accessToken": "x"}', "\x00" * 100])
def test_a_damaged_sign_in_is_none(developer, session, home, center, standin, content):
    home.write(str(sso_cache(home, "corp").relative_to(home.directory)), content)
    developer.error("AWS SSO session", LOGIN)
    assert standin.connections == []


def test_revoked(developer, session, home, center):
    sign_in = center.sign_in()
    write_sso_token(home, sign_in)
    sign_in.revoked = True
    developer.error('AWS SSO session "corp"', "was revoked", LOGIN)


@pytest.mark.parametrize(("setting", "value"), [("sso_role_name", "Writer"), ("sso_account_id", "999999999999")])
def test_a_role_that_is_not_assigned(developer, home, center, setting, value):
    chosen = {**ROLE, setting: value}
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    write_config(home, {"dev": {"sso_session": "corp", **chosen}, "sso-session corp": where})
    write_sso_token(home, center.sign_in())
    role, account = chosen["sso_role_name"], chosen["sso_account_id"]
    developer.error(f"Role {role} in account {account} is not assigned to you in SSO (profile dev)")


def test_a_session_that_is_not_defined(developer, home, standin):
    write_config(home, {"dev": {"sso_session": "x", **ROLE}})
    developer.error('~/.aws/config line 2: profile dev names sso_session "x", which is not defined')
    assert standin.connections == []


@pytest.mark.parametrize("lacking", ["sso_start_url", "sso_region"])
def test_a_session_that_lacks_something(developer, home, center, standin, lacking):
    where = {"sso_start_url": center.start_url, "sso_region": center.region}
    del where[lacking]
    write_config(home, {"dev": {"sso_session": "corp", **ROLE}, "sso-session corp": where})
    developer.error("~/.aws/config", "dev", lacking)
    assert standin.connections == []


def test_the_portal_is_busy_at_first(developer, session, home, center, standin):
    write_sso_token(home, center.sign_in())
    standin.faults.answer_next(error(429, "TooManyRequestsException", "HTTP 429"), service="sso-portal")
    assert reader(developer.caller())
    assert services(standin) == ["sso-portal", "sso-portal", "control-plane"]


# A slow answer takes the whole lookup's 30 s, whichever service gives it: see `test_invalid_responses`.
@pytest.mark.parametrize("name", [name for name in MALFORMED if name != "drip"])
def test_the_portal_gives_a_malformed_answer(developer, session, home, center, standin, name):
    write_sso_token(home, center.sign_in())
    standin.faults.answer_always(MALFORMED[name](), service="sso-portal")
    line = developer.error()
    assert "dev" in line or "portal.sso.us-east-1.amazonaws.com" in line
    assert standin.mint_count == 0


def test_an_expired_session_with_a_token_that_is_still_good(developer, session, home, center, standin):
    """The token of the repository lives longer than the sign-in behind it; nobody is asked anything."""
    sign_in = center.sign_in()
    write_sso_token(home, sign_in)
    first = developer.served()
    sign_in.revoked = True
    write_sso_token(home, sign_in, expiresAt="2020-01-01T00:00:00Z", registrationExpiresAt="2020-01-01T00:00:00Z")
    before = list(standin.connections)
    assert developer.served().fingerprint == first.fingerprint
    sso_cache(home, "corp").unlink()
    assert developer.served().fingerprint == first.fingerprint
    assert standin.connections == before


def test_credentials_that_the_cli_has_cached(developer, session, home, center, standin):
    """The CLI keeps what the portal gave; its SDK's own code writes the file here."""
    write_sso_token(home, center.sign_in())
    script = (
        "import botocore.credentials as c, botocore.session as s, botocore.utils as u, os\n"
        "cache = u.JSONFileCache(os.path.expanduser('~/.aws/cli/cache'))\n"
        "resolver = c.create_credential_resolver(s.Session(), cache=cache)\n"
        "print(resolver.load_credentials().get_frozen_credentials().access_key)\n"
    )
    key = home.run(python(), "-c", script).ok().stdout.strip()
    standin.requests.clear()
    standin.faults.refused_hosts.add("portal.sso.us-east-1.amazonaws.com")
    answer = json.loads(developer.aws_credentials().ok().raw_stdout)
    assert answer["AccessKeyId"] == key
    assert reader(developer.caller())
    assert services(standin) == ["control-plane"]


@pytest.mark.parametrize("left", [-60, 300])
def test_domains_that_renew_a_session_at_once(developer, home, installed, session, center, standin, left):
    """A refresh token serves once: whoever comes second finds what the first has got."""
    write_sso_token(home, center.sign_in(lifetime=left))
    urls = [standin.add_repository(f"acme-{number}").index_url for number in range(4)]
    started = [start([installed.keyring, "get", url, "aws"], home.env, home.directory) for url in urls]
    for process in started:
        assert finish(process).ok().stderr == ""
    assert (center.refreshes, standin.mint_count) == (1, 4)


def test_a_renewed_session_stays_where_it_was_and_whose(developer, session, home, center):
    """A link into somebody's collection of files, and another owner's file, are AWS's tools' to keep."""
    write_sso_token(home, center.sign_in(lifetime=300))
    link, target = sso_cache(home, "corp"), home.directory / "elsewhere.json"
    os.rename(link, target)
    link.symlink_to(target)
    owned = True
    try:
        os.chown(target, 65534, 65534)
    except OSError:
        owned = False
    before = target.read_bytes()
    developer.served()
    assert link.is_symlink()
    assert target.read_bytes() != before
    assert not owned or os.stat(target).st_uid == 65534
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o600
