"""Situations that differ in how the shared files are written, and where they are."""

from __future__ import annotations

from .situations import Place, keys, section, situation, write_keys


def text(place: Place, heading: str = "default", which: str = "anna") -> str:
    return section(heading, keys(getattr(place, which)))


@situation
def keys_in_the_configuration_file(place: Place):
    place.home.write(".aws/config", text(place))


@situation
def keys_in_both_files(place: Place):
    place.home.write(".aws/config", text(place, which="berta"))
    write_keys(place.home, {"default": place.anna})


@situation
def the_key_in_one_file_and_its_secret_in_the_other(place: Place):
    place.home.write(".aws/config", f"[default]\naws_secret_access_key = {place.anna.secret_access_key}\n")
    place.home.write(".aws/credentials", f"[default]\naws_access_key_id = {place.anna.access_key_id}\n")


@situation
def half_a_key_pair_in_a_profile(place: Place):
    place.home.write(".aws/credentials", f"[default]\naws_access_key_id = {place.anna.access_key_id}\n")


@situation
def files_in_another_place(place: Place):
    place.home.write(".aws/config", text(place, which="berta"))
    place.env(AWS_CONFIG_FILE=place.home.write("elsewhere/config", "[profile dev]\nregion = us-east-1\n"))
    place.env(AWS_SHARED_CREDENTIALS_FILE=place.home.write("elsewhere/keys", text(place, "dev")), AWS_PROFILE="dev")


@situation
def files_below_a_tilde(place: Place):
    place.home.write("elsewhere/keys", text(place))
    place.env(AWS_SHARED_CREDENTIALS_FILE="~/elsewhere/keys")


@situation
def a_file_that_is_not_there(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_CONFIG_FILE=place.home.directory / "nowhere")


@situation
def lines_that_end_as_on_windows(place: Place):
    place.home.write(".aws/credentials", text(place).replace("\n", "\r\n"))


@situation
def no_line_end_at_the_end(place: Place):
    place.home.write(".aws/credentials", text(place).rstrip("\n"))


@situation
def comments_and_empty_lines(place: Place):
    place.home.write(".aws/credentials", "# one\n; two\n\n" + text(place).replace("\n", "\n# three\n\n"))


@situation
def no_spaces_around_the_sign(place: Place):
    place.home.write(".aws/credentials", text(place).replace(" = ", "="))


@situation
def tabs_around_the_sign(place: Place):
    place.home.write(".aws/credentials", text(place).replace(" = ", "\t=\t"))


@situation
def a_colon_for_the_sign(place: Place):
    place.home.write(".aws/credentials", text(place).replace(" = ", ": "))


@situation
def capital_letters(place: Place):
    place.home.write(".aws/credentials", text(place).replace("aws_access_key_id", "AWS_ACCESS_KEY_ID"))


@situation
def a_profile_with_spaces_in_quotes(place: Place):
    place.home.write(".aws/config", text(place, 'profile "my prof"'))
    place.env(AWS_PROFILE="my prof")


@situation
def nested_settings(place: Place):
    place.home.write(".aws/config", text(place) + "s3 =\n  aws_access_key_id = nested\n  max_queue_size = 1\n")


@situation
def the_default_profile_under_both_names(place: Place):
    place.home.write(".aws/config", text(place, "default", "berta") + text(place, "profile default"))


@situation
def the_default_profile_under_both_names_the_other_way_round(place: Place):
    place.home.write(".aws/config", text(place, "profile default") + text(place, "default", "berta"))


@situation
def a_profile_without_the_word_in_the_configuration_file(place: Place):
    place.home.write(".aws/config", text(place, "dev"))
    place.env(AWS_PROFILE="dev")


@situation
def a_profile_with_the_word_in_the_credentials_file(place: Place):
    place.home.write(".aws/credentials", text(place, "profile dev"))
    place.env(AWS_PROFILE="dev")


@situation
def spaces_before_the_name_of_the_profile(place: Place):
    place.home.write(".aws/config", text(place, "   profile   dev   "))
    place.env(AWS_PROFILE="dev")


@situation
def a_byte_order_mark(place: Place):
    place.home.write(".aws/credentials", "\ufeff" + text(place))


@situation
def a_profile_that_comes_twice(place: Place):
    place.home.write(".aws/credentials", text(place, which="berta") + text(place))


