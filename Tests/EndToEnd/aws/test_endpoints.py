"""Where each service is asked, as botocore's own endpoint rules say."""

from __future__ import annotations

import itertools

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from harness.probe import probe

SERVICES = {
    "codeartifact": "2018-09-22",
    "sts": "2011-06-15",
    "sso": "2019-06-10",
    "sso-oidc": "2019-06-10",
    "signin": "2023-01-01",
}


# AWS Sign-In's hosts that this botocore does not know yet, as the rules of AWS CLI 2.36.7 have them, without dual-stack.
NEWER_SIGN_IN = {
    ("eusc-de-east-1", False): "eusc-de-east-1.signin.amazonaws-eusc.eu",
    ("us-iso-east-1", False): "us-iso-east-1.signin.c2shome.ic.gov",
    ("us-iso-west-1", False): "us-iso-west-1.signin.c2shome.ic.gov",
    ("us-isob-east-1", False): "us-isob-east-1.signin.sc2shome.sgov.gov",
    ("us-isob-west-1", False): "us-isob-west-1.signin.sc2shome.sgov.gov",
    ("eu-isoe-west-1", False): "eu-isoe-west-1.signin.csphome.adc-e.uk",
    ("us-isof-east-1", False): "us-isof-east-1.signin.csphome.hci.ic.gov",
    ("us-isof-south-1", False): "us-isof-south-1.signin.csphome.hci.ic.gov",
    ("us-gov-west-1", True): "signin-fips.amazonaws-us-gov.com",
    ("us-gov-east-1", True): "us-gov-east-1.signin-fips.amazonaws-us-gov.com",
}


def regions() -> list[str]:
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")["partitions"]
    return sorted(
        region for partition in partitions for region in partition["regions"] if not region.endswith("-global")
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_region_with_and_without_fips_and_dual_stack(service):
    loader = botocore.session.get_session().get_component("data_loader")
    rules = loader.load_service_model(service, "endpoint-rule-set-1", api_version=SERVICES[service])
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    names = regions() + (["aws-global"] if service == "sts" else [])
    cases = list(itertools.product(names, [False, True], [False, True]))
    answers = probe(
        [
            {
                "work": "endpoint",
                "service": service,
                "region": region,
                "environment": {
                    "HOME": "/nonexistent",
                    "AWS_USE_FIPS_ENDPOINT": str(fips).lower(),
                    "AWS_USE_DUALSTACK_ENDPOINT": str(dual_stack).lower(),
                },
                "profile": "default",
            }
            for region, fips, dual_stack in cases
        ]
    )
    assert len(cases) > 100
    for (region, fips, dual_stack), answer in zip(cases, answers, strict=True):
        parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack}
        if service == "sts":
            parameters["UseGlobalEndpoint"] = False
        try:
            expected = provider.resolve_endpoint(**parameters).url
        except EndpointProviderError as error:
            pytest.fail(f"botocore has no endpoint for {region}: {error}")
        if service == "signin" and not dual_stack and (region, fips) in NEWER_SIGN_IN:
            expected = f"https://{NEWER_SIGN_IN[region, fips]}"
        assert answer.get("answer") == expected, (region, fips, dual_stack)


@pytest.mark.parametrize(
    ("environment", "config", "expected"),
    [
        ({"AWS_ENDPOINT_URL_STS": "https://one/"}, "", "https://one"),
        ({"AWS_ENDPOINT_URL_STS": "https://one", "AWS_ENDPOINT_URL": "https://two"}, "", "https://one"),
        ({"AWS_ENDPOINT_URL": "https://two"}, "[default]\nendpoint_url = https://four\n", "https://two"),
        (
            {},
            "[default]\nservices = mine\nendpoint_url = https://four\n[services mine]\nsts =\n  endpoint_url = https://three\n",
            "https://three",
        ),
        ({}, "[default]\nendpoint_url = https://four\n", "https://four"),
        (
            {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "https://two"},
            "",
            "https://sts.eu-west-1.amazonaws.com",
        ),
        (
            {},
            "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = https://four\n",
            "https://sts.eu-west-1.amazonaws.com",
        ),
        ({}, "[default]\nuse_fips_endpoint = true\n", "https://sts-fips.eu-west-1.amazonaws.com"),
        ({}, "[default]\nuse_dualstack_endpoint = true\n", "https://sts.eu-west-1.api.aws"),
        (
            {"AWS_USE_FIPS_ENDPOINT": "false"},
            "[default]\nuse_fips_endpoint = true\n",
            "https://sts.eu-west-1.amazonaws.com",
        ),
    ],
)
def test_an_endpoint_of_the_users_own(tmp_path, environment, config, expected):
    (tmp_path / "config").write_text(config)
    [answer] = probe(
        [
            {
                "work": "endpoint",
                "service": "sts",
                "region": "eu-west-1",
                "profile": "default",
                "environment": {"AWS_CONFIG_FILE": str(tmp_path / "config"), "HOME": str(tmp_path), **environment},
            }
        ]
    )
    assert answer.get("answer") == expected


@pytest.mark.parametrize("variable", ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
def test_an_own_endpoint_goes_with_neither_fips_nor_dual_stack(tmp_path, variable):
    environment = {"HOME": str(tmp_path), "AWS_ENDPOINT_URL": "https://two", variable: "true"}
    [answer] = probe(
        [{"work": "endpoint", "service": "sts", "region": "eu-west-1", "profile": "x", "environment": environment}]
    )
    assert answer.get("answer") == "https://two", "as the AWS CLI: both are settings of AWS's own endpoints"
