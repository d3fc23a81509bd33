"""Hosts that look like CodeArtifact's: none gets a token, and for none is a process started or anybody talked to."""

from __future__ import annotations

import subprocess

import pytest
from harness.home import Home
from harness.isolation import DEATH, isolate

NAME, REGION = "acme-111122223333", "us-east-1"
HOST = f"{NAME}.d.codeartifact.{REGION}.amazonaws.com"
PATH = "/pypi/internal/simple/"
URL = f"https://{HOST}{PATH}"
TOKEN = "the-token"

HOSTS = [
    # Something behind it.
    *(f"{HOST}{tail}" for tail in (".evil.example", ".evil", ".com", "-evil.com", "evil.com", ".cn.evil", "..", ".a.", "_")),
    *(f"{HOST}{tail}" for tail in (".amazonaws.com", ".co", "%2eevil.example", "%00.evil.example", "。evil.example")),
    # Another suffix.
    *(
        f"{NAME}.d.codeartifact.{REGION}.{suffix}"
        for suffix in (
            "amazonaws.co", "amazonaws.org", "amazonaws.com.evil.example", "amazonawsXcom", "amazonaws-com", "amazonaws",
            "com", "example", "evil.amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "on.aws.evil",
            "on.aws.com", "aws", "api.aws", "vpce.amazonaws.com", "s3.amazonaws.com", "s3-website.amazonaws.com",
            "elb.amazonaws.com", "amazonaws.com..", "аmazonaws.com", "amazonaẃs.com", "amazonаws.com", "xn--amazonaws.com",
        )
    ),
    # Another label before it.
    *(f"{NAME}.{middle}.{REGION}.amazonaws.com" for middle in (
        "e.codeartifact", "dd.codeartifact", "d.d.codeartifact", "d.codeartifacts", "d.code-artifact", "d.codeartifact-evil",
        "d.codeartifact.evil", "d.codeartifact-fips.evil", "d.s3", "d.execute-api", "codeartifact.d", "d.codeartifac",
        "d.ecr", "d.codeartıfact", "d..codeartifact", ".d.codeartifact", "D.evil.codeartifact",
    )),
    # Another region.
    *(f"{NAME}.d.codeartifact.{region}.amazonaws.com" for region in (
        "us-east", "us-east-", "useast1", "us_east_1", "us-east-1a", "us-east-100", "-east-1", "1-1-1", "evil", "", "us-east-x",
        "us-east-1-evil", "us--1", "cn-north-1", "eusc-de-east-1", "us-east-１",
    )),
    # Another domain or owner.
    *(f"{name}.d.codeartifact.{REGION}.amazonaws.com" for name in (
        "acme", "111122223333", "-111122223333", "acme-11112222333", "acme-1111222233334", "acme111122223333", "acme_111122223333",
        "acme-11112222333x", "a-111122223333", "1acme-111122223333", "ac_me-111122223333", "acme--", "acme-", "ac me-111122223333",
        "ａcme-111122223333", "acmé-111122223333", "acme-１１１１２２２２３３３３", "a" * 60 + "-111122223333", "evil.acme-111122223333",
        "acme.-111122223333", "acme-111122223333.evil", "evil.example/acme-111122223333", "*-111122223333", "vpce-1", "acme@1",
    )),
    f"codeartifact.{REGION}.amazonaws.com",
    f"d.codeartifact.{REGION}.amazonaws.com",
    f"vpce-1-2.d.codeartifact.{REGION}.vpce.amazonaws.com",
    f"vpc-1-2.d.codeartifact.{REGION}.vpce.amazonaws.com",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "169.254.169.254",
    "pypi.org",
]  # fmt: skip
URLS = [
    # The true host, but not as the host.
    f"https://evil.example/{HOST}{PATH}",
    f"https://evil.example/?{HOST}",
    f"https://evil.example/#{HOST}/",
    f"https://evil.example?@{HOST}/",
    f"https://evil.example#@{HOST}/",
    f"https://evil.example/@{HOST}/",
    f"https://evil.example\\@{HOST}/",
    f"https://evil.example\\.{HOST}/",
    f"https://{HOST}\\.evil.example/",
    f"https://{HOST}\\@evil.example/",
    f"https://{HOST}@evil.example{PATH}",
    f"https://aws@{HOST}@evil.example{PATH}",
    f"https://{HOST}:443@evil.example{PATH}",
    f"https://{HOST}%40evil.example/",
    f"https://{HOST}:80:80/",
    f"https://{HOST}:evil.example/",
    f"https://{HOST}:99999/",
    f"https://{HOST}:-1/",
    f"https://{HOST}:+443/",
    f"https://{HOST}:４４３/",
    f"https://{HOST} .evil.example/",
    f"https://{HOST}\t.evil.example/",
    f"https://{HOST}\n.evil.example/",
    f"https://{HOST}\r\n",
    f"\nhttps://{HOST}/",
    f" https://{HOST}/",
    f"https:// {HOST}/",
    f"https:///{HOST}/",
    f"https:////{HOST}/",
    f"https:/{HOST}/",
    f"https:{HOST}/",
    f"https//{HOST}/",
    f"//{HOST}/",
    f"/{HOST}/",
    f"://{HOST}/",
    f"{HOST}/pypi",
    f"{HOST}?",
    f"{HOST}#",
    f"ftp://{HOST}/",
    f"file://{HOST}/",
    f"git+https://{HOST}/",
    f"https+http://{HOST}/",
    f"httpsx://{HOST}/",
    f"javascript://{HOST}/",
    f"https://https://{HOST}/",
    f"http://{HOST}{PATH}",
    f"HTTP://{HOST}{PATH}",
    f"http://{HOST}:443{PATH}",
    f"https://bob@{HOST}{PATH}",
    f"https://bob:aws@{HOST}{PATH}",
    f"https://__token__@{HOST}{PATH}",
    f"https://AWS@{HOST}{PATH}",
    f"https://[{HOST}]/",
    f"https://{HOST}]/",
    f"https://({HOST})/",
    f"https://{HOST},evil.example/",
    f"https://{HOST};evil.example/",
    f"https://{HOST}&evil.example/",
    f"https://{HOST}|evil.example/",
    f"https://<{HOST}>/",
    f'https://{HOST}"/',
    f"https://{HOST}`/",
    f"https://{HOST}" + "/" * 5000,
    f"https://{'a.' * 2000}{HOST}/",
    "https://vpce-1-2.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/internal/simple/",
    "https://vpce-1-2.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-1/internal/simple/",
    f"https://evil-1-2.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/{NAME}/internal/simple/",
    f"poetry-repository-{URL}",
    f"pdm_repository_{HOST}",
    f"keyring:{HOST}",
    "",
    "https://",
    "\x7f",
]
SERVICES = [*(f"https://{host}{PATH}" for host in HOSTS), *HOSTS, *URLS]