@situation
def a_setting_that_comes_twice(place: Place):
    first = f"[default]\naws_access_key_id = {place.berta.access_key_id}\n"
    place.home.write(".aws/credentials", text(place).replace("[default]\n", first))


@situation
def a_comment_behind_a_value(place: Place):
    lines = text(place).splitlines()
    place.home.write(".aws/credentials", lines[0] + "\n" + "".join(f"{line} # mine\n" for line in lines[1:]))


@situation
def a_line_that_is_no_setting(place: Place):
    place.home.write(".aws/config", "[default]\nwhat is this\n")
    write_keys(place.home, {"default": place.anna})


@situation
def a_setting_before_any_section(place: Place):
    place.home.write(".aws/credentials", "region = us-east-1\n" + text(place))


@situation
def a_directory_in_the_place_of_a_file(place: Place):
    (place.home.directory / ".aws/config").mkdir(parents=True)
    write_keys(place.home, {"default": place.anna})


@situation
def bytes_that_are_no_text(place: Place):
    place.home.write(".aws/config", b"[default]\nregion = \xff\xfe\n")
    write_keys(place.home, {"default": place.anna})


@situation
def a_section_in_quotes_as_for_a_shell(place: Place):
    place.home.write(".aws/config", text(place, """profile 'Bob'"'"'s dev'"""))
    place.env(AWS_PROFILE="Bob's dev")


@situation
def a_section_with_a_backslash(place: Place):
    place.home.write(".aws/config", text(place, "profile a\\ b"))
    place.env(AWS_PROFILE="a b")


@situation
def quotes_in_the_credentials_file(place: Place):
    place.home.write(".aws/credentials", text(place, "Bob's dev"))
    place.env(AWS_PROFILE="Bob's dev")


@situation
def a_section_with_an_open_quote(place: Place):
    place.home.write(".aws/config", text(place, "profile Bob's dev"))
    place.env(AWS_PROFILE="Bob's dev")


@situation
def a_section_with_an_open_quote_elsewhere(place: Place):
    place.home.write(".aws/config", text(place) + text(place, "profile Bob's dev", "berta"))


@situation
def a_section_without_its_bracket(place: Place):
    place.home.write(".aws/config", "[profile dev\nrole_arn = x\n")
    write_keys(place.home, {"dev": place.anna})
    place.env(AWS_PROFILE="dev")


@situation
def a_section_without_its_bracket_elsewhere(place: Place):
    place.home.write(".aws/config", text(place) + text(place, "profile dev", "berta").replace("]", ""))


@situation
def two_spellings_of_a_profile(place: Place):
    place.home.write(".aws/config", text(place, "profile dev", "berta") + text(place, 'profile "dev"'))
    place.env(AWS_PROFILE="dev")


@situation
def the_default_profile_under_both_names_and_keys_in_the_first(place: Place):
    place.home.write(".aws/config", text(place) + "[profile default]\nregion = us-east-1\n")


@situation
def settings_for_all_sections(place: Place):
    place.home.write(".aws/config", "[profile dev]\nregion = us-east-1\n" + text(place, "DEFAULT"))
    place.env(AWS_PROFILE="dev")


@situation
def files_named_with_variables(place: Place):
    place.home.write("elsewhere/config", "[profile dev]\nregion = us-east-1\n")
    place.home.write("elsewhere/keys", text(place, "dev"))
    place.env(AWS_CONFIG_FILE="$HOME/elsewhere/config", AWS_SHARED_CREDENTIALS_FILE="${WHERE}/keys", AWS_PROFILE="dev")
    place.env(WHERE=place.home.directory / "elsewhere")


@situation
def a_file_named_with_a_variable_that_is_not_set(place: Place):
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_SHARED_CREDENTIALS_FILE="$NOWHERE/.aws/credentials")


@situation
def no_configuration_file(place: Place):
    place.home.write(".aws/config", "[default]\nrole_arn = x\n")
    write_keys(place.home, {"default": place.anna})
    place.env(AWS_CONFIG_FILE="/dev/null")


@situation
def no_credentials_file(place: Place):
    place.home.write(".aws/config", text(place))
    write_keys(place.home, {"default": place.berta})
    place.env(AWS_SHARED_CREDENTIALS_FILE="/dev/null")
