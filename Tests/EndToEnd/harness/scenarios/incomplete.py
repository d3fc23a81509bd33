"""Scenarios in which a part of a sign-in is missing, blank, or over."""

from __future__ import annotations

from .scenario import ACCOUNT, Setup, keys, scenario, write_keys


def profile(setup: Setup, **settings: str) -> None:
    """The profile `dev` with these settings, and keys beside them."""
    setup.config(dev=settings, base={})
    write_keys(setup.home, {"dev": setup.berta, "base": setup.anna})
    setup.env(AWS_PROFILE="dev")


def on_an_instance(setup: Setup, **settings: str) -> None:
    setup.instance()
    setup.config(dev=settings)
    setup.env(AWS_PROFILE="dev")


@scenario
def an_sso_account_without_a_role_beside_keys(setup: Setup):
    setup.sso()
    path = setup.home.directory / ".aws/config"
    path.write_text(path.read_text().replace("sso_role_name", "sso_no_role_name"))
    write_keys(setup.home, {"dev": setup.anna})


@scenario
def an_sso_role_without_an_account_beside_keys(setup: Setup):
    profile(setup, sso_start_url="https://x", sso_region="us-east-1", sso_role_name="Reader")


@scenario
def an_sso_role_without_an_account_on_an_instance(setup: Setup):
    on_an_instance(setup, sso_role_name="Reader")


@scenario
def sso_without_a_region_on_an_instance(setup: Setup):
    on_an_instance(setup, sso_account_id=ACCOUNT, sso_role_name="Reader", sso_start_url="https://x")


@scenario
def an_sso_session_alone_on_an_instance(setup: Setup):
    setup.instance()
    corp = {"sso_start_url": "https://x", "sso_region": "us-east-1"}
    setup.config(dev={"sso_session": "corp"}, **{"sso-session__corp": corp})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_token_file_without_a_role_beside_keys(setup: Setup):
    path, _ = setup.workload()
    profile(setup, web_identity_token_file=str(path))


@scenario
def a_token_file_without_a_role_in_a_container(setup: Setup):
    setup.container()
    path, _ = setup.workload()
    setup.config(dev={"web_identity_token_file": str(path)})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_source_profile_without_a_role_beside_keys(setup: Setup):
    profile(setup, source_profile="base")


@scenario
def a_source_profile_without_a_role_on_an_instance(setup: Setup):
    on_an_instance(setup, source_profile="base")
    write_keys(setup.home, {"base": setup.anna})


@scenario
def a_secret_without_its_key_on_an_instance(setup: Setup):
    on_an_instance(setup, aws_secret_access_key=setup.anna.secret_access_key)


@scenario
def a_role_without_a_value_beside_keys(setup: Setup):
    profile(setup, role_arn="")


@scenario
def an_sso_account_without_a_value_beside_keys(setup: Setup):
    profile(setup, sso_account_id="")


@scenario
def a_process_without_a_value_on_an_instance(setup: Setup):
    on_an_instance(setup, credential_process="")


@scenario
def a_source_profile_without_a_value_beside_keys(setup: Setup):
    profile(setup, source_profile="")


@scenario
def a_source_profile_with_half_a_key_pair_and_a_role(setup: Setup):
    half = {"aws_secret_access_key": setup.anna.secret_access_key}
    middle = {"role_arn": setup.role("middle"), "source_profile": "base", **half}
    setup.config(base=keys(setup.anna), middle=middle, dev={"role_arn": setup.role(), "source_profile": "middle"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_circle_of_roles_with_keys_where_it_begins(setup: Setup):
    role = setup.role()
    dev = {"role_arn": role, "source_profile": "b", **keys(setup.anna)}
    setup.config(dev=dev, b={"role_arn": role, "source_profile": "dev"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_circle_of_roles_with_keys_on_the_way(setup: Setup):
    role = setup.role()
    b = {"role_arn": role, "source_profile": "dev", **keys(setup.anna)}
    setup.config(dev={"role_arn": role, "source_profile": "b"}, b=b)
    setup.env(AWS_PROFILE="dev")


@scenario
def white_space_for_an_access_key(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_ACCESS_KEY_ID=" ", AWS_SECRET_ACCESS_KEY=" ")


@scenario
def a_line_end_behind_the_keys(setup: Setup):
    setup.env(**{name: f"{value}\n" for name, value in setup.anna.environment().items()})


@scenario
def keys_of_the_environment_that_have_expired(setup: Setup):
    write_keys(setup.home, {"default": setup.berta})
    setup.env(**setup.anna.environment(), AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")


@scenario
def keys_of_the_environment_that_will_expire(setup: Setup):
    setup.env(**setup.anna.environment(), AWS_CREDENTIAL_EXPIRATION="2099-01-01T00:00:00+00:00")


@scenario
def keys_of_the_environment_whose_end_is_no_date(setup: Setup):
    setup.env(**setup.anna.environment(), AWS_CREDENTIAL_EXPIRATION="soon")


@scenario
def an_empty_variable_for_the_profile(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_PROFILE="")
