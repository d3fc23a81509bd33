"""Which services are CodeArtifact."""

import re
from pathlib import Path

import pytest
from codeartifact_keyring import paths, services

from conftest import HOST, URL

DUAL = "acme-111122223333.codeartifact.eu-west-1.on.aws"
PRIVATE = "vpce-0743fe535b883ffff-76ddffff.d.codeartifact.us-west-2.vpce.amazonaws.com"
ZONAL = PRIVATE.replace("-76ddffff", "-76ddffff-us-west-2a")
FIPS = HOST.replace("codeartifact", "codeartifact-fips")
CNAME = "pypi.acme.example"

CODEARTIFACT = [
    # service, what the executable is asked, what the token is kept under
    (URL, URL, HOST),
    (f"https://{HOST}/pypi/shared/simple", f"https://{HOST}/pypi/shared/simple", HOST),
    (f"https://{HOST}/pypi/shared/", f"https://{HOST}/pypi/shared/", HOST),
    (f"https://{HOST}/pypi/shared", f"https://{HOST}/pypi/shared", HOST),
    (f"https://{HOST}/", f"https://{HOST}/", HOST),
    (f"https://{HOST}", f"https://{HOST}", HOST),
    (HOST, HOST, HOST),
    (f"{HOST}:443", f"{HOST}:443", HOST),
    (f"{HOST}.", HOST, HOST),
    (f"{HOST}/pypi/shared/", f"{HOST}/pypi/shared/", HOST),
    (f"aws@{HOST}", HOST, HOST),
    (f"https://aws@{HOST}/pypi/shared/simple/", URL, HOST),
    (f"https://aws:old-token@{HOST}/pypi/shared/simple/", URL, HOST),
    (f"https://@{HOST}/pypi/shared/simple/", URL, HOST),
    (f"https://{HOST}:443/pypi/shared/simple/", f"https://{HOST}:443/pypi/shared/simple/", HOST),
    (f"https://{HOST}:/pypi/shared/simple/", URL, HOST),
    (f"https://{HOST}./pypi/shared/simple/", URL, HOST),
    (f"https://{HOST.upper()}/pypi/shared/simple/", URL, HOST),
    (f"HTTPS://{HOST}/pypi/Shared/simple/", f"https://{HOST}/pypi/Shared/simple/", HOST),
    (
        f"https://{HOST}/pypi/shared/simple/a/1.0/a-1.0-py3-none-any.whl#sha256=00ff",
        f"https://{HOST}/pypi/shared/simple/a/1.0/a-1.0-py3-none-any.whl",
        HOST,
    ),
    (f"{URL}?format=json", URL, HOST),
    (f"https://{HOST}#egg=a", f"https://{HOST}", HOST),
    (f"https://{DUAL}/pypi/shared/simple/", f"https://{DUAL}/pypi/shared/simple/", DUAL),
    (DUAL, DUAL, DUAL),
    (FIPS, FIPS, FIPS),
    *(
        (f"https://{host}/pypi/r/", f"https://{host}/pypi/r/", host)
        for host in (
            "my-domain-2-111122223333.d.codeartifact.us-east-1.amazonaws.com",
            "a-1-111122223333.d.codeartifact.ap-southeast-2.amazonaws.com",
            "a99999999999-111122223333.d.codeartifact.us-east-1.amazonaws.com",
            "acme-111122223333.d.codeartifact.eu-west-1.on.aws",
            "acme-111122223333.d.codeartifact.us-gov-west-1.amazonaws.com",
            "acme-111122223333.d.codeartifact.cn-north-1.amazonaws.com.cn",
            "acme-111122223333.d.codeartifact.eusc-de-east-1.amazonaws.eu",
            "acme-111122223333.d.codeartifact.us-iso-east-1.c2s.ic.gov",
            "acme-111122223333.d.codeartifact.us-isob-east-1.sc2s.sgov.gov",
        )
    ),
    (
        f"https://{PRIVATE}/pypi/d/acme-111122223333/shared/simple/",
        f"https://{PRIVATE}/pypi/d/acme-111122223333/shared/simple/",
        f"{PRIVATE}/pypi/d/acme-111122223333",
    ),
    (
        f"https://{PRIVATE}/pypi/d/other-111122223333/shared/simple",
        f"https://{PRIVATE}/pypi/d/other-111122223333/shared/simple",
        f"{PRIVATE}/pypi/d/other-111122223333",
    ),
    (PRIVATE, PRIVATE, PRIVATE),
    (PRIVATE.replace("-76ddffff", "-76ddffff-us-west-2a"),)
    + (PRIVATE.replace("-76ddffff", "-76ddffff-us-west-2a"),) * 2,
]

