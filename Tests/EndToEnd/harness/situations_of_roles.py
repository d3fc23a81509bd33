"""Situations in which a role is assumed, or cannot be."""

from __future__ import annotations

from .situations import ACCOUNT, Place, keys, situation, write_keys


@situation
def a_role(place: Place):
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_with_everything(place: Place):
    role = place.role(external_id="x:1/2", max_session_duration=43200)
    more = {"external_id": "x:1/2", "duration_seconds": "7200", "role_session_name": "anna@acme.example"}
    place.config(base={}, dev={"role_arn": role, "source_profile": "base", **more})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_with_a_duration_that_is_no_number(place: Place):
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base", "duration_seconds": "1h"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_of_a_role(place: Place):
    first = place.role("first")
    last = place.role("last", first)
    middle = {"role_arn": first, "source_profile": "base"}
    place.config(base={}, middle=middle, dev={"role_arn": last, "source_profile": "middle"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_that_is_its_own_source(place: Place):
    place.config(dev={"role_arn": place.role(), "source_profile": "dev"})
    write_keys(place.home, {"dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_whose_source_has_both_keys_and_a_role(place: Place):
    middle = {"role_arn": place.role("unused"), "source_profile": "base"}
    place.config(base={}, middle=middle, dev={"role_arn": place.role(), "source_profile": "middle"})
    write_keys(place.home, {"base": place.berta, "middle": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_before_keys_of_the_same_profile(place: Place):
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base", **keys(place.berta)})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_in_the_credentials_file(place: Place):
    text = f"[dev]\nrole_arn = {place.role()}\nsource_profile = base\n[base]\n"
    place.home.write(".aws/credentials", text + "".join(f"{k} = {v}\n" for k, v in keys(place.anna).items()))
    place.env(AWS_PROFILE="dev")


@situation
def a_role_for_the_container(place: Place):
    place.container()
    role = place.role("reader", place.standin.machine.role.arn)
    place.config(dev={"role_arn": role, "credential_source": "EcsContainer"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_for_the_instance(place: Place):
    place.instance()
    role = place.role("reader", place.standin.machine.role.arn)
    place.config(dev={"role_arn": role, "credential_source": "Ec2InstanceMetadata"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_for_sso(place: Place):
    place.sso()
    sso = (place.home.directory / ".aws/config").read_text().replace("[profile dev]", "[profile people]")
    (granted,) = (role for role in place.standin.iam.roles() if "AWSReservedSSO" in role.name)
    role = place.role("reader", granted.arn)
    place.home.write(".aws/config", f"{sso}\n[profile dev]\nrole_arn = {role}\nsource_profile = people\n")


@situation
def a_role_for_a_web_identity(place: Place):
    path, ci = place.workload()
    last = place.role("last", ci)
    source = {"role_arn": ci, "web_identity_token_file": str(path)}
    place.config(ci=source, dev={"role_arn": last, "source_profile": "ci"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_for_a_process(place: Place):
    process = place.process()
    role = place.role("reader", f"arn:aws:iam::{ACCOUNT}:role/tool")
    place.config(tool={"credential_process": process}, dev={"role_arn": role, "source_profile": "tool"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_denied(place: Place):
    place.config(base={}, dev={"role_arn": place.role("reader", "999999999999"), "source_profile": "base"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_that_wants_an_mfa_code(place: Place):
    device = place.standin.iam.add_mfa_device(place.anna)
    dev = {"role_arn": place.role(requires_mfa=True), "source_profile": "base", "mfa_serial": device.serial}
    place.config(base={}, dev=dev)
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_loop_of_roles(place: Place):
    role = place.role()
    place.config(dev={"role_arn": role, "source_profile": "b"}, b={"role_arn": role, "source_profile": "dev"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_without_a_source(place: Place):
    place.config(dev={"role_arn": place.role()})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_without_a_source_beside_keys(place: Place):
    place.config(dev={"role_arn": place.role()})
    write_keys(place.home, {"dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_with_two_sources(place: Place):
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base", "credential_source": "Environment"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_with_a_source_of_an_unknown_kind(place: Place):
    place.config(dev={"role_arn": place.role(), "credential_source": "Moon"})
    place.env(AWS_PROFILE="dev")


@situation
def a_role_of_the_profile_before_a_web_identity_of_the_environment(place: Place):
    path, ci = place.workload()
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=ci, AWS_PROFILE="dev")


def in_a_region(place: Place, **variables: str) -> None:
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_PROFILE="dev", **variables)


@situation
def a_role_in_the_global_region(place: Place):
    in_a_region(place, AWS_REGION="aws-global")


@situation
def a_role_in_the_former_fips_region(place: Place):
    in_a_region(place, AWS_REGION="us-east-1-fips")
