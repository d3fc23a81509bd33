"""Situations that differ in where the credentials come from, and in which of several sources wins."""

from __future__ import annotations

from .situations import ACCOUNT, Place, keep_login, keys, situation, write_keys


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
def a_web_identity_in_the_environment(place: Place):
    path, role = place.workload()
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role, AWS_ROLE_SESSION_NAME="build-1")


@situation
def a_web_identity_in_a_profile(place: Place):
    path, role = place.workload()
    place.config(dev={"role_arn": role, "web_identity_token_file": str(path), "role_session_name": "build-2"})
    place.env(AWS_PROFILE="dev")


@situation
def a_web_identity_of_the_environment_before_keys_of_the_profile(place: Place):
    path, role = place.workload()
    write_keys(place.home, {"default": place.berta})
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@situation
def a_role_of_the_profile_before_a_web_identity_of_the_environment(place: Place):
    path, ci = place.workload()
    place.config(base={}, dev={"role_arn": place.role(), "source_profile": "base"})
    write_keys(place.home, {"base": place.anna})
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=ci, AWS_PROFILE="dev")


@situation
def a_web_identity_whose_file_is_not_there(place: Place):
    path, role = place.workload()
    path.unlink()
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@situation
def a_web_identity_without_a_role(place: Place):
    path, _ = place.workload()
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_WEB_IDENTITY_TOKEN_FILE=path)


@situation
def sso(place: Place):
    place.sso()


@situation
def sso_that_must_be_renewed(place: Place):
    place.sso(lifetime=-60)


@situation
def sso_in_its_old_form(place: Place):
    place.sso(legacy=True)


@situation
def sso_in_its_old_form_expired(place: Place):
    place.sso(lifetime=-60, legacy=True)


@situation
def sso_before_keys_of_the_profile(place: Place):
    place.sso()
    write_keys(place.home, {"dev": place.berta})


@situation
def sso_without_a_role_beside_keys(place: Place):
    place.config(
        dev={"sso_session": "corp"}, **{"sso-session__corp": {"sso_start_url": "x", "sso_region": "us-east-1"}}
    )
    write_keys(place.home, {"dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def sso_that_nobody_has_signed_in_to(place: Place):
    place.sso()
    for path in (place.home.directory / ".aws/sso/cache").iterdir():
        path.unlink()


@situation
def sso_of_a_session_that_is_not_defined(place: Place):
    place.config(dev={"sso_session": "x", "sso_account_id": ACCOUNT, "sso_role_name": "Reader"})
    place.env(AWS_PROFILE="dev")


@situation
def sso_of_a_role_that_is_not_assigned(place: Place):
    place.sso(sso_role_name="Writer")


@situation
def a_process(place: Place):
    place.config(dev={"credential_process": place.process()})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_after_keys_of_the_credentials_file(place: Place):
    place.config(dev={"credential_process": place.process()})
    write_keys(place.home, {"dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_before_keys_of_the_configuration_file(place: Place):
    place.config(dev={"credential_process": place.process(), **keys(place.berta)})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_that_fails(place: Place):
    place.config(dev={"credential_process": "false", **keys(place.anna)})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_of_another_version(place: Place):
    place.config(dev={"credential_process": place.process(Version=2)})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_that_needs_a_shell(place: Place):
    place.config(dev={"credential_process": place.process() + " | cat"})
    place.env(AWS_PROFILE="dev")


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


@situation
def aws_login(place: Place):
    session = place.standin.signin.login(lifetime=800)
    place.config(dev={"login_session": session.arn, "region": "us-east-1"})
    keep_login(place.home, session)
    place.env(AWS_PROFILE="dev")
