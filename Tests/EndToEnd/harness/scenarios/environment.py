"""Scenarios of the environment, of profiles with plain keys, and of machines in AWS."""

from __future__ import annotations

from .scenario import Setup, scenario, write_keys


@scenario
def keys_in_the_environment(setup: Setup):
    setup.env(**setup.anna.environment())


@scenario
def a_session_in_the_environment(setup: Setup):
    session = setup.standin.iam.issue_session(setup.standin.iam.add_role("reader", set()), "anna")
    setup.env(**session.environment())


@scenario
def a_session_under_its_old_name(setup: Setup):
    session = setup.standin.iam.issue_session(setup.standin.iam.add_role("reader", set()), "anna")
    setup.env(**session.environment())
    setup.home.env["AWS_SECURITY_TOKEN"] = setup.home.env.pop("AWS_SESSION_TOKEN")


@scenario
def the_environment_before_a_profile_of_the_environment(setup: Setup):
    write_keys(setup.home, {"dev": setup.berta})
    setup.env(**setup.anna.environment(), AWS_PROFILE="dev")


@scenario
def empty_variables(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_SESSION_TOKEN="")


@scenario
def half_a_key_pair_in_the_environment(setup: Setup):
    write_keys(setup.home, {"default": setup.berta})
    setup.env(AWS_ACCESS_KEY_ID=setup.anna.access_key_id)


@scenario
def only_the_secret_in_the_environment(setup: Setup):
    write_keys(setup.home, {"default": setup.berta})
    setup.env(AWS_SECRET_ACCESS_KEY=setup.anna.secret_access_key)


@scenario
def nothing_at_all(setup: Setup):
    pass


@scenario
def the_default_profile(setup: Setup):
    write_keys(setup.home, {"default": setup.anna, "dev": setup.berta})


@scenario
def a_profile_of_the_environment(setup: Setup):
    write_keys(setup.home, {"default": setup.berta, "dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_profile_under_its_old_variable(setup: Setup):
    write_keys(setup.home, {"default": setup.berta, "dev": setup.anna})
    setup.env(AWS_DEFAULT_PROFILE="dev")


@scenario
def both_variables_for_a_profile(setup: Setup):
    write_keys(setup.home, {"dev": setup.anna, "old": setup.berta})
    setup.env(AWS_PROFILE="dev", AWS_DEFAULT_PROFILE="old")


@scenario
def a_profile_that_is_not_there(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_PROFILE="nowhere")


@scenario
def a_container(setup: Setup):
    setup.container()


@scenario
def an_instance(setup: Setup):
    setup.instance()


@scenario
def a_container_before_an_instance(setup: Setup):
    setup.container()
    setup.instance()


@scenario
def keys_of_the_profile_before_a_container(setup: Setup):
    setup.container()
    write_keys(setup.home, {"default": setup.anna})


@scenario
def an_empty_profile_in_a_container(setup: Setup):
    setup.container()
    setup.config(dev={"region": "us-east-1"})
    setup.env(AWS_PROFILE="dev")
