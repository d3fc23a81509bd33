"""Which hosts are asked: AWS's own in every variant, and those that a company puts in front of them."""

from __future__ import annotations

import pytest
from harness.aws_files import write_login_token, write_sso_token, write_config, write_keys

REGION = "us-east-1"
PLAIN = {"control-plane": "codeartifact.{}.amazonaws.com", "sts": "sts.{}.amazonaws.com"}
FIPS = {
    "control-plane": "codeartifact-fips.{}.amazonaws.com",
    "sts": "sts-fips.{}.amazonaws.com",
    "sso-portal": "portal.sso-fips.{}.amazonaws.com",
    "sso-oidc": "oidc-fips.{}.amazonaws.com",
}
DUAL = {
    "control-plane": "codeartifact.{}.api.aws",
    "sts": "sts.{}.api.aws",
    "sso-portal": "portal.sso.{}.api.aws",
    "sso-oidc": "oidc.{}.api.aws",
}
BOTH = {"control-plane": "codeartifact-fips.{}.api.aws", "sts": "sts-fips.{}.api.aws"}


@pytest.fixture
def role(developer, home, standin, user):
    """The profile `dev` is a role of anna's; more settings and sections can be given."""
    role = standin.iam.add_role("reader", trusted={user.principal.arn})

    def configure(settings=None, **sections):
        dev = {"role_arn": role.arn, "source_profile": "base", "region": REGION, **(settings or {})}
        write_config(home, {"base": {}, "dev": dev, **{name.replace("_", " "): one for name, one in sections.items()}})
        write_keys(home, {"base": user})

    configure()
    return configure


@pytest.fixture
def sso(developer, home, standin):
    """The profile `dev` is a role of SSO, whose token must be renewed first."""
    center = standin.identity_center
    center.assign("Reader")
    where = {"sso_start_url": center.start_url, "sso_region": REGION}
    dev = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "Reader", "region": REGION}
    write_sso_token(home, center.sign_in(lifetime=-60))

    def configure(**settings):
        write_config(home, {"dev": {**dev, **settings}, "sso-session corp": where})

    configure()
    return configure


def asked(standin) -> dict[str, str]:
    """The host of each service that was asked, each one only."""
    found = {record.service: record.host for record in standin.requests}
    assert len({record.host for record in standin.requests}) == len(found)
    return found


def hosts(pattern: dict[str, str]) -> dict[str, str]:
    return {service: host.format(REGION) for service, host in pattern.items()}


SWITCHES = [
    ({}, PLAIN),
    ({"use_fips_endpoint": "true"}, FIPS),
    ({"use_dualstack_endpoint": "true"}, DUAL),
    ({"use_fips_endpoint": "true", "use_dualstack_endpoint": "true"}, BOTH),
    ({"use_fips_endpoint": "false"}, PLAIN),
]


@pytest.mark.parametrize(("settings", "expected"), SWITCHES)
@pytest.mark.parametrize("where", ["profile", "environment"])
def test_a_role(developer, home, role, standin, settings, expected, where):
    if where == "profile":
        role(settings)
    else:
        home.env |= {f"AWS_{name.upper()}": value for name, value in settings.items()}
    developer.served()
    assert asked(standin) == {name: host for name, host in hosts(expected).items() if name in PLAIN}


def test_the_environment_overrides_the_profile(developer, home, role, standin):
    role({"use_fips_endpoint": "true"})
    home.env["AWS_USE_FIPS_ENDPOINT"] = "false"
    developer.served()
    assert asked(standin) == hosts(PLAIN)


@pytest.mark.parametrize(
    ("settings", "expected"), [({"use_fips_endpoint": "true"}, FIPS), ({"use_dualstack_endpoint": "true"}, DUAL)]
)
def test_sso(developer, sso, standin, settings, expected):
    sso(**settings)
    developer.served()
    assert asked(standin) == {name: host for name, host in hosts(expected).items() if name != "sts"}


