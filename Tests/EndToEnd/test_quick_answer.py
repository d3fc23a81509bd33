"""The front: what was answered a moment ago is answered again at once, and never anything that the program would not say.

Whether the front answered by itself shows in a space too small for the program, which cannot even be started there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time

import harness.sandbox
import pytest
from harness.environments import python
from harness.home import profile_files

TOO_SMALL = ["prlimit", "--as=12000000"]
CONFIG = ".config/codeartifact-keyring/config.toml"
FORMER = ".config/python_keyring/keyringrc.cfg"


class Asker:
    """Asks for the token of one repository; `words` stand behind the program's name."""

    def __init__(self, home, installed, repository):
        self.home, self.installed = home, installed
        self.words = ["get", repository.index_url, "aws"]

    def ask(self, *words):
        return self.home.run(self.installed.keyring, *(words or self.words), timeout=40)

    def program(self, *words):
        """What the program itself says."""
        return self.home.run(self.installed.program, "keyring", *(words or self.words), timeout=40)

    def alone(self, *words):
        """What the front says by itself; it has no other way to end well."""
        return self.home.run(*TOO_SMALL, self.installed.keyring, *(words or self.words))

    def answers_alone(self, *words):
        return self.alone(*words).returncode == 0

    def warm(self, *words):
        """Asks until the front answers by itself: files that have changed this very moment are not believed yet."""
        for _ in range(100):
            answer = self.ask(*words).ok()
            if self.answers_alone(*words):
                return answer
        raise AssertionError("the front never answers")


@pytest.fixture
def asker(home, installed, repository):
    return Asker(home, installed, repository)


@pytest.fixture
def two_profiles(home, standin):
    """Profiles `dev` and `ops`, of two users, in the usual files."""
    home.sign_out()
    files = profile_files({"dev": {}, "ops": {}}, {name: standin.iam.add_user(name) for name in ("dev", "ops")})
    for name, content in files.items():
        home.write(name, content)
    home.env["AWS_PROFILE"] = "dev"
    return home


FORMS = [
    ["get", "{url}", "aws"],
    ["get", "{url}", ""],
    ["get", "{url}", "--mode", "creds"],
    ["--mode=creds", "--output=json", "get", "{url}"],
    ["--output=json", "get", "{url}", "aws"],
    ["--mode=creds", "get", "{host}", "aws"],
]


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_the_front_answers_as_the_program_does(asker, repository, standin, form):
    host = repository.index_url.split("/")[2]
    words = [word.format(url=repository.index_url, host=host) for word in form]
    asker.warm(*words)
    alone, program = asker.alone(*words).ok(), asker.program(*words).ok()
    assert (alone.raw_stdout, alone.stderr) == (program.raw_stdout, "")
    assert alone.fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1


def test_another_question_is_another_answer(asker, repository):
    asker.warm()
    assert not asker.answers_alone("get", repository.index_url, "")
    assert not asker.answers_alone("get", repository.index_url, "aws", "--")
    assert not asker.answers_alone("get", repository.index_url + "#", "aws")
    assert not asker.answers_alone("get", repository.index_url, "__token__")


def test_an_answer_to_another_question_is_not_taken(asker, kernel, repository):
    """There are few places for answers, so that many questions share one."""
    words = ["get", repository.index_url, "--mode", "creds"]
    asker.warm(*words)
    (place,) = kernel.quick_answers()
    other = subprocess.check_output(["keyctl", "pipe", place])
    asked = ["get", repository.index_url, "aws"]
    asker.warm(*asked)
    (its_place,) = kernel.quick_answers() - {place}
    subprocess.run(["keyctl", "pupdate", its_place], input=other, check=True)
    assert not asker.answers_alone(*asked)
    asker.alone(*words).ok()


def test_the_answers_of_some_clients_stay_side_by_side(asker, kernel, repository):
    """Each keeps its place: none drives another out."""
    asked = [["get", f"{repository.index_url}{number}/", "aws"] for number in range(5)]
    for words in asked:
        asker.warm(*words)
    assert len(kernel.quick_answers()) == 5
    assert all(asker.answers_alone(*words) for words in asked)


def test_of_others_and_of_writing_it_knows_nothing(asker, repository):
    asker.warm()
    for words in (["set", repository.index_url, "aws"], ["del", "example.org", "anna"]):
        asker.ask(*words)
        asker.ask(*words)
        assert not asker.answers_alone(*words)