OTHER_SERVICES = [
    # look-alikes
    f"https://{HOST}.evil.example/pypi/shared/simple/",
    f"{HOST}.evil.example",
    f"https://{HOST}-evil.example/",
    f"https://{HOST}@evil.example/pypi/shared/simple/",
    f"https://aws:{HOST}@evil.example/",
    f"https://evil.example/{HOST}/pypi/shared/simple/",
    f"https://evil.example?{HOST}",
    f"https://evil.example#{HOST}",
    f"https://evil.example#@{HOST}/",
    f"https://evil.example?@{HOST}/",
    f"https://evil.example/@{HOST}/",
    f"https://evil.example\\@{HOST}/",
    f"https://evil.example:80@{HOST}@evil.example/",
    f"https://a@b@{HOST}/",
    f"https://{HOST}:443.evil.example/",
    f"https://{HOST}:443@evil.example/",
    f"https://{HOST}\n.evil.example/",
    f"https://{HOST}\n",
    f"https://{HOST} /",
    f" https://{HOST}/",
    f"https://{HOST}%2eevil.example/",
    f"https://{HOST}../",
    f"https://.{HOST}/",
    f"https://evil.{HOST}/",
    f"https:///{HOST}/",
    f"https:/{HOST}/",
    f"//{HOST}/",
    HOST.replace("amazonaws.com", "amazonaws.org"),
    HOST.replace("amazonaws.com", "xamazonaws.com"),
    HOST.replace("amazonaws.com", "evil.amazonaws.com"),
    HOST.replace(".amazonaws", "-amazonaws"),
    HOST.replace(".", "-"),
    HOST.replace("codeartifact", "codeartifacts"),
    HOST.replace("acme", "ac\u212ae"),
    HOST.replace("us", "u\u017f").replace("west", "we\u017ft"),
    HOST.replace("eu-west-1", "euwest1"),
    HOST.replace("eu-west-1.", ""),
    HOST.replace("111122223333", "11112222333"),
    HOST.replace("111122223333", "1111222233334"),
    HOST.replace("acme-", ""),
    HOST.replace("acme", "1acme"),
    HOST.replace("acme", "acme.b"),
    HOST.replace("acme", "a" * 51),
    f"-{HOST}",
    f"{DUAL}.evil.example",
    DUAL.replace("on.aws", "aws"),
    f"{PRIVATE}.evil.example",
    PRIVATE.replace("vpce-0", "x-0"),
    PRIVATE.replace(".d.", ".api."),
    # other schemes, and the API
    f"ftp://{HOST}/",
    f"file://{HOST}/",
    f"ssh://aws@{HOST}/",
    "https://codeartifact.eu-west-1.amazonaws.com/v1/authorization-token",
    "https://s3.eu-west-1.amazonaws.com/acme-111122223333/codeartifact/",
    # what else programs ask keyrings for
    "https://pypi.org/simple/",
    "pypi.org",
    "https://upload.pypi.org/legacy/",
    "poetry-repository-codeartifact",
    "pdm-pypi-codeartifact",
    "codeartifact",
    "http://127.0.0.1:8765/pypi/repo/simple/",
    "localhost",
    CNAME,
    "",
    " ",
    None,
    42,
    b"acme",
]


@pytest.mark.parametrize(("service", "asked", "key"), CODEARTIFACT)
def test_a_repository(service, asked, key):
    found = services.recognise(service)
    assert (found.url, found.key) == (asked, key)


