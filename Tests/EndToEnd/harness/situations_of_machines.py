"""Situations of the environment, of profiles with plain keys, and of machines in AWS."""

from __future__ import annotations

from .situations import Place, situation, write_keys


@situation
def keys_in_the_environment(place: Place):
    place.env(**place.anna.environment())


@situation
def a_session_in_the_environment(place: Place):
    session = place.standin.iam.issue_session(place.standin.iam.add_role("reader", set()), "anna")
    place.env(**session.environment())


@situation
def a_session_under_its_old_name(place: Place):
    session = place.standin.iam.issue_session(place.standin.iam.add_role("reader", set()), "anna")
    place.env(**session.environment())
    place.home.env["AWS_SECURITY_TOKEN"] = place.home.env.pop("AWS_SESSION_TOKEN")


@situation
def the_environment_before_a_profile_of_the_environment(place: Place):
    write_keys(place.home, {"dev": place.berta})
    place.env(**place.anna.environment(), AWS_PROFILE="dev")


@situation
def empty_variables(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_SESSION_TOKEN="")


@situation
def half_a_key_pair_in_the_environment(place: Place):
    write_keys(place.home, {"default": place.berta})
    place.env(AWS_ACCESS_KEY_ID=place.anna.access_key_id)


@situation
def only_the_secret_in_the_environment(place: Place):
    write_keys(place.home, {"default": place.berta})
    place.env(AWS_SECRET_ACCESS_KEY=place.anna.secret_access_key)


@situation
def nothing_at_all(place: Place):
    pass


@situation
def the_default_profile(place: Place):
    write_keys(place.home, {"default": place.anna, "dev": place.berta})


@situation
def a_profile_of_the_environment(place: Place):
    write_keys(place.home, {"default": place.berta, "dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_profile_under_its_old_variable(place: Place):
    write_keys(place.home, {"default": place.berta, "dev": place.anna})
    place.env(AWS_DEFAULT_PROFILE="dev")


@situation
def both_variables_for_a_profile(place: Place):
    write_keys(place.home, {"dev": place.anna, "old": place.berta})
    place.env(AWS_PROFILE="dev", AWS_DEFAULT_PROFILE="old")


@situation
def a_profile_that_is_not_there(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_PROFILE="nowhere")


@situation
def a_container(place: Place):
    place.container()


@situation
def an_instance(place: Place):
    place.instance()


@situation
def a_container_before_an_instance(place: Place):
    place.container()
    place.instance()


@situation
def keys_of_the_profile_before_a_container(place: Place):
    place.container()
    write_keys(place.home, {"default": place.anna})


@situation
def an_empty_profile_in_a_container(place: Place):
    place.container()
    place.config(dev={"region": "us-east-1"})
    place.env(AWS_PROFILE="dev")
