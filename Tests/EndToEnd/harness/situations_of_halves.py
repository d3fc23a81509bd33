"""Situations in which a part of a sign-in is missing, blank, or over."""

from __future__ import annotations

from .situations import ACCOUNT, Place, keys, situation, write_keys


def profile(place: Place, **settings: str) -> None:
    """The profile `dev` with these settings, and keys beside them."""
    place.config(dev=settings, base={})
    write_keys(place.home, {"dev": place.berta, "base": place.anna})
    place.env(AWS_PROFILE="dev")


def on_an_instance(place: Place, **settings: str) -> None:
    place.instance()
    place.config(dev=settings)
    place.env(AWS_PROFILE="dev")


@situation
def an_sso_account_without_a_role_beside_keys(place: Place):
    place.sso()
    path = place.home.directory / ".aws/config"
    path.write_text(path.read_text().replace("sso_role_name", "sso_no_role_name"))
    write_keys(place.home, {"dev": place.anna})


@situation
def an_sso_role_without_an_account_beside_keys(place: Place):
    profile(place, sso_start_url="https://x", sso_region="us-east-1", sso_role_name="Reader")


@situation
def an_sso_role_without_an_account_on_an_instance(place: Place):
    on_an_instance(place, sso_role_name="Reader")


@situation
def sso_without_a_region_on_an_instance(place: Place):
    on_an_instance(place, sso_account_id=ACCOUNT, sso_role_name="Reader", sso_start_url="https://x")


@situation
def an_sso_session_alone_on_an_instance(place: Place):
    place.instance()
    corp = {"sso_start_url": "https://x", "sso_region": "us-east-1"}
    place.config(dev={"sso_session": "corp"}, **{"sso-session__corp": corp})
    place.env(AWS_PROFILE="dev")


@situation
def a_token_file_without_a_role_beside_keys(place: Place):
    path, _ = place.workload()
    profile(place, web_identity_token_file=str(path))


@situation
def a_token_file_without_a_role_in_a_container(place: Place):
    place.container()
    path, _ = place.workload()
    place.config(dev={"web_identity_token_file": str(path)})
    place.env(AWS_PROFILE="dev")


@situation
def a_source_profile_without_a_role_beside_keys(place: Place):
    profile(place, source_profile="base")


@situation
def a_source_profile_without_a_role_on_an_instance(place: Place):
    on_an_instance(place, source_profile="base")
    write_keys(place.home, {"base": place.anna})


@situation
def a_secret_without_its_key_on_an_instance(place: Place):
    on_an_instance(place, aws_secret_access_key=place.anna.secret_access_key)


@situation
def a_role_without_a_value_beside_keys(place: Place):
    profile(place, role_arn="")


@situation
def an_sso_account_without_a_value_beside_keys(place: Place):
    profile(place, sso_account_id="")


@situation
def a_process_without_a_value_on_an_instance(place: Place):
    on_an_instance(place, credential_process="")


@situation
def a_source_profile_without_a_value_beside_keys(place: Place):
    profile(place, source_profile="")


@situation
def a_source_profile_with_half_a_key_pair_and_a_role(place: Place):
    half = {"aws_secret_access_key": place.anna.secret_access_key}
    middle = {"role_arn": place.role("middle"), "source_profile": "base", **half}
    place.config(base=keys(place.anna), middle=middle, dev={"role_arn": place.role(), "source_profile": "middle"})
    place.env(AWS_PROFILE="dev")


@situation
def a_circle_of_roles_with_keys_where_it_begins(place: Place):
    role = place.role()
    dev = {"role_arn": role, "source_profile": "b", **keys(place.anna)}
    place.config(dev=dev, b={"role_arn": role, "source_profile": "dev"})
    place.env(AWS_PROFILE="dev")


@situation
def a_circle_of_roles_with_keys_on_the_way(place: Place):
    role = place.role()
    b = {"role_arn": role, "source_profile": "dev", **keys(place.anna)}
    place.config(dev={"role_arn": role, "source_profile": "b"}, b=b)
    place.env(AWS_PROFILE="dev")


@situation
def white_space_for_an_access_key(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_ACCESS_KEY_ID=" ", AWS_SECRET_ACCESS_KEY=" ")


@situation
def a_line_end_behind_the_keys(place: Place):
    place.env(**{name: f"{value}\n" for name, value in place.anna.environment().items()})


@situation
def keys_of_the_environment_that_have_expired(place: Place):
    write_keys(place.home, {"default": place.berta})
    place.env(**place.anna.environment(), AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")


@situation
def keys_of_the_environment_that_will_expire(place: Place):
    place.env(**place.anna.environment(), AWS_CREDENTIAL_EXPIRATION="2099-01-01T00:00:00+00:00")


@situation
def keys_of_the_environment_whose_end_is_no_date(place: Place):
    place.env(**place.anna.environment(), AWS_CREDENTIAL_EXPIRATION="soon")


@situation
def an_empty_variable_for_the_profile(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_PROFILE="")