@pytest.mark.parametrize("service", OTHER_SERVICES)
def test_another_service(service):
    assert services.recognise(service) is None


@pytest.mark.parametrize("service", [f"http://{HOST}/pypi/shared/simple/", f"HTTP://aws@{HOST}:80/"])
def test_over_plain_http_it_is_another_service(service):
    """No token that was fetched for the encrypted one may answer it: the executable says that it gets none."""
    found = services.recognise(service)
    assert found.is_unencrypted
    assert found.key == f"http://{HOST}"
    assert not services.recognise(URL).is_unencrypted


CONFIGURED = """
# name = "commented.example"
profile = "not-a-host.example"
[[host]]
name = "PyPI.acme.example"   # in front of it all
domain = "acme"
[[host]]
name='localhost:8765'
[[host]]
"name" = "127.0.0.1"
[[host]]
name = "packages_1.internal"
"""


@pytest.mark.parametrize(
    ("service", "key"),
    [
        (f"https://{CNAME}/pypi/shared/simple/", CNAME),
        (CNAME, CNAME),
        (f"https://{CNAME}:8443/simple/", CNAME),
        (f"https://{CNAME.upper()}./", CNAME),
        ("https://packages_1.internal/pypi/shared/", "packages_1.internal"),
        ("http://localhost:8765/pypi/repo/", "localhost:8765"),
        ("localhost:8765", "localhost:8765"),
        ("http://127.0.0.1:9999/pypi/repo/", "127.0.0.1"),
        ("https://127.0.0.1/", "127.0.0.1"),
        (URL, HOST),
        (f"http://{CNAME}/simple/", f"http://{CNAME}"),
        ("http://localhost:1/", None),
        (f"https://{CNAME}.evil.example/", None),
        (f"https://not-{CNAME}/", None),
        (f"https://{CNAME}@evil.example/", None),
        ("https://commented.example/", None),
        ("https://not-a-host.example/", None),
        ("acme", None),
        ("https://pypi.org/simple/", None),
    ],
)
def test_hosts_of_the_configuration(configuration, service, key):
    configuration("config.toml", CONFIGURED)
    found = services.recognise(service)
    assert (found and found.key) == key


def test_the_configuration_is_read_once(configuration):
    assert services.recognise(CNAME) is None
    configuration("config.toml", CONFIGURED)
    assert services.recognise(CNAME) is None


def test_a_configuration_that_is_no_text_is_no_failure(configuration, tmp_path):
    configuration("config.toml", "")
    (tmp_path / "config/codeartifact-keyring/config.toml").write_bytes(b'\xff\xfe\x00name = "a.example"')
    assert services.recognise("https://pypi.org/") is None


def test_a_configuration_that_cannot_be_read_is_no_failure(tmp_path):
    (tmp_path / "config/codeartifact-keyring/config.toml").mkdir(parents=True)
    assert services.recognise("https://pypi.org/") is None
    assert services.recognise(URL) is not None


def test_a_relative_directory_of_configuration_counts_for_nothing(monkeypatch, tmp_path):
    """The executable ignores it too, as the XDG specification says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in ("relative", ""):
        monkeypatch.setenv("XDG_CONFIG_HOME", value)
        assert paths.configuration_file("x") == f"{tmp_path}/.config/codeartifact-keyring/x"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/there")
    assert paths.configuration_file("x") == "/there/codeartifact-keyring/x"


def test_the_executable_knows_the_same_hosts():
    """A host that only one of both claimed would get no answer."""
    directory = Path(__file__).resolve().parents[2] / "Sources" / "CodeArtifact"
    (source,) = [text for text in (file.read_text() for file in directory.rglob("*.swift")) if "suffixes = [" in text]
    suffixes = set(re.findall(r'"([^"]+)"', source.split("suffixes = [")[1].split("]")[0]))
    pattern = services._PARTITION + services._DUAL_STACK
    assert {name.replace("\\", "") for name in re.findall(r"[a-z][a-z0-9.\\-]+", pattern)} == suffixes
