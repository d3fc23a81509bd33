"""Situations of web identities, SSO, programs and `aws login`, alone and beside other sources."""

from __future__ import annotations

from .situations import ACCOUNT, Place, keep_login, keys, situation, write_keys


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
def a_session_name_of_the_environment_for_a_web_identity_in_a_profile(place: Place):
    path, role = place.workload()
    place.config(dev={"role_arn": role, "web_identity_token_file": str(path), "role_session_name": "build-2"})
    place.env(AWS_PROFILE="dev", AWS_ROLE_SESSION_NAME="build-3")


@situation
def a_role_of_the_environment_for_a_token_in_a_profile(place: Place):
    path, role = place.workload()
    place.config(dev={"web_identity_token_file": str(path), **keys(place.berta)})
    place.env(AWS_PROFILE="dev", AWS_ROLE_ARN=role)


@situation
def a_role_of_the_environment_before_the_one_of_the_profile(place: Place):
    path, role = place.workload()
    other = place.role("other", place.standin.providers.arn)
    place.config(dev={"role_arn": other, "web_identity_token_file": str(path)})
    place.env(AWS_PROFILE="dev", AWS_ROLE_ARN=role)


@situation
def a_token_of_the_environment_for_a_role_in_a_profile(place: Place):
    path, role = place.workload()
    place.config(dev={"role_arn": role})
    place.env(AWS_PROFILE="dev", AWS_WEB_IDENTITY_TOKEN_FILE=path)


@situation
def a_session_name_in_a_profile_for_a_web_identity_of_the_environment(place: Place):
    path, role = place.workload()
    place.config(dev={"role_session_name": "build-4"})
    place.env(AWS_PROFILE="dev", AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@situation
def a_source_profile_with_a_web_identity_beside_variables(place: Place):
    path, ci = place.workload()
    last = place.role("last", ci)
    source = {"role_arn": ci, "web_identity_token_file": str(path)}
    place.config(ci=source, dev={"role_arn": last, "source_profile": "ci"})
    place.env(AWS_PROFILE="dev", AWS_ROLE_ARN=last, AWS_ROLE_SESSION_NAME="build-5")


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
def a_process_whose_words_a_shell_would_read(place: Place):
    place.config(dev={"credential_process": place.process().replace("cat ", "head -n 1 -- ") + " & ; ( $HOME * `a`"})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_with_quotes(place: Place):
    script = place.process()
    place.config(dev={"credential_process": f"\"sh\" -c '{script} | \"cat\"' ''"})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_with_an_open_quote(place: Place):
    place.config(dev={"credential_process": place.process() + " '", **keys(place.berta)})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_that_goes_on_over_the_next_lines(place: Place):
    place.config(dev={"credential_process": place.process().replace(" ", "\n  ")})
    place.env(AWS_PROFILE="dev")


@situation
def a_process_that_complains_at_length(place: Place):
    script = f"head -c 2097152 /dev/zero >&2; {place.process()}"
    place.config(dev={"credential_process": f"sh -c '{script}'"})
    place.env(AWS_PROFILE="dev")


@situation
def sso_of_a_session_in_quotes(place: Place):
    place.sso(session="my corp")


@situation
def sso_whose_region_differs(place: Place):
    place.sso(sso_region="eu-west-1")
    write_keys(place.home, {"dev": place.anna})


@situation
def sso_whose_start_url_differs(place: Place):
    place.sso(sso_start_url="https://elsewhere.awsapps.com/start")


@situation
def sso_whose_parts_agree(place: Place):
    place.sso(sso_region=place.standin.identity_center.region)


@situation
def sso_that_ends_at_an_offset(place: Place):
    place.sso(expires_at="2099-01-01T00:00:00+0000")


@situation
def aws_login(place: Place):
    session = place.standin.signin.login(lifetime=800)
    place.config(dev={"login_session": session.arn, "region": "us-east-1"})
    keep_login(place.home, session)
    place.env(AWS_PROFILE="dev")
