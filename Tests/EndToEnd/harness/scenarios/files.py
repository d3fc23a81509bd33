"""Scenarios that differ in how the shared files are written, and where they are."""

from __future__ import annotations

from .scenario import Setup, keys, section, scenario, write_keys


def text(setup: Setup, heading: str = "default", which: str = "anna") -> str:
    return section(heading, keys(getattr(setup, which)))


@scenario
def keys_in_the_configuration_file(setup: Setup):
    setup.home.write(".aws/config", text(setup))


@scenario
def keys_in_both_files(setup: Setup):
    setup.home.write(".aws/config", text(setup, which="berta"))
    write_keys(setup.home, {"default": setup.anna})


@scenario
def the_key_in_one_file_and_its_secret_in_the_other(setup: Setup):
    setup.home.write(".aws/config", f"[default]\naws_secret_access_key = {setup.anna.secret_access_key}\n")
    setup.home.write(".aws/credentials", f"[default]\naws_access_key_id = {setup.anna.access_key_id}\n")


@scenario
def half_a_key_pair_in_a_profile(setup: Setup):
    setup.home.write(".aws/credentials", f"[default]\naws_access_key_id = {setup.anna.access_key_id}\n")


@scenario
def files_in_another_place(setup: Setup):
    setup.home.write(".aws/config", text(setup, which="berta"))
    setup.env(AWS_CONFIG_FILE=setup.home.write("elsewhere/config", "[profile dev]\nregion = us-east-1\n"))
    setup.env(AWS_SHARED_CREDENTIALS_FILE=setup.home.write("elsewhere/keys", text(setup, "dev")), AWS_PROFILE="dev")


@scenario
def files_below_a_tilde(setup: Setup):
    setup.home.write("elsewhere/keys", text(setup))
    setup.env(AWS_SHARED_CREDENTIALS_FILE="~/elsewhere/keys")


@scenario
def a_file_that_is_not_there(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_CONFIG_FILE=setup.home.directory / "nowhere")


@scenario
def lines_that_end_as_on_windows(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).replace("\n", "\r\n"))


@scenario
def no_line_end_at_the_end(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).rstrip("\n"))


@scenario
def comments_and_empty_lines(setup: Setup):
    setup.home.write(".aws/credentials", "# one\n; two\n\n" + text(setup).replace("\n", "\n# three\n\n"))


@scenario
def no_spaces_around_the_sign(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).replace(" = ", "="))


@scenario
def tabs_around_the_sign(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).replace(" = ", "\t=\t"))


@scenario
def a_colon_for_the_sign(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).replace(" = ", ": "))


@scenario
def capital_letters(setup: Setup):
    setup.home.write(".aws/credentials", text(setup).replace("aws_access_key_id", "AWS_ACCESS_KEY_ID"))


@scenario
def a_profile_with_spaces_in_quotes(setup: Setup):
    setup.home.write(".aws/config", text(setup, 'profile "my prof"'))
    setup.env(AWS_PROFILE="my prof")


@scenario
def nested_settings(setup: Setup):
    setup.home.write(".aws/config", text(setup) + "s3 =\n  aws_access_key_id = nested\n  max_queue_size = 1\n")


@scenario
def the_default_profile_under_both_names(setup: Setup):
    setup.home.write(".aws/config", text(setup, "default", "berta") + text(setup, "profile default"))


@scenario
def the_default_profile_under_both_names_the_other_way_round(setup: Setup):
    setup.home.write(".aws/config", text(setup, "profile default") + text(setup, "default", "berta"))


@scenario
def a_profile_without_the_word_in_the_configuration_file(setup: Setup):
    setup.home.write(".aws/config", text(setup, "dev"))
    setup.env(AWS_PROFILE="dev")


@scenario
def a_profile_with_the_word_in_the_credentials_file(setup: Setup):
    setup.home.write(".aws/credentials", text(setup, "profile dev"))
    setup.env(AWS_PROFILE="dev")


@scenario
def spaces_before_the_name_of_the_profile(setup: Setup):
    setup.home.write(".aws/config", text(setup, "   profile   dev   "))
    setup.env(AWS_PROFILE="dev")


@scenario
def a_byte_order_mark(setup: Setup):
    setup.home.write(".aws/credentials", "\ufeff" + text(setup))


@scenario
def a_profile_that_comes_twice(setup: Setup):
    setup.home.write(".aws/credentials", text(setup, which="berta") + text(setup))