@pytest.fixture
def corporate(standin):
    """A company's own names for the services."""
    names = {"sts": "sts", "codeartifact": "control-plane", "sso": "sso-portal", "oidc": "sso-oidc", "signin": "signin"}
    return {name: standin.alias(f"{name}.corp.example", service) for name, service in names.items()}


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_endpoint_for_each_service(developer, home, role, standin, corporate, slash):
    home.env["AWS_ENDPOINT_URL_STS"] = corporate["sts"] + slash
    home.env["AWS_ENDPOINT_URL_CODEARTIFACT"] = corporate["codeartifact"] + slash
    developer.served()
    assert asked(standin) == {"sts": "sts.corp.example", "control-plane": "codeartifact.corp.example"}


def test_the_endpoints_of_sso(developer, home, sso, standin, corporate):
    home.env["AWS_ENDPOINT_URL_SSO"] = corporate["sso"]
    home.env["AWS_ENDPOINT_URL_SSO_OIDC"] = corporate["oidc"]
    developer.served()
    assert asked(standin) == {
        "sso-oidc": "oidc.corp.example",
        "sso-portal": "sso.corp.example",
        "control-plane": f"codeartifact.{REGION}.amazonaws.com",
    }


def test_the_endpoint_of_aws_login(developer, home, standin, corporate):
    session = standin.signin.login(lifetime=-60)
    write_config(home, {"dev": {"login_session": session.arn, "region": REGION}})
    write_login_token(home, session)
    home.env["AWS_ENDPOINT_URL_SIGNIN"] = corporate["signin"]
    developer.served()
    assert asked(standin)["signin"] == "signin.corp.example"


def test_a_services_section(developer, role, standin, corporate):
    nested = f"\n  endpoint_url = {corporate['sts']}"
    role(
        {"services": "corp"},
        services_corp={"sts": nested, "codeartifact": "\n  endpoint_url =" + corporate["codeartifact"]},
    )
    developer.served()
    assert asked(standin) == {"sts": "sts.corp.example", "control-plane": "codeartifact.corp.example"}


PRECEDENCE = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL", "services", "profile"]


@pytest.mark.parametrize("first", range(len(PRECEDENCE)))
def test_which_endpoint_comes_first(developer, home, role, standin, first):
    """The variable of the service, the variable for all, the services section, the profile."""
    home.env["AWS_ENDPOINT_URL_CODEARTIFACT"] = f"https://codeartifact.{REGION}.amazonaws.com"
    urls = [standin.alias(f"sts{number}.corp.example", "sts") for number in range(len(PRECEDENCE))]
    settings, sections = {}, {}
    for number, where in enumerate(PRECEDENCE[first:], first):
        if where == "services":
            settings["services"] = "corp"
            sections["services_corp"] = {"sts": f"\n  endpoint_url = {urls[number]}"}
        elif where == "profile":
            settings["endpoint_url"] = urls[number]
        else:
            home.env[where] = urls[number]
    role(settings, **sections)
    developer.served()
    assert asked(standin)["sts"] == f"sts{first}.corp.example"


def test_configured_endpoints_that_are_to_be_ignored(developer, home, role, standin, corporate):
    home.env |= {"AWS_ENDPOINT_URL": corporate["sts"], "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
    role({"endpoint_url": corporate["sts"]})
    developer.served()
    assert asked(standin) == hosts(PLAIN)


@pytest.mark.parametrize("switch", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_an_endpoint_of_ones_own_in_another_variant(developer, home, role, standin, corporate, switch):
    """The AWS CLI calls it as it is, and switches the other services only."""
    home.env |= {"AWS_ENDPOINT_URL_STS": corporate["sts"], switch: "true"}
    developer.served()
    plain = f"codeartifact.{REGION}.amazonaws.com"
    other = {
        "AWS_USE_FIPS_ENDPOINT": plain.replace(".", "-fips.", 1),
        "AWS_USE_DUALSTACK_ENDPOINT": f"codeartifact.{REGION}.api.aws",
    }
    assert asked(standin) == {"sts": "sts.corp.example", "control-plane": other[switch]}


@pytest.mark.parametrize("url", ["sts.corp.example", "ftp://sts.corp.example", "https://", "\x1b[31m"])
def test_an_endpoint_that_is_none(developer, home, role, standin, url):
    home.env["AWS_ENDPOINT_URL_STS"] = url
    developer.error()
    assert standin.mint_count == 0