def test_what_a_name_of_poetrys_stands_for_is_looked_up_each_time(asker, home, repository):
    home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.index_url
    words = ["get", "poetry-repository-artifact", "aws"]
    for _ in range(3):
        asker.ask(*words).ok()
    assert not asker.answers_alone(*words)


# MARK: what an answer depends on


VARIABLES = {
    "AWS_PROFILE": "other", "AWS_DEFAULT_PROFILE": "other", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAOTHER",
    "AWS_ENDPOINT_URL": "https://elsewhere.example", "AWS_CONFIG_FILE": "/nowhere", "AWS_ANYTHING_NEW": "1",
    "AWS_SHARED_CREDENTIALS_FILE": "~/nowhere", "AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/x",
    "CODEARTIFACT_KEYRING_PROFILE": "other", "CODEARTIFACT_KEYRING_STORE": "none",
    "CODEARTIFACT_KEYRING_DURATION": "1h", "CODEARTIFACT_KEYRING_DEBUG": "1", "CODEARTIFACT_TOKEN": "given",
    "CODEARTIFACT_TOKEN_ANY": "given", "CODEARTIFACT_AUTH_TOKEN": "given", "CODEARTIFACT_TOKEN_FILE": "/nowhere",
    "HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere",
}  # fmt: skip


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable(asker, home, name):
    asker.warm()
    home.env[name] = VARIABLES[name]
    assert not asker.answers_alone()


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "HOME"])
def test_a_variable_that_is_gone(asker, home, name):
    asker.warm()
    del home.env[name]
    assert not asker.answers_alone()


@pytest.mark.parametrize(("name", "known"), [("AWS_WEB_IDENTITY_TOKEN_FILE", False), ("AWS_SOME_TOKEN", True)])
def test_a_secret_is_not_looked_at_but_the_name_of_its_file_is(asker, home, name, known):
    home.env[name] = "/nowhere"
    asker.warm()
    home.env[name] = "/elsewhere"
    assert asker.answers_alone() == known


def test_an_empty_secret_is_none(asker, home):
    home.env["AWS_SESSION_TOKEN"] = ""
    asker.warm()
    home.env["AWS_SESSION_TOKEN"] = "x"
    assert not asker.answers_alone()


def test_an_unrelated_variable_does_not_matter(asker, home):
    asker.warm()
    home.env |= {"PWD": "/", "VIRTUAL_ENV": "/x", "HTTPS_PROXY": "http://127.0.0.1:9", "XDG_SESSION_ID": "7"}
    home.env["CODEARTIFACT_PASSWORD"] = "kept-by-somebody"
    asker.alone().ok()


def test_logout_takes_the_answers_along(asker, home, installed, kernel):
    asker.warm()
    assert kernel.quick_answers()
    home.run(installed.program, "logout", "--all").ok()
    assert kernel.quick_answers() == set()


@pytest.mark.parametrize("name", [CONFIG, FORMER, ".aws/config", ".aws/credentials", "pyproject.toml"])
@pytest.mark.parametrize("change", ["made", "written anew", "replaced", "removed", "closed"])
def test_a_file(asker, home, name, change):
    path = home.directory / name
    if change != "made":
        home.write(name, "# one\n")
    asker.warm()
    if change == "removed":
        path.unlink()
    elif change == "closed":
        path.chmod(0o400)
    elif change == "replaced":
        (home.directory / "new").write_text("# two\n")
        os.replace(home.directory / "new", path)
    else:
        # As large as before, and made to look as old: its inode tells.
        before = path.stat() if path.exists() else None
        home.write(name, "# two\n")
        if before:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not asker.answers_alone()


def test_a_file_that_has_only_just_changed(asker, home):
    """It may change once more within the same tick of the file system's clock, and nobody would see it."""
    asker.ask().ok()
    for number in range(50):
        changed = home.write(CONFIG, f"# {number}\n").stat().st_ctime
        asker.ask().ok()
        known = asker.answers_alone()
        if time.time() - changed < 0.05:
            assert not known
            return
    pytest.skip("this machine is too busy for two lookups in so short a time")


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
@pytest.mark.parametrize("value", ["~/elsewhere", "{home}/elsewhere", "elsewhere"])
def test_a_file_that_a_variable_names(asker, home, variable, value):
    home.env[variable] = value.format(home=home.directory)
    home.write("elsewhere", "# one\n")
    asker.warm()
    home.write("elsewhere", "# one, two\n")
    assert not asker.answers_alone()


def test_where_configuration_is_kept(asker, home):
    home.env["XDG_CONFIG_HOME"] = str(home.directory / "settings")
    asker.warm()
    home.write("settings/codeartifact-keyring/config.toml", 'duration = "1h"\n')
    assert not asker.answers_alone()


