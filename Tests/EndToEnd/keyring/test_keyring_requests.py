"""The `keyring` keyring_command: every form in which clients ask, byte for byte, and everything it must refuse."""

from __future__ import annotations

import shlex

import pytest

NOT_OURS = [
    "__token__",
    "__poetry_source_empty_username__",
    "pypi_token:project:x",
    "pypi_token:user:aws",
    "bob",
    "AWS",
]


@pytest.fixture(params=["keyring", "codeartifact-keyring keyring"])
def keyring_command(request, home, installed):
    """Calls the `keyring` command under both its names."""
    words = [installed.keyring] if request.param == "keyring" else [installed.program, "keyring"]
    return lambda *arguments: home.run(*words, *arguments)


@pytest.fixture
def keyring(home, installed):
    return lambda *arguments: home.run(installed.keyring, *arguments)


def answered(result, standin) -> str:
    """What was printed, tokens hidden, after all else was checked: success, silence, the right token, one mint."""
    assert (result.returncode, result.stderr) == (0, "")
    assert result.fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1
    return result.stdout


FORMS = [
    ("pip to 26.1, uv with a user", ["get", "S", "aws"], "<token>\n"),
    ("pip from 26.2", ["--mode=creds", "--output=json", "get", "S"], '{"username": "aws", "password": "<token>"}\n'),
    (
        "pip from 26.2 with a user",
        ["--mode=creds", "--output=json", "get", "S", "aws"],
        '{"username": "aws", "password": "<token>"}\n',
    ),
    ("uv without a user", ["get", "S", "--mode", "creds"], "aws\n<token>\n"),
    ("PDM", ["--mode=creds", "get", "S", ""], "aws\n<token>\n"),
    ("an empty user", ["get", "S", ""], "<token>\n"),
    ("JSON password", ["--output", "json", "get", "S", "aws"], '{"password": "<token>"}\n'),
    ("options in the middle", ["get", "--mode", "creds", "S", "--output=plain", "aws"], "aws\n<token>\n"),
    ("options at the end", ["get", "S", "aws", "--mode=password", "--output", "json"], '{"password": "<token>"}\n'),
]


@pytest.mark.parametrize(("arguments", "expected"), [form[1:] for form in FORMS], ids=[form[0] for form in FORMS])
def test_every_form_of_get(keyring_command, standin, repository, arguments, expected):
    arguments = [repository.index_url if word == "S" else word for word in arguments]
    assert answered(keyring_command(*arguments), standin) == expected


# What each client was seen to say, line by line: I is the index's URL as the client spells it, H its host, U the URL to
# publish to, F the index of somebody else. "-" is silence and exit 1.
PLAIN, TWO_LINES, JSON, NONE = "<token>\n", "aws\n<token>\n", '{"username": "aws", "password": "<token>"}\n', "-"
CONVERSATIONS = {
    "pip 23.1 to 26.1": [("get I aws", PLAIN), ("get H aws", PLAIN), ("get F aws", NONE), ("get pypi.org aws", NONE)],
    "pip 26.2 and later": [
        ("--mode=creds --output=json get I", JSON),
        ("--mode=creds --output=json get I aws", JSON),
        ("--mode=creds --output=json get H", JSON),
        ("--mode=creds --output=json get F", NONE),
        ("--mode=creds --output=json get pypi.org", NONE),
    ],
    "uv with a user": [
        ("get I aws", PLAIN),
        ("get H aws", PLAIN),
        ("get F aws", NONE),
        ("get http://pypi.org aws", NONE),
    ],
    "uv with authenticate = always": [
        ("get I --mode creds", TWO_LINES),
        ("get H --mode creds", TWO_LINES),
        ("get F --mode creds", NONE),
        ("get pypi.org --mode creds", NONE),
    ],
    "uv publish": [("get U aws", PLAIN), ("get H aws", PLAIN), ("get I aws", PLAIN)],
    "PDM with unearth 0.16 and later": [
        ("--mode=creds get I ''", TWO_LINES),
        ("--mode=password get I __token__", NONE),
        ("--mode=creds get H ''", TWO_LINES),
        ("--mode=password get H __token__", NONE),
        ("--mode=creds get pdm-pypi-internal ''", NONE),
        ("--mode=password get pdm-pypi-internal __token__", NONE),
        ("--mode=creds get https://aws@H/pypi/internal/simple/ aws", TWO_LINES),
    ],
    "unearth 0.9 to 0.15": [("get I aws", PLAIN), ("get I __token__", NONE)],
    "pipenv": [
        ("--mode=creds --output=json get I", JSON),
        ("--mode=creds --output=json get I aws", JSON),
        ("get I aws", PLAIN),
    ],
    "pipx and build": [("get I aws", PLAIN), ("--mode=creds --output=json get I", JSON)],
}


