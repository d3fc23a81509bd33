"""Roles: chains of profiles, what a role insists on, and credentials that the AWS CLI has got already."""

from __future__ import annotations

import json

import pytest
from harness.aws_files import boto_access_key, write_sso_token, write_config, write_keys
from standin import MALFORMED, ASSUME_ROLE, error, unavailable

ACCOUNT = "111122223333"


@pytest.fixture
def role(standin, user):
    return standin.iam.add_role("reader", trusted={user.principal.arn}, max_session_duration=43200)


@pytest.fixture
def profiles(home, user):
    """Writes the configuration: `base` has anna's keys, `dev` and others are as given."""

    def write(**sections):
        write_config(home, {"base": {"region": "us-east-1"}, **sections})
        write_keys(home, {"base": user})

    return write


def reader(caller: str) -> bool:
    return caller.startswith("assumed-role/reader/")


def test_a_role_of_a_source_profile(developer, profiles, role, standin):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    assert reader(developer.caller())
    assert [(caller, arn) for caller, arn, _ in standin.sts.assumed] == [
        (f"arn:aws:iam::{ACCOUNT}:user/anna", role.arn)
    ]


def test_everything_a_profile_may_say_of_a_role(developer, profiles, standin, user):
    standin.iam.add_role("special", trusted={user.principal.arn}, external_id="x/1+2=:,.@-", max_session_duration=43200)
    profiles(
        dev={
            "role_arn": f"arn:aws:iam::{ACCOUNT}:role/special",
            "source_profile": "base",
            "external_id": "x/1+2=:,.@-",
            "role_session_name": "anna@acme.example",
            "duration_seconds": "7200",
            "region": "us-east-1",
        }
    )
    assert developer.caller() == "assumed-role/special/anna@acme.example"
    answer = json.loads(developer.aws_credentials().ok().raw_stdout)
    issued = standin.iam.find(answer["AccessKeyId"])
    assert 7100 < issued.expiration - standin.clock.now() <= 7200


def test_a_duration_that_is_no_number_is_passed_over(developer, profiles, role):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "duration_seconds": "long", "region": "us-east-1"})
    assert reader(developer.caller())


def test_a_chain_of_three(developer, profiles, role, standin):
    middle = standin.iam.add_role("middle", trusted={role.arn})
    last = standin.iam.add_role("last", trusted={middle.arn})
    profiles(
        first={"role_arn": role.arn, "source_profile": "base"},
        second={"role_arn": middle.arn, "source_profile": "first"},
        dev={"role_arn": last.arn, "source_profile": "second", "region": "us-east-1"},
    )
    assert developer.caller().startswith("assumed-role/last/")
    assert [arn for _, arn, _ in standin.sts.assumed] == [role.arn, middle.arn, last.arn]


def test_a_profile_that_is_its_own_source(developer, home, user, role):
    write_config(home, {"dev": {"role_arn": role.arn, "source_profile": "dev", "region": "us-east-1"}})
    write_keys(home, {"dev": user})
    assert reader(developer.caller())


def test_a_source_profile_of_sso(developer, home, standin):
    center = standin.identity_center
    granted = center.assign("Developer")
    target = standin.iam.add_role("reader", trusted={granted.arn})
    sso = {"sso_session": "corp", "sso_account_id": ACCOUNT, "sso_role_name": "Developer"}
    write_config(
        home,
        {
            "corp": sso,
            "dev": {"role_arn": target.arn, "source_profile": "corp", "region": "us-east-1"},
            "sso-session corp": {"sso_start_url": center.start_url, "sso_region": center.region},
        },
    )
    write_sso_token(home, center.sign_in())
    assert reader(developer.caller())


def test_a_source_in_the_environment(developer, home, role, user):
    write_config(home, {"dev": {"role_arn": role.arn, "credential_source": "Environment", "region": "us-east-1"}})
    home.env |= user.environment()
    # As with the CLI, keys in the environment are used as they are, unless the profile is named outright.
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "dev"
    del home.env["AWS_PROFILE"]
    assert reader(developer.caller())


@pytest.mark.parametrize("source", ["Ec2InstanceMetadata", "EcsContainer"])
def test_a_source_in_the_machine(developer, home, standin, source):
    standin.machine.role = standin.iam.add_role("worker", set())
    role = standin.iam.add_role("reader", trusted={standin.machine.role.arn})
    write_config(home, {"dev": {"role_arn": role.arn, "credential_source": source, "region": "us-east-1"}})
    if source == "EcsContainer":
        home.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = standin.container_uri
        home.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = standin.machine.authorization
    else:
        del home.env["AWS_EC2_METADATA_DISABLED"]
        home.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = standin.machine_url
    assert reader(developer.caller())


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({}, "sts.amazonaws.com"),
        ({"region": "eu-west-1"}, "sts.eu-west-1.amazonaws.com"),
        ({"region": "cn-north-1"}, "sts.cn-north-1.amazonaws.com.cn"),
        ({"region": "us-east-1", "use_fips_endpoint": "true"}, "sts-fips.us-east-1.amazonaws.com"),
        ({"region": "us-east-1", "use_dualstack_endpoint": "true"}, "sts.us-east-1.api.aws"),
    ],
)
def test_which_sts_is_asked(developer, profiles, role, standin, settings, host):
    """The repository's own region does not matter to STS."""
    profiles(dev={"role_arn": role.arn, "source_profile": "base", **settings})
    assert reader(developer.caller())
    assert standin.hosts_asked("sts") == [host]


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_a_region_in_the_environment(developer, home, profiles, role, standin, variable):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "eu-west-1"})
    home.env[variable] = "ap-south-1"
    assert reader(developer.caller())
    assert standin.hosts_asked("sts") == ["sts.ap-south-1.amazonaws.com"]