def test_a_place_of_configuration_that_is_none(asker, home):
    """A relative one is no place, to us as to others."""
    home.env["XDG_CONFIG_HOME"] = "settings"
    asker.warm()
    home.write(CONFIG, 'duration = "1h"\n')
    assert not asker.answers_alone()


def test_a_file_behind_a_link(asker, home):
    home.write("dotfiles/config", "# one\n")
    (home.directory / ".aws").mkdir()
    (home.directory / ".aws/config").symlink_to(home.directory / "dotfiles/config")
    asker.warm()
    home.write("dotfiles/config", "# one, two\n")
    assert not asker.answers_alone()


def test_a_pipe_in_a_files_place_is_for_the_program(asker, home):
    asker.warm()
    (home.directory / ".aws").mkdir()
    os.mkfifo(home.directory / ".aws/config")
    assert not asker.answers_alone()


def test_a_new_version_of_the_program(tmp_path, home, installed, repository):
    own = type(installed)(tmp_path / "prefix")
    shutil.copytree(installed.prefix, own.prefix, symlinks=True)
    asker = Asker(home, own, repository)
    asker.warm()
    shutil.copy(own.libexec / "codeartifact-keyring", tmp_path / "new")
    os.replace(tmp_path / "new", own.libexec / "codeartifact-keyring")
    assert not asker.answers_alone()
    asker.ask().ok()


def test_another_profile_is_another_token(asker, two_profiles, standin):
    asker.warm()
    two_profiles.env["AWS_PROFILE"] = "ops"
    asker.warm()
    found = {}
    for name in ("dev", "ops"):
        two_profiles.env["AWS_PROFILE"] = name
        found[name] = asker.alone().ok().fingerprint
    callers = {mint.fingerprint: mint.caller.rsplit("/", 1)[1] for mint in standin.mints}
    assert {name: callers[print] for name, print in found.items()} == {"dev": "dev", "ops": "ops"}
    assert standin.mint_count == 2


# MARK: how long it holds


@pytest.mark.parametrize(
    "forget",
    [["keyring", "del", "{url}", "aws"], ["logout", "{url}"], ["token", "--refresh", "{url}"]],
    ids=lambda words: words[0],
)
def test_a_token_that_is_forgotten_or_replaced(asker, home, installed, repository, standin, forget):
    before = asker.warm()
    done = home.run(installed.program, *(word.format(url=repository.index_url) for word in forget))
    if done.returncode == 2:
        pytest.skip(f"there is no {forget[0]}")
    done.ok()
    assert not asker.answers_alone()
    assert asker.ask().ok().fingerprint == standin.mints[-1].fingerprint != before.fingerprint
    assert standin.mint_count == 2


def test_a_token_that_the_kernel_has_forgotten(asker, kernel):
    asker.warm()
    for key in kernel.keys():
        subprocess.run(["keyctl", "unlink", key, "@u"], check=True)
    assert not asker.answers_alone()


def test_half_of_a_life(asker, kernel, standin):
    """The kernel forgets the answer when a new token is wanted."""
    standin.tokens.forced_expiration = standin.clock.now() + 7200
    asker.warm()
    (key,) = kernel.quick_answers()
    listed = subprocess.check_output(["cat", "/proc/keys"], text=True).splitlines()
    (line,) = [line for line in listed if line.startswith(f"{int(key):08x} ")]
    assert line.split()[3] in ("59m", "60m", "1h")


def number(value):
    return value.to_bytes(8, "little")


def sealed(parts):
    """What an entry is made of, with the digest that makes it whole."""
    digest = 0xCBF29CE484222325
    for byte in parts:
        digest = (digest ^ byte) * 0x100000001B3 % 2**64
    return parts + number(digest)


def test_an_answer_that_has_outlived_itself(asker, kernel):
    asker.warm()
    (key,) = kernel.quick_answers()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=sealed(kept[:4] + number(10**18) + kept[12:-8]), check=True)
    assert not asker.answers_alone()
    asker.ask().ok()
    asker.alone().ok()


def test_a_token_that_is_soon_to_be_renewed_has_none(asker, kernel, standin):
    standin.tokens.forced_expiration = standin.clock.now() + 301
    for _ in range(3):
        asker.ask().ok()
    standin.tokens.forced_expiration = None
    assert kernel.quick_answers() == set()


