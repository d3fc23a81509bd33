"""What goes wrong is said in one line, with the source of the credentials and the remedy."""

from __future__ import annotations

import dataclasses

import pytest
from standin import BEARER_TOKEN, GET_TOKEN, connection_cut, internal_error, throttled, unavailable

CONTROL_PLANE = "codeartifact.us-east-1.amazonaws.com"
STATIC = "[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n"


@pytest.fixture
def error_line(home, installed, repository):
    """Asks for a token that cannot be had, and gives back the one line that says why."""

    def ask(service=repository.index_url) -> str:
        result = home.run(installed.keyring, "get", service, "aws")
        assert (result.returncode, result.stdout) == (1, "")
        assert len(result.stderr.splitlines()) == 1, result.stderr
        assert result.stderr.startswith("codeartifact-keyring: ")
        return result.stderr.strip()

    return ask


def mentions(line: str, *words: str) -> bool:
    """True when the line holds all of the words, whatever their case; the error names those it lacks."""
    lacking = [word for word in words if word.lower() not in line.lower()]
    assert not lacking, f"{lacking} not in: {line}"
    return True


def test_no_credentials(error_line, home, standin):
    home.sign_out()
    line = error_line()
    assert mentions(line, "No AWS credentials found", 'profile "default"', "Run: aws configure")
    assert standin.connections == []


def test_a_profile_that_is_not_there(error_line, home, standin):
    home.sign_out()
    home.env["AWS_PROFILE"] = "dev"
    assert mentions(error_line(), 'AWS profile "dev"', "AWS_PROFILE", "~/.aws/config")
    assert standin.connections == []


def test_a_profile_that_says_nothing(home, installed, standin, repository):
    """However it was chosen, it is the one that is named."""
    home.sign_out()
    home.write(".aws/config", "[default]\n[profile empty]\n[profile other]\n")
    wanted = ('profile "empty"', "Run: aws configure --profile empty")
    assert mentions(home.run(installed.program, "token", "--profile", "empty", repository.index_url).stderr, *wanted)
    assert mentions(home.run(installed.program, "aws-credentials", "--profile", "empty").stderr, *wanted)
    home.env["CODEARTIFACT_KEYRING_PROFILE"] = "empty"
    assert mentions(home.run(installed.program, "token", repository.index_url).stderr, *wanted)
    assert standin.connections == []


def test_half_a_key_pair(error_line, home, standin):
    del home.env["AWS_SECRET_ACCESS_KEY"]
    assert mentions(error_line(), "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not")
    assert standin.connections == []


@pytest.mark.parametrize("action", [GET_TOKEN, BEARER_TOKEN])
def test_access_denied(error_line, home, standin, action):
    user = standin.iam.add_user("bob", allowed={GET_TOKEN, BEARER_TOKEN} - {action})
    home.sign_in(user)
    line = error_line()
    assert mentions(line, user.principal.arn, f"is not authorized to perform: {action}", "environment")
    assert mentions(line, f"add {BEARER_TOKEN}" if action == BEARER_TOKEN else f"needs {GET_TOKEN}")


def test_access_denied_names_the_profile(error_line, home, standin):
    user = standin.iam.add_user("bob", allowed=set())
    home.sign_out()
    home.write(".aws/credentials", STATIC.format("dev", user.access_key_id, user.secret_access_key))
    home.env["AWS_PROFILE"] = "dev"
    assert mentions(error_line(), 'profile "dev"', f"not authorized to perform: {GET_TOKEN}")


def test_an_unknown_domain(error_line, standin, repository):
    standin.control_plane.domains.clear()
    line = error_line()
    assert mentions(line, repository.domain, repository.owner, repository.region, "does not exist")
    assert mentions(line, "check the repository URL")


def test_aws_unreachable(error_line, standin):
    standin.faults.refused_hosts.add(CONTROL_PLANE)
    assert mentions(error_line(), CONTROL_PLANE, "proxy", standin.proxy_url)