def test_a_role_that_must_not_be_assumed_by_its_user(developer, profiles, standin, user):
    role = standin.iam.add_role("reader", trusted={"arn:aws:iam::111122223333:user/somebody"})
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    developer.error(role.arn, user.principal.arn, ASSUME_ROLE, 'profile "dev"')


def test_a_chained_role_may_not_ask_for_more_than_an_hour(developer, profiles, role, standin):
    last = standin.iam.add_role("last", trusted={role.arn}, max_session_duration=43200)
    profiles(
        first={"role_arn": role.arn, "source_profile": "base"},
        dev={"role_arn": last.arn, "source_profile": "first", "duration_seconds": "7200", "region": "us-east-1"},
    )
    developer.error("1 hour session limit", "dev")


@pytest.mark.parametrize("fault", [unavailable, lambda: error(429, "Throttling", "Rate exceeded")])
def test_sts_is_busy_at_first(developer, profiles, role, standin, fault):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    standin.faults.answer_next(fault(), service="sts")
    assert reader(developer.caller())
    assert len(standin.hosts_asked("sts")) == 2


@pytest.mark.parametrize("name", [*MALFORMED, "XML without credentials", "XML that stops", "an expiry in the past"])
def test_sts_gives_a_malformed_answer(developer, profiles, role, standin, name):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    answer = MALFORMED[name]() if name in MALFORMED else unavailable()
    if name not in MALFORMED:
        answer.status = 200
        body = (
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAABCDEFGHIJKLMNOP</AccessKeyId>"
            "<SecretAccessKey>x</SecretAccessKey><SessionToken>y</SessionToken>"
            "<Expiration>2020-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
        start = body.index("<SecretAccessKey>")
        cut = {"XML that stops": body[: start + 19], "XML without credentials": body[:start] + "</x>"}
        answer.body = cut.get(name, body).encode()
    standin.faults.answer_always(answer, service="sts")
    line = developer.error()
    assert "dev" in line or "sts.us-east-1.amazonaws.com" in line
    assert standin.mint_count == 0


def test_mfa_without_a_terminal(developer, profiles, standin, user):
    """No prompt, no request, and the line that says what to do."""
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role("reader", trusted={user.principal.arn}, requires_mfa=True)
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "mfa_serial": device.serial, "region": "us-east-1"})
    developer.error(
        "Profile dev needs an MFA code, which cannot be asked for here. Run: codeartifact-keyring login --profile dev"
    )
    assert standin.connections == []


@pytest.mark.parametrize("named", [None, "anna"], ids=["generated session name", "own session name"])
def test_mfa_that_the_cli_has_asked_for_already(developer, home, profiles, standin, user, named):
    """The cache entry is written by AWS's own SDK, which the CLI keeps its roles with."""
    device = standin.iam.add_mfa_device(user)
    role = standin.iam.add_role(
        "reader", trusted={user.principal.arn}, requires_mfa=True, external_id="x:1/2", max_session_duration=7200
    )
    settings = {"role_arn": role.arn, "source_profile": "base", "mfa_serial": device.serial, "region": "us-east-1"}
    settings |= {"external_id": "x:1/2", "duration_seconds": "7200"}
    profiles(dev={**settings, **({"role_session_name": named} if named else {})})
    cache = home.directory / ".aws/cli/cache"
    key = boto_access_key(home, cache, device.code()).ok().stdout.strip()
    assert len(standin.sts.assumed) == 1
    assert json.loads(developer.aws_credentials().ok().raw_stdout)["AccessKeyId"] == key
    assert reader(developer.caller())
    assert len(standin.sts.assumed) == 1, "STS was not asked again"


def test_what_the_cli_has_cached_serves_only_while_it_lives(developer, home, profiles, role, standin):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    cache = home.directory / ".aws/cli/cache"
    boto_access_key(home, cache).ok()
    (entry,) = cache.iterdir()
    kept = json.loads(entry.read_text())
    kept["Credentials"]["Expiration"] = "2020-01-01T00:00:00Z"
    entry.write_text(json.dumps(kept))
    assert reader(developer.caller())
    assert len(standin.sts.assumed) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"Credentials": 1}', '{"Credentials": {"AccessKeyId": "A"}}', "\x00"])
def test_a_damaged_cache_of_the_cli_is_passed_over(developer, home, profiles, role, standin, content):
    profiles(dev={"role_arn": role.arn, "source_profile": "base", "region": "us-east-1"})
    cache = home.directory / ".aws/cli/cache"
    boto_access_key(home, cache).ok()
    (entry,) = cache.iterdir()
    entry.write_text(content)
    assert reader(developer.caller())
    assert len(standin.sts.assumed) == 2
