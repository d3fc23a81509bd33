"""Scenarios of web identities, SSO, programs and `aws login`, alone and beside other sources."""

from __future__ import annotations

from .scenario import ACCOUNT, Setup, write_login_token, keys, scenario, write_keys


@scenario
def a_web_identity_in_the_environment(setup: Setup):
    path, role = setup.workload()
    setup.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role, AWS_ROLE_SESSION_NAME="build-1")


@scenario
def a_web_identity_in_a_profile(setup: Setup):
    path, role = setup.workload()
    setup.config(dev={"role_arn": role, "web_identity_token_file": str(path), "role_session_name": "build-2"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_web_identity_of_the_environment_before_keys_of_the_profile(setup: Setup):
    path, role = setup.workload()
    write_keys(setup.home, {"default": setup.berta})
    setup.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@scenario
def a_web_identity_whose_file_is_not_there(setup: Setup):
    path, role = setup.workload()
    path.unlink()
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@scenario
def a_web_identity_without_a_role(setup: Setup):
    path, _ = setup.workload()
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_WEB_IDENTITY_TOKEN_FILE=path)


@scenario
def a_session_name_of_the_environment_for_a_web_identity_in_a_profile(setup: Setup):
    path, role = setup.workload()
    setup.config(dev={"role_arn": role, "web_identity_token_file": str(path), "role_session_name": "build-2"})
    setup.env(AWS_PROFILE="dev", AWS_ROLE_SESSION_NAME="build-3")


@scenario
def a_role_of_the_environment_for_a_token_in_a_profile(setup: Setup):
    path, role = setup.workload()
    setup.config(dev={"web_identity_token_file": str(path), **keys(setup.berta)})
    setup.env(AWS_PROFILE="dev", AWS_ROLE_ARN=role)


@scenario
def a_role_of_the_environment_before_the_one_of_the_profile(setup: Setup):
    path, role = setup.workload()
    other = setup.role("other", setup.standin.providers.arn)
    setup.config(dev={"role_arn": other, "web_identity_token_file": str(path)})
    setup.env(AWS_PROFILE="dev", AWS_ROLE_ARN=role)


@scenario
def a_token_of_the_environment_for_a_role_in_a_profile(setup: Setup):
    path, role = setup.workload()
    setup.config(dev={"role_arn": role})
    setup.env(AWS_PROFILE="dev", AWS_WEB_IDENTITY_TOKEN_FILE=path)


@scenario
def a_session_name_in_a_profile_for_a_web_identity_of_the_environment(setup: Setup):
    path, role = setup.workload()
    setup.config(dev={"role_session_name": "build-4"})
    setup.env(AWS_PROFILE="dev", AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role)


@scenario
def a_source_profile_with_a_web_identity_beside_variables(setup: Setup):
    path, ci = setup.workload()
    last = setup.role("last", ci)
    source = {"role_arn": ci, "web_identity_token_file": str(path)}
    setup.config(ci=source, dev={"role_arn": last, "source_profile": "ci"})
    setup.env(AWS_PROFILE="dev", AWS_ROLE_ARN=last, AWS_ROLE_SESSION_NAME="build-5")


@scenario
def sso(setup: Setup):
    setup.sso()


@scenario
def sso_that_must_be_renewed(setup: Setup):
    setup.sso(lifetime=-60)


@scenario
def sso_in_its_old_form(setup: Setup):
    setup.sso(legacy=True)


@scenario
def sso_in_its_old_form_expired(setup: Setup):
    setup.sso(lifetime=-60, legacy=True)


@scenario
def sso_before_keys_of_the_profile(setup: Setup):
    setup.sso()
    write_keys(setup.home, {"dev": setup.berta})


@scenario
def sso_without_a_role_beside_keys(setup: Setup):
    setup.config(
        dev={"sso_session": "corp"}, **{"sso-session__corp": {"sso_start_url": "x", "sso_region": "us-east-1"}}
    )
    write_keys(setup.home, {"dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def sso_that_nobody_has_signed_in_to(setup: Setup):
    setup.sso()
    for path in (setup.home.directory / ".aws/sso/cache").iterdir():
        path.unlink()


@scenario
def sso_of_a_session_that_is_not_defined(setup: Setup):
    setup.config(dev={"sso_session": "x", "sso_account_id": ACCOUNT, "sso_role_name": "Reader"})
    setup.env(AWS_PROFILE="dev")


@scenario
def sso_of_a_role_that_is_not_assigned(setup: Setup):
    setup.sso(sso_role_name="Writer")


@scenario
def a_process(setup: Setup):
    setup.config(dev={"credential_process": setup.process()})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_after_keys_of_the_credentials_file(setup: Setup):
    setup.config(dev={"credential_process": setup.process()})
    write_keys(setup.home, {"dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_before_keys_of_the_configuration_file(setup: Setup):
    setup.config(dev={"credential_process": setup.process(), **keys(setup.berta)})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_that_fails(setup: Setup):
    setup.config(dev={"credential_process": "false", **keys(setup.anna)})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_of_another_version(setup: Setup):
    setup.config(dev={"credential_process": setup.process(Version=2)})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_that_needs_a_shell(setup: Setup):
    setup.config(dev={"credential_process": setup.process() + " | cat"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_whose_words_a_shell_would_read(setup: Setup):
    setup.config(dev={"credential_process": setup.process().replace("cat ", "head -n 1 -- ") + " & ; ( $HOME * `a`"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_with_quotes(setup: Setup):
    script = setup.process()
    setup.config(dev={"credential_process": f"\"sh\" -c '{script} | \"cat\"' ''"})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_with_an_open_quote(setup: Setup):
    setup.config(dev={"credential_process": setup.process() + " '", **keys(setup.berta)})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_that_goes_on_over_the_next_lines(setup: Setup):
    setup.config(dev={"credential_process": setup.process().replace(" ", "\n  ")})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_process_that_complains_at_length(setup: Setup):
    script = f"head -c 2097152 /dev/zero >&2; {setup.process()}"
    setup.config(dev={"credential_process": f"sh -c '{script}'"})
    setup.env(AWS_PROFILE="dev")


@scenario
def sso_of_a_session_in_quotes(setup: Setup):
    setup.sso(session="my corp")


@scenario
def sso_whose_region_differs(setup: Setup):
    setup.sso(sso_region="eu-west-1")
    write_keys(setup.home, {"dev": setup.anna})


@scenario
def sso_whose_start_url_differs(setup: Setup):
    setup.sso(sso_start_url="https://elsewhere.awsapps.com/start")


@scenario
def sso_whose_parts_agree(setup: Setup):
    setup.sso(sso_region=setup.standin.identity_center.region)


@scenario
def sso_that_ends_at_an_offset(setup: Setup):
    setup.sso(expires_at="2099-01-01T00:00:00+0000")


@scenario
def aws_login(setup: Setup):
    session = setup.standin.signin.login(lifetime=800)
    setup.config(dev={"login_session": session.arn, "region": "us-east-1"})
    write_login_token(setup.home, session)
    setup.env(AWS_PROFILE="dev")
