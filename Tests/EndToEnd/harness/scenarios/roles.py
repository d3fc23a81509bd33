"""Scenarios in which a role is assumed, or cannot be."""

from __future__ import annotations

from .scenario import ACCOUNT, Setup, keys, scenario, write_keys


@scenario
def a_role(setup: Setup):
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_with_everything(setup: Setup):
    role = setup.role(external_id="x:1/2", max_session_duration=43200)
    more = {"external_id": "x:1/2", "duration_seconds": "7200", "role_session_name": "anna@acme.example"}
    setup.config(base={}, dev={"role_arn": role, "source_profile": "base", **more})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_with_a_duration_that_is_no_number(setup: Setup):
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base", "duration_seconds": "1h"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_of_a_role(setup: Setup):
    first = setup.role("first")
    last = setup.role("last", first)
    middle = {"role_arn": first, "source_profile": "base"}
    setup.config(base={}, middle=middle, dev={"role_arn": last, "source_profile": "middle"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_that_is_its_own_source(setup: Setup):
    setup.config(dev={"role_arn": setup.role(), "source_profile": "dev"})
    write_keys(setup.home, {"dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_whose_source_has_both_keys_and_a_role(setup: Setup):
    middle = {"role_arn": setup.role("unused"), "source_profile": "base"}
    setup.config(base={}, middle=middle, dev={"role_arn": setup.role(), "source_profile": "middle"})
    write_keys(setup.home, {"base": setup.berta, "middle": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_before_keys_of_the_same_profile(setup: Setup):
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base", **keys(setup.berta)})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_in_the_credentials_file(setup: Setup):
    text = f"[dev]\nrole_arn = {setup.role()}\nsource_profile = base\n[base]\n"
    setup.home.write(".aws/credentials", text + "".join(f"{k} = {v}\n" for k, v in keys(setup.anna).items()))
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_for_the_container(setup: Setup):
    setup.container()
    role = setup.role("reader", setup.standin.machine.role.arn)
    setup.config(dev={"role_arn": role, "credential_source": "EcsContainer"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_for_the_instance(setup: Setup):
    setup.instance()
    role = setup.role("reader", setup.standin.machine.role.arn)
    setup.config(dev={"role_arn": role, "credential_source": "Ec2InstanceMetadata"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_for_sso(setup: Setup):
    setup.sso()
    sso = (setup.home.directory / ".aws/config").read_text().replace("[profile dev]", "[profile people]")
    (granted,) = (role for role in setup.standin.iam.roles() if "AWSReservedSSO" in role.name)
    role = setup.role("reader", granted.arn)
    setup.home.write(".aws/config", f"{sso}\n[profile dev]\nrole_arn = {role}\nsource_profile = people\n")


@scenario
def a_role_for_a_web_identity(setup: Setup):
    path, ci = setup.workload()
    last = setup.role("last", ci)
    source = {"role_arn": ci, "web_identity_token_file": str(path)}
    setup.config(ci=source, dev={"role_arn": last, "source_profile": "ci"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_for_a_process(setup: Setup):
    process = setup.process()
    role = setup.role("reader", f"arn:aws:iam::{ACCOUNT}:role/tool")
    setup.config(tool={"credential_process": process}, dev={"role_arn": role, "source_profile": "tool"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_denied(setup: Setup):
    setup.config(base={}, dev={"role_arn": setup.role("reader", "999999999999"), "source_profile": "base"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_that_wants_an_mfa_code(setup: Setup):
    device = setup.standin.iam.add_mfa_device(setup.anna)
    dev = {"role_arn": setup.role(requires_mfa=True), "source_profile": "base", "mfa_serial": device.serial}
    setup.config(base={}, dev=dev)
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_loop_of_roles(setup: Setup):
    role = setup.role()
    setup.config(dev={"role_arn": role, "source_profile": "b"}, b={"role_arn": role, "source_profile": "dev"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_without_a_source(setup: Setup):
    setup.config(dev={"role_arn": setup.role()})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_without_a_source_beside_keys(setup: Setup):
    setup.config(dev={"role_arn": setup.role()})
    write_keys(setup.home, {"dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_with_two_sources(setup: Setup):
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base", "credential_source": "Environment"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_with_a_source_of_an_unknown_kind(setup: Setup):
    setup.config(dev={"role_arn": setup.role(), "credential_source": "Moon"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_role_of_the_profile_before_a_web_identity_of_the_environment(setup: Setup):
    path, ci = setup.workload()
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=ci, AWS_PROFILE="dev")


def in_a_region(setup: Setup, **variables: str) -> None:
    setup.config(base={}, dev={"role_arn": setup.role(), "source_profile": "base"})
    write_keys(setup.home, {"base": setup.anna})
    setup.env(AWS_PROFILE="dev", **variables)


@scenario
def a_role_in_the_global_region(setup: Setup):
    in_a_region(setup, AWS_REGION="aws-global")


@scenario
def a_role_in_the_former_fips_region(setup: Setup):
    in_a_region(setup, AWS_REGION="us-east-1-fips")