DAMAGE = {
    "nothing": lambda kept: b"\0",
    "zeros": lambda kept: bytes(len(kept)),
    "another version": lambda kept: kept[:3] + b"\x7f" + kept[4:],
    "shortened": lambda kept: kept[:-1],
    "lengthened": lambda kept: kept + b"\0",
    "no token": lambda kept: kept[:20] + kept[12:20] + kept[28:],
    "far away": lambda kept: sealed(kept[:20] + number(30_000) + kept[28:-8]),
    "farther": lambda kept: sealed(kept[:20] + b"\xff" * 8 + kept[28:-8]),
    "the wrong way round": lambda kept: sealed(kept[:12] + kept[20:28] + kept[12:20] + kept[28:-8]),
    "another content": lambda kept: sealed(kept[:28] + number(1) + kept[36:-8]),
    "another key": lambda kept: sealed(kept.replace(b"codeartifact-keyring:", b"codeartifact-keyring;")[:-8]),
    "ones": lambda kept: sealed(kept[:4] + b"\xff" * (len(kept) - 12)),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_answer_is_passed_over(asker, kernel, standin, damage):
    asker.warm()
    (key,) = kernel.quick_answers()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=damage(kept), check=True)
    said = asker.ask().ok()
    assert (said.stdout, said.stderr) == ("<token>\n", "")
    assert said.fingerprint == standin.mints[0].fingerprint
    asker.alone().ok()


def test_a_token_changed_under_its_key_is_not_handed_out(asker, kernel):
    asker.warm()
    (key,) = kernel.keys()
    kept = subprocess.check_output(["keyctl", "pipe", key])
    subprocess.run(["keyctl", "pupdate", key], input=kept.replace(b"eyJ2ZXIiOj", b"eyJ2ZXIiOk"), check=True)
    assert not asker.answers_alone()


# MARK: what is kept, and where