@pytest.mark.parametrize("client", CONVERSATIONS)
@pytest.mark.parametrize("index", ["https://H/pypi/internal/simple/", "https://H/pypi/internal/simple"])
def test_what_each_client_says(keyring_command, standin, repository, client, index):
    letters = {
        "I": index,
        "U": "https://H/pypi/internal/",
        "F": "https://pypi.org/simple/",
    }
    for line, expected in CONVERSATIONS[client]:
        words = [letters.get(word, word).replace("H", repository.host) for word in shlex.split(line)]
        result = keyring_command(*words)
        assert result.stderr == ""
        assert (result.returncode, result.stdout) == ((1, "") if expected == NONE else (0, expected))
    assert standin.mint_count == 1
    assert {connection for connection in standin.connections} == {standin.connections[0]}


def test_pip_saves_what_was_typed(home, installed, standin, repository):
    """After a prompt of its own, and with `check=True`: a failure would be shown as a traceback."""
    for service in (repository.host, repository.index_url):
        result = home.run(installed.keyring, "set", service, "aws", text="typed\n").ok()
        assert result.stdout == ""
        assert (
            result.stderr == "codeartifact-keyring: CodeArtifact tokens are managed automatically; nothing was stored\n"
        )
    assert standin.connections == []
    assert home.run(installed.keyring, "get", repository.host, "aws").ok().stdout == "<token>\n"


@pytest.mark.parametrize("size", [0, 1, 10_000_000])
def test_a_piped_password_is_read_to_its_end(home, installed, repository, size):
    line = f"head -c {size} /dev/zero | {installed.keyring} set {repository.host} aws; echo ${{PIPESTATUS[*]}}"
    assert home.run("/bin/bash", "-c", line).stdout == "0 0\n"


SERVICES = [
    "https://{host}/pypi/internal/simple/",
    "https://{host}/pypi/internal/simple",
    "https://{host}/pypi/internal/",
    "https://{host}/pypi/internal",
    "https://{host}/",
    "https://{host}",
    "https://{host}:443/pypi/internal/simple/",
    "https://aws@{host}/pypi/internal/simple/",
    "https://{host}/pypi/internal/simple/acme-one/1.0.0/acme_one-1.0.0-py3-none-any.whl#sha256=00ff",
    "https://{upper}/pypi/internal/simple/",
    "https://{host}./pypi/internal/simple/",
    "{host}",
    "{host}:443",
    "https://{dualstack}/pypi/internal/simple/",
    "https://vpce-0743fe535b883ffff-76ddffff.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/{domain}-{owner}/internal/simple/",
]