@scenario
def a_setting_that_comes_twice(setup: Setup):
    first = f"[default]\naws_access_key_id = {setup.berta.access_key_id}\n"
    setup.home.write(".aws/credentials", text(setup).replace("[default]\n", first))


@scenario
def a_comment_behind_a_value(setup: Setup):
    lines = text(setup).splitlines()
    setup.home.write(".aws/credentials", lines[0] + "\n" + "".join(f"{line} # mine\n" for line in lines[1:]))


@scenario
def a_line_that_is_no_setting(setup: Setup):
    setup.home.write(".aws/config", "[default]\nwhat is this\n")
    write_keys(setup.home, {"default": setup.anna})


@scenario
def a_setting_before_any_section(setup: Setup):
    setup.home.write(".aws/credentials", "region = us-east-1\n" + text(setup))


@scenario
def a_directory_in_the_place_of_a_file(setup: Setup):
    (setup.home.directory / ".aws/config").mkdir(parents=True)
    write_keys(setup.home, {"default": setup.anna})


@scenario
def bytes_that_are_no_text(setup: Setup):
    setup.home.write(".aws/config", b"[default]\nregion = \xff\xfe\n")
    write_keys(setup.home, {"default": setup.anna})


@scenario
def a_section_in_quotes_as_for_a_shell(setup: Setup):
    setup.home.write(".aws/config", text(setup, """profile 'Bob'"'"'s dev'"""))
    setup.env(AWS_PROFILE="Bob's dev")


@scenario
def a_section_with_a_backslash(setup: Setup):
    setup.home.write(".aws/config", text(setup, "profile a\\ b"))
    setup.env(AWS_PROFILE="a b")


@scenario
def quotes_in_the_credentials_file(setup: Setup):
    setup.home.write(".aws/credentials", text(setup, "Bob's dev"))
    setup.env(AWS_PROFILE="Bob's dev")


@scenario
def a_section_with_an_open_quote(setup: Setup):
    setup.home.write(".aws/config", text(setup, "profile Bob's dev"))
    setup.env(AWS_PROFILE="Bob's dev")


@scenario
def a_section_with_an_open_quote_elsewhere(setup: Setup):
    setup.home.write(".aws/config", text(setup) + text(setup, "profile Bob's dev", "berta"))


@scenario
def a_section_without_its_bracket(setup: Setup):
    setup.home.write(".aws/config", "[profile dev\nrole_arn = x\n")
    write_keys(setup.home, {"dev": setup.anna})
    setup.env(AWS_PROFILE="dev")


@scenario
def a_section_without_its_bracket_elsewhere(setup: Setup):
    setup.home.write(".aws/config", text(setup) + text(setup, "profile dev", "berta").replace("]", ""))


@scenario
def two_spellings_of_a_profile(setup: Setup):
    setup.home.write(".aws/config", text(setup, "profile dev", "berta") + text(setup, 'profile "dev"'))
    setup.env(AWS_PROFILE="dev")


@scenario
def the_default_profile_under_both_names_and_keys_in_the_first(setup: Setup):
    setup.home.write(".aws/config", text(setup) + "[profile default]\nregion = us-east-1\n")


@scenario
def settings_for_all_sections(setup: Setup):
    setup.home.write(".aws/config", "[profile dev]\nregion = us-east-1\n" + text(setup, "DEFAULT"))
    setup.env(AWS_PROFILE="dev")


@scenario
def files_named_with_variables(setup: Setup):
    setup.home.write("elsewhere/config", "[profile dev]\nregion = us-east-1\n")
    setup.home.write("elsewhere/keys", text(setup, "dev"))
    setup.env(AWS_CONFIG_FILE="$HOME/elsewhere/config", AWS_SHARED_CREDENTIALS_FILE="${WHERE}/keys", AWS_PROFILE="dev")
    setup.env(WHERE=setup.home.directory / "elsewhere")


@scenario
def a_file_named_with_a_variable_that_is_not_set(setup: Setup):
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_SHARED_CREDENTIALS_FILE="$NOWHERE/.aws/credentials")


@scenario
def no_configuration_file(setup: Setup):
    setup.home.write(".aws/config", "[default]\nrole_arn = x\n")
    write_keys(setup.home, {"default": setup.anna})
    setup.env(AWS_CONFIG_FILE="/dev/null")


@scenario
def no_credentials_file(setup: Setup):
    setup.home.write(".aws/config", text(setup))
    write_keys(setup.home, {"default": setup.berta})
    setup.env(AWS_SHARED_CREDENTIALS_FILE="/dev/null")
