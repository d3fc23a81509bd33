"""Given the same home directory, AWS CLI v2 and codeartifact-keyring find the same access key, or neither does.

AWS's SDK for Python is compared as well: it is newer than the CLI in Linux distributions.
"""

from __future__ import annotations

import json

import pytest
from harness.aws_files import BOTO_ACCESS_KEY
from harness.environments import python
from harness.home import SYSTEM_PATH
from harness.preloaded import Preloaded, preloaded
from harness.scenarios import SCENARIOS, Setup

CLI = "/usr/bin/aws"

# Intended differences from the CLI, and why.
DIFFERENCES = {
    "aws login": "the CLI that distributions bring is older than `aws login`",
    "a profile that comes twice": "merged, as AWS's other SDKs do; the CLI rejects the whole file",
    "a setting that comes twice": "the last one counts, as in AWS's other SDKs; the CLI rejects the whole file",
    "a comment behind a value": "is a comment, as in AWS's other SDKs; the CLI takes it for part of the value",
    "a byte order mark": "is passed over; the CLI rejects the whole file",
    "bytes that are no text": "are replaced; the CLI rejects the whole file",
    "a setting before any section": "is passed over, as in AWS's other SDKs; the CLI rejects the whole file",
    "spaces before the name of the profile": "are passed over, as in AWS's other SDKs; the CLI passes the profile over",
    "a role for sso": "the CLI that distributions bring fails with an error of its own; later ones do not",
    "white space for an access key": "is none; the CLI signs with it",
    "a line end behind the keys": "is no part of them; the CLI fails, since it cannot stand in a header",
    "keys of the environment whose end is no date": "serve as long as AWS takes them; the CLI fails",
    "an empty variable for the profile": "counts as not set; the CLI looks for a profile without a name",
}
# Where the CLI falls back to the machine's own role, and codeartifact-keyring stops: half a profile must not become
# another identity.
REFUSED = {
    "an sso session alone on an instance": "sso_account_id and sso_role_name are missing",
    "a source profile without a role on an instance": "role_arn is missing",
    "a secret without its key on an instance": "aws_access_key_id is missing",
}
# Where AWS's SDK for Python, which is not followed, differs from the CLI.
OF_THE_SDK = {
    "both variables for a profile": "the CLI prefers AWS_PROFILE, the SDK AWS_DEFAULT_PROFILE",
    "aws login": "the SDK knows it",
    "a comment behind a value": "nobody has told the SDK that the key with the comment in it is none",
    "a role for sso": "the SDK is younger and can do it",
    "white space for an access key": "nobody has told the SDK that it is none",
    "a line end behind the keys": "nobody has told the SDK that it cannot stand in a header",
}


@pytest.fixture
def setup(bare_home, standin):
    setup = Setup(bare_home, standin, standin.iam.add_user("anna"), standin.iam.add_user("berta"))
    # Neither may be led to the other's place by what is on PATH.
    bare_home.env["PATH"] = SYSTEM_PATH
    return setup


@pytest.fixture
def identity(standin):
    """Whose access key it is: static keys are themselves, sessions are new each time and belong to a role."""

    def of(key: str | None) -> str | None:
        known = standin.iam.find(key) if key else None
        if known is None or known.session_token is None:
            return key
        name = known.principal.arn.rsplit("/", 1)[1]
        generated = name.startswith(("botocore-session-", "codeartifact-keyring-"))
        return known.principal.entity_arn if generated else known.principal.arn

    return of


def of_this_program(setup: Setup, program) -> str | None:
    result = setup.home.run(program, "aws-credentials", timeout=40)
    assert result.returncode in (0, 1), result.describe()
    assert len(result.raw_stderr.splitlines()) == 1
    return json.loads(result.raw_stdout)["AccessKeyId"] if result.returncode == 0 else None


def of_the_cli(setup: Setup, cli: Preloaded) -> str | None:
    """The access key with which the CLI signed its question who it is."""
    before = len(setup.standin.sts.callers)
    words = "sts get-caller-identity --region us-east-1 --output json --no-cli-pager".split()
    result = cli.run(setup.home, CLI, *words)
    asked = setup.standin.sts.callers[before:]
    assert (result.returncode == 0) == (len(asked) == 1), result.describe()
    return asked[0] if asked else None


def of_the_sdk(setup: Setup, sdk: Preloaded) -> str | None:
    result = sdk.run(setup.home, "boto", "")
    return result.stdout.strip() if result.returncode == 0 else None


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    main = "import sys, awscli.clidriver; sys.exit(awscli.clidriver.main())"
    with preloaded("/usr/bin/python3", "import awscli.clidriver", main, tmp_path_factory.mktemp("cli")) as running:
        yield running


@pytest.fixture(scope="module")
def sdk(tmp_path_factory):
    imports = "import botocore.client, botocore.credentials, botocore.httpsession, botocore.session, botocore.utils"
    with preloaded(python(), imports, BOTO_ACCESS_KEY, tmp_path_factory.mktemp("sdk")) as running:
        yield running


def test_the_cli_is_the_second_version(setup):
    assert setup.home.run(CLI, "--version").ok().stdout.startswith("aws-cli/2.")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_key(name, setup, installed, identity, cli, sdk):
    SCENARIOS[name](setup)
    # codeartifact-keyring first: it would find what the CLI caches for itself.
    found = identity(of_this_program(setup, installed.program))
    of_cli, of_sdk = identity(of_the_cli(setup, cli)), identity(of_the_sdk(setup, sdk))
    if name in DIFFERENCES:
        assert found is not None
        assert found != of_cli, f"no difference any more: {DIFFERENCES[name]}"
    elif name in REFUSED:
        assert found is None
        assert of_cli is not None, f"no difference any more: {REFUSED[name]}"
    else:
        assert found == of_cli
    if name in OF_THE_SDK:
        assert of_sdk != of_cli, f"no difference any more: {OF_THE_SDK[name]}"
    else:
        assert of_sdk == of_cli


def test_there_are_enough_of_them():
    assert len(SCENARIOS) >= 120
    assert set(DIFFERENCES) | set(REFUSED) | set(OF_THE_SDK) <= set(SCENARIOS)