@pytest.fixture(scope="module")
def alone(tmp_path_factory, installed):
    """Runs `keyring` in a home that has a token for every domain; it is killed when it talks to another process."""
    home = Home.make(tmp_path_factory.mktemp("alone"))
    home.env |= {"CODEARTIFACT_TOKEN": TOKEN, "PATH": "/nowhere"}

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed.keyring, *arguments],
            env={name: value for name, value in (home.env | env).items() if value},
            cwd=home.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=isolate,
        )

    return run


def test_the_true_host_is_answered(alone):
    assert alone("get", URL, "aws").stdout == f"{TOKEN}\n"
    assert alone("--mode=creds", "get", HOST).stdout == f"aws\n{TOKEN}\n"


def test_isolation_kills(alone):
    """Where a token must come from somewhere, or a bus is there to be asked, this process does not survive."""
    assert (
        alone("get", URL, "aws", CODEARTIFACT_TOKEN="", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b").returncode
        == DEATH
    )
    assert alone("get", "example.org", "anna", DBUS_SESSION_BUS_ADDRESS="unix:abstract=x").returncode == DEATH


def test_there_are_enough_of_them():
    assert len(set(HOSTS)) >= 100
    assert len(set(SERVICES)) >= 250


# Threats: A project
@pytest.mark.parametrize("service", SERVICES, ids=range(len(SERVICES)))
def test_none_gets_a_token(alone, service):
    for arguments in (["get", "--", service, "aws"], ["--mode=creds", "--output=json", "get", "--", service]):
        result = alone(*arguments)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == "" or service.lower().startswith("http://")
        assert TOKEN not in result.stderr