def test_no_secret_is_in_it(asker, home, kernel, repository, standin):
    home.env |= {"AWS_SESSION_TOKEN": "a-session-token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "another-secret"}
    asker.ask()
    del home.env["AWS_SESSION_TOKEN"]
    answer = asker.warm()
    kept = [subprocess.check_output(["keyctl", "pipe", key]) for key in kernel.quick_answers()]
    assert kept
    secrets = [answer.raw_stdout.strip(), home.env["AWS_SECRET_ACCESS_KEY"], "a-session-token", "another-secret"]
    for bytes_kept in kept:
        assert repository.index_url.encode() in bytes_kept
        assert not any(secret.encode() in bytes_kept for secret in secrets)


def test_there_are_never_many(asker, kernel, repository):
    for number in range(60):
        asker.ask("get", f"{repository.index_url}{number}/", "aws").ok()
    assert 4 <= len(kernel.quick_answers()) <= 8


def test_they_leave_half_of_the_room_to_others(asker, kernel, repository):
    """keyrings(7): a user's keys may have 20,000 bytes."""
    for number in range(60):
        asker.ask("get", f"{repository.index_url}{number}{'x' * 500}/", "aws").ok()
    kept = [subprocess.check_output(["keyctl", "pipe", key]) for key in kernel.quick_answers()]
    assert any(len(entry) > 800 for entry in kept)
    assert sum(map(len, kept)) < 10_000


def test_a_question_that_is_too_long_is_for_the_program(asker, repository, kernel):
    words = ["get", repository.index_url + "x" * 1200, "aws"]
    asker.ask(*words).ok()
    asker.ask(*words).ok()
    assert kernel.quick_answers() == set()


@pytest.mark.parametrize("store, answers", [("kernel", True), ("file", False), ("none", False), ("auto", True)])
def test_a_store_that_the_user_has_chosen(asker, home, store, answers):
    home.env["CODEARTIFACT_KEYRING_STORE"] = store
    for _ in range(3):
        asker.ask().ok()
    assert asker.answers_alone() is answers


def test_a_pinned_secret_service_has_none(asker, home, desktop):
    asker.warm()
    home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
    for _ in range(3):
        asker.ask().ok()
    assert not asker.answers_alone()


def test_debugging_wants_to_see_the_program(asker, home):
    asker.warm()
    home.env["CODEARTIFACT_KEYRING_DEBUG"] = "1"
    assert "debug" in asker.ask().ok().stderr


def test_a_session_without_the_users_keyring(asker, home, installed):
    asker.warm()
    home.run("keyctl", "session", "-", *TOO_SMALL, installed.keyring, *asker.words).ok()


def test_where_the_kernel_keyring_is_refused(asker, home, installed):
    asker.warm()
    for _ in range(2):
        said = home.run(python(), harness.sandbox.__file__, installed.keyring, *asker.words).ok()
        assert (said.stdout, said.stderr) == ("<token>\n", "")


# MARK: how it is answered


@pytest.mark.parametrize("where", [">&-", ">/dev/full", ">&- 2>&-"])
def test_an_answer_that_cannot_be_written_is_none(asker, home, installed, where):
    asker.warm()
    said = home.run("sh", "-c", f'{" ".join(TOO_SMALL)} "$0" "$@" {where}', installed.keyring, *asker.words)
    assert (said.returncode, said.output.strip()) == (1, "")


def test_a_reader_that_has_gone_away(asker, home, installed):
    asker.warm()
    read, write = os.pipe()
    os.close(read)
    said = subprocess.run([installed.keyring, *asker.words], env=home.env, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (said.returncode, said.stderr) == (1, b"")


def test_a_front_without_its_program_says_so(installed, home, tmp_path):
    shutil.copy(installed.keyring, tmp_path / "keyring")
    said = home.run(tmp_path / "keyring", "get", "example.org", "anna")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("codeartifact-keyring: ")
    assert "install.sh" in said.stderr


def test_the_backend_asks_the_front(asker, home, configured, repository):
    program = f"import keyring; print(keyring.get_password({repository.index_url!r}, 'aws'))"
    home.run(python(), "-c", program).ok()
    asker.warm("--mode=creds", "--output=json", "get", repository.index_url)
    assert home.run(python(), "-c", program).ok().stdout == "<token>\n"


# MARK: somebody else's secret, where nobody could have it


PLAIN = [
    ["get", "example.org", "anna"],
    ["get", "https://pypi.example/simple/", ""],
    ["get", "https://pypi.example/simple/", "--mode", "creds"],
    ["--mode=creds", "--output=json", "get", "https://pypi.example/simple/"],
]


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_where_nobody_could_have_it_the_front_says_no(asker, words):
    alone, program = asker.alone(*words), asker.program(*words)
    assert (alone.returncode, alone.stdout, alone.stderr) == (1, "", "")
    assert (program.returncode, program.stdout, program.stderr) == (1, "", "")


FOR_THE_PROGRAM = [
    ["get", "example.org"], ["get", "example.org", "-x"], ["get", "--mode", "anna"], ["get", "-x", "anna"],
    ["get", "example.org", "anna", "more"], ["set", "example.org", "anna"], ["get", "example.org", "--output", "creds"],
    ["get", "poetry-repository-artifact", "aws"], ["get", "https://CodeArtifact.example", "aws"], ["diagnose"],
    ["get", "http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/x/", "aws"], [], ["get"],
]  # fmt: skip


@pytest.mark.parametrize("words", FOR_THE_PROGRAM, ids=" ".join)
def test_in_doubt_the_program_is_asked(asker, home, installed, words):
    assert home.run(*TOO_SMALL, installed.keyring, *words).returncode not in (0, 1, 2)


def another_keyring(home):
    home.write("bin/keyring", "#!/bin/sh\necho secret\n", mode=0o755)
    home.env["PATH"] += f":{home.directory / 'bin'}"


PRESENCES = {
    "a bus": lambda home: home.env.update(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere"),
    "the runtime's bus": lambda home: (home.runtime / "bus").write_text(""),
    "hosts of the user's own": lambda home: home.write(CONFIG, ""),
    "another keyring": another_keyring,
    "the working directory": lambda home: home.env.update(PATH=home.env["PATH"] + ":"),
    "no PATH": lambda home: home.env.pop("PATH"),
    "debugging": lambda home: home.env.update(CODEARTIFACT_KEYRING_DEBUG="1"),
}


@pytest.mark.parametrize("presence", PRESENCES)
def test_where_somebody_might_have_it_the_program_is_asked(asker, home, presence):
    PRESENCES[presence](home)
    limited = subprocess.run(
        [shutil.which("prlimit"), *TOO_SMALL[1:], asker.installed.keyring, "get", "example.org", "anna"],
        env=home.env,
        cwd=home.directory,
        capture_output=True,
    )
    assert limited.returncode not in (0, 1)


def test_our_own_programs_on_path_are_nobody_else(asker, home, installed, tmp_path):
    for name, program in {"front": installed.keyring, "program": installed.program}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "keyring").symlink_to(program)
        home.env["PATH"] += f":{tmp_path / name}"
    assert asker.alone("get", "example.org", "anna").returncode == 1


def test_the_other_keyring_is_found_past_the_front(asker, home):
    another_keyring(home)
    assert asker.ask("get", "example.org", "anna").ok().stdout == "secret\n"