def test_a_proxy_that_is_not_there(error_line, home):
    home.env |= {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    assert mentions(error_line(), CONTROL_PLANE, "127.0.0.1:9")


def test_a_proxy_that_is_not_used_for_the_host(error_line, home):
    home.env |= {
        "AWS_ENDPOINT_URL_CODEARTIFACT": "https://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    line = error_line()
    assert mentions(line, "cannot reach 127.0.0.1:9: ", "Check NO_PROXY")
    assert "through the proxy" not in line


def test_an_untrusted_certificate_authority(error_line, home):
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        home.env.pop(name, None)
    assert mentions(error_line(), CONTROL_PLANE, "AWS_CA_BUNDLE")


def test_certificates_that_are_not_there(error_line, home):
    home.env["AWS_CA_BUNDLE"] = "/nowhere/authority.pem"
    assert mentions(
        error_line(), CONTROL_PLANE, "/nowhere/authority.pem", "AWS_CA_BUNDLE: ", "run: unset AWS_CA_BUNDLE"
    )


def test_a_machine_without_certificates(home, installed, repository):
    """As a container without the package `ca-certificates`."""
    for name in ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        home.env.pop(name, None)
    hidden = 'mount -t tmpfs none /etc/ssl && exec "$@"'
    bare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hidden, "-"]
    if home.run(*bare, "true").returncode != 0:
        pytest.skip("no namespaces here")
    failed = home.run(*bare, installed.keyring, "get", repository.index_url, "aws")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert mentions(failed.stderr, CONTROL_PLANE, "apt install ca-certificates")


def test_aws_that_accepts_and_never_answers(error_line, standin):
    standin.faults.silent_hosts.add(CONTROL_PLANE)
    assert mentions(error_line(), CONTROL_PLANE)


def test_a_wrong_secret(error_line, home, user):
    home.sign_in(dataclasses.replace(user, secret_access_key="wrong"))
    line = error_line()
    assert mentions(line, "secret", "environment", "clock", "Set AWS_SECRET_ACCESS_KEY")
    assert "wrong" not in line.replace("is wrong", ""), "the secret itself is not shown"


def test_an_unknown_key(error_line, home, user):
    home.sign_in(dataclasses.replace(user, access_key_id="AKIAUNKNOWNUNKNOWN22"))
    assert mentions(error_line(), "environment", "not valid")


def test_a_wrong_clock_is_corrected_by_aws_time(home, standin, repository):
    """AWS refuses a signature that is two hours old; its Date header tells what to sign with."""
    standin.clock.offset = 7200
    home.run("keyring", "get", repository.index_url, "aws").ok()
    assert standin.mint_count == 1


def test_an_expired_session(error_line, home, standin):
    role = standin.iam.add_role("reader", trusted={"111122223333"})
    session = standin.iam.issue_session(role, "anna", duration=-1)
    home.sign_in(session)
    line = error_line()
    assert mentions(line, "expired", "environment")
    assert session.session_token[:40] not in line


def test_a_role_that_may_not_be_assumed(error_line, home, standin, user):
    role = standin.iam.add_role("reader", trusted={"arn:aws:iam::111122223333:user/somebody-else"})
    home.sign_out()
    home.write(".aws/config", f"[profile dev]\nregion = us-east-1\nsource_profile = base\nrole_arn = {role.arn}\n")
    home.write(".aws/credentials", STATIC.format("base", user.access_key_id, user.secret_access_key))
    home.env["AWS_PROFILE"] = "dev"
    assert mentions(error_line(), role.arn, user.principal.arn, "sts:AssumeRole", 'profile "dev"')
    assert standin.mint_count == 0


def test_a_loop_of_profiles(error_line, home, standin):
    home.sign_out()
    home.write(
        ".aws/config",
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:aws:iam::111122223333:role/y\nsource_profile = a\n",
    )
    home.env["AWS_PROFILE"] = "a"
    assert mentions(error_line(), "a → b → a")
    assert standin.connections == []


@pytest.mark.parametrize(
    ("config", "line", "what"),
    [
        ('duration = "12h"\nstore = \n', 2, ""),
        ('duration = "12h"\nstroe = "auto"\n', 2, "stroe"),
        ('\n\nstore = "attic"\n', 3, "attic"),
        ('duration = "13h"\n', 1, "13h"),
        ("duration = 12\n", 1, "duration"),
        ('[[domain]]\nprofile = "dev"\nmatch = { domian = "acme" }\n', 3, "domian"),
        ('[[host]]\nname = "pypi.acme.example"\n', 1, "domain"),
    ],
)
def test_a_broken_configuration_file(error_line, home, standin, config, line, what):
    path = home.write(".config/codeartifact-keyring/config.toml", config)
    said = error_line()
    assert mentions(said, what)
    assert (
        f"{path}:{line}" in said
        or f"~/.config/codeartifact-keyring/config.toml:{line}" in said
        or ("config.toml" in said and f"line {line}" in said)
    )
    assert standin.connections == []


def test_a_broken_configuration_file_does_not_concern_other_services(home, installed):
    """A request for another secret is answered whatever config.toml holds."""
    home.write(".config/codeartifact-keyring/config.toml", "store = \n")
    result = home.run(installed.keyring, "get", "https://pypi.org/simple/", "anna")
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")


def test_an_environment_variable_with_a_wrong_value(error_line, home, standin):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "attic"
    assert mentions(error_line(), "CODEARTIFACT_KEYRING_STORE", "attic")
    assert standin.connections == []


@pytest.mark.parametrize("fault", [throttled, internal_error, unavailable, connection_cut])
def test_a_temporary_fault_is_retried(home, installed, standin, repository, fault):
    standin.faults.answer_next(fault())
    result = home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert result.stderr == ""
    assert result.fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1


@pytest.mark.parametrize(
    ("fault", "word", "attempts"),
    [
        (throttled, "throttl", (4, 5, 6, 7, 8)),
        (internal_error, "unavailable", (3,)),
        (unavailable, "unavailable", (3,)),
    ],
)
def test_a_permanent_fault_is_given_up(error_line, standin, fault, word, attempts):
    """Throttling is met with more patience than other faults, but never with more than a lookup may take."""
    standin.faults.answer_next(*(fault() for _ in range(10)))
    assert mentions(error_line(), word, "attempts")
    asked = [record for record in standin.requests if record.service == "control-plane"]
    assert len(asked) in attempts


def test_no_secret_in_the_debug_trace(home, installed, standin, repository, user):
    home.env["CODEARTIFACT_KEYRING_DEBUG"] = "1"
    result = home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert result.raw_stderr != "", "there is a trace"
    assert result.stderr == result.raw_stderr, "a token is in the trace"
    assert result.raw_stderr.count(user.secret_access_key) == 0, "a secret key is in the trace"


def test_a_failure_does_not_serve_an_expired_token(home, installed, standin, repository):
    """The cached token has less than five minutes left, and AWS cannot be reached."""
    standin.tokens.forced_expiration = standin.clock.now() + 200
    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    standin.faults.refused_hosts.add(CONTROL_PLANE)
    result = home.run(installed.keyring, "get", repository.index_url, "aws")
    assert (result.returncode, result.stdout) == (1, "")


def test_a_fresh_token_needs_no_network(home, installed, standin, repository):
    first = home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    standin.faults.refused_hosts.add(CONTROL_PLANE)
    before = list(standin.connections)
    second = home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert first.fingerprint == second.fingerprint == standin.mints[0].fingerprint
    assert second.stderr == ""
    assert standin.connections == before