def spelled(service, repository) -> str:
    return service.format(
        host=repository.host,
        upper=repository.host.upper(),
        dualstack=f"{repository.domain}-{repository.owner}.codeartifact.{repository.region}.on.aws",
        domain=repository.domain,
        owner=repository.owner,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_spelling_of_a_service(keyring, standin, repository, service):
    assert answered(keyring("get", spelled(service, repository), "aws"), standin) == "<token>\n"
    mint = standin.mints[0]
    assert (mint.domain, mint.owner, mint.region) == (repository.domain, repository.owner, repository.region)


def test_spellings_share_one_token(keyring, standin, repository):
    for service in (repository.index_url, repository.index_url.rstrip("/"), repository.publish_url, repository.host):
        assert answered(keyring("get", service, "aws"), standin) == "<token>\n"


def test_a_domain_with_digits_and_hyphens(keyring, standin):
    repository = standin.add_repository("a-1-2", owner="444455556666", region="eu-west-1")
    assert answered(keyring("get", repository.index_url, "aws"), standin) == "<token>\n"
    mint = standin.mints[0]
    assert (mint.domain, mint.owner, mint.region) == ("a-1-2", "444455556666", "eu-west-1")


@pytest.mark.parametrize("username", NOT_OURS)
@pytest.mark.parametrize("mode", ["password", "creds"])
def test_other_user_names_are_not_found(keyring_command, standin, repository, username, mode):
    result = keyring_command("--mode", mode, "get", repository.index_url, username)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    assert standin.connections == []


LOOK_ALIKES = [
    "https://{host}.evil.example/pypi/internal/simple/",
    "https://{host}.evil.example",
    "{host}.evil.example",
    "https://evil.example/{host}/pypi/internal/simple/",
    "https://{host}@evil.example/pypi/internal/simple/",
    "https://evil.example#{host}/",
    "https://evil.example?{host}",
    "https://evil.example\\@{host}/",
    "https://{domain}-{owner}.d.codeartifact.us-east-1.amazonaws.com.cn.evil.example/",
    "https://{domain}-{owner}.d.codeartifact.us-east-1.amazonawsXcom/",
    "https://{domain}-{owner}.d.codeartifact.us-east-1.evil.amazonaws.com/",
    "https://{domain}-{owner}xd.codeartifact.us-east-1.amazonaws.com/",
    "https://{domain}-1111222233.d.codeartifact.us-east-1.amazonaws.com/",
    "https://{domain}.d.codeartifact.us-east-1.amazonaws.com/",
    "https://codeartifact.us-east-1.amazonaws.com/",
    "https://ｅvil-{owner}.d.codeartifact.us-east-1.amazonaws.com/",
]
UNSAFE = ["http://{host}/pypi/internal/simple/", "http://{host}", "ftp://{host}/", "file://{host}/"]
MALFORMED = [
    "",
    "https://",
    "https:///pypi/internal/simple/",
    "https://[",
    "https://[::1",
    "https://%zz/",
    "https://{host}:99999/pypi/internal/simple/",
    "https://{host}:port/pypi/internal/simple/",
    "https://{host} /pypi/internal/simple/",
    "https://{host}\n.evil.example/",
    "https://" + "a" * 5000 + ".d.codeartifact.us-east-1.amazonaws.com/",
    "\x01\x7f",
]
FOREIGN = ["poetry-repository-artifact", "python-poetry-check", "https://pypi.org/simple/", "pdm-pypi-x", "pypi.org"]


@pytest.mark.parametrize("service", LOOK_ALIKES + UNSAFE + MALFORMED)
@pytest.mark.parametrize("form", [["get", "S", "aws"], ["--mode=creds", "--output=json", "get", "S"]])
def test_nothing_is_given_to_any_other_host(keyring, standin, repository, kernel, service, form):
    asked = spelled(service, repository)
    # The token is there to be given away: it must not be.
    assert keyring("get", repository.index_url, "aws").returncode == 0
    before = len(standin.connections)
    result = keyring(*[asked if word == "S" else word for word in form])
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) <= 1
    assert result.stderr == "" or result.stderr.startswith("codeartifact-keyring: ")
    assert len(standin.connections) == before


@pytest.mark.parametrize("service", FOREIGN)
def test_other_services_are_not_found_silently(keyring_command, standin, service):
    for arguments in (["get", service, "aws"], ["--mode=creds", "--output=json", "get", service]):
        result = keyring_command(*arguments)
        assert (result.returncode, result.stdout, result.stderr) == (1, "", "")
    assert standin.connections == []


@pytest.mark.parametrize(
    ("arguments", "last_line"),
    [
        (["get", "S"], "keyring: error: get requires service and username"),
        (["get"], "keyring: error: get requires service and username"),
        ([], "keyring: error: Specify operation (get, set, del, diagnose)."),
        (
            ["bogus", "S", "aws"],
            "keyring: error: argument operation: invalid choice: 'bogus' (choose from 'get', 'set', 'del', 'diagnose')",
        ),
        (
            ["--mode=bogus", "get", "S", "aws"],
            "keyring: error: argument --mode: invalid choice: 'bogus' (choose from 'password', 'creds')",
        ),
        (["--version"], "keyring: error: unrecognized arguments: --version"),
    ],
)
def test_wrong_usage(keyring, standin, repository, arguments, last_line):
    result = keyring(*[repository.index_url if word == "S" else word for word in arguments])
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == last_line
    assert standin.connections == []
