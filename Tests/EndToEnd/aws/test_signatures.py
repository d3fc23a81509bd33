"""Signature Version 4 as botocore and AWS's own C library compute it."""

from __future__ import annotations

import datetime
import io
import random
from urllib.parse import quote

import awscrt.auth
import awscrt.http
import awscrt.io
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from harness.probe import probe

EPOCH = 1795341084
COUNT = 2000
ALPHABET = "aZ09-._~ /%+=&?#@:;,!$'()*[]äß€漢🎈\t"
SEGMENTS = ["v1", "authorization-token", "", ".", "..", "a%2Fb", "%41", "x+y", "~", "a b", "ü", "%", "a=b&c", "*"]


def text(chance: random.Random, longest: int) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(longest + 1)))


def query(chance: random.Random) -> str:
    pairs = []
    for _ in range(chance.randrange(5)):
        name = quote(text(chance, 6) or "n", safe="-_.~")
        style = chance.randrange(4)
        pairs.append(name if style == 0 else f"{name}=" + ("" if style == 1 else quote(text(chance, 12), safe="-_.~")))
    if pairs and chance.random() < 0.3:
        pairs.append(pairs[0])
    return "&".join(pairs)


def question(chance: random.Random) -> dict:
    segments = [quote(chance.choice(SEGMENTS), safe="-_.~%") for _ in range(chance.randrange(5))]
    path = "/" + "/".join(segments) + ("/" if chance.random() < 0.3 else "")
    asked = query(chance)
    headers = [
        [f"X-Amz-Test-{index}", f"{' ' * chance.randrange(3)}{text(chance, 20).strip()}  b{' ' * chance.randrange(3)}"]
        for index in range(chance.randrange(4))
    ]
    if chance.random() < 0.3:
        headers.append(["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"])
    return {
        "work": "sign",
        "method": chance.choice(["GET", "POST", "PUT"]),
        "url": f"https://{chance.choice(['codeartifact', 'sts'])}.us-east-1.amazonaws.com{path}"
        + (f"?{asked}" if asked else ""),
        "headers": headers,
        "body": text(chance, 60),
        "accessKeyID": "AKIA" + "".join(chance.choice("ABCDEFGH234567") for _ in range(16)),
        "secretAccessKey": text(chance, 40) or "s",
        "sessionToken": chance.choice([None, "IQoJb3JpZ2luX2VjE/+=" * 20]),
        "service": chance.choice(["codeartifact", "sts"]),
        "region": chance.choice(["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"]),
        "epoch": EPOCH,
    }


@pytest.fixture(scope="module")
def questions():
    chance = random.Random(20261122)
    return [question(chance) for _ in range(COUNT)]


@pytest.fixture(scope="module")
def product_answers(questions):
    return [answer["answer"] for answer in probe(questions)]


def test_equal_to_botocore(questions, product_answers, monkeypatch):
    moment = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment.replace(tzinfo=None))
    for asked, answer in zip(questions, product_answers, strict=True):
        request = AWSRequest(asked["method"], asked["url"], data=asked["body"].encode())
        for name, value in asked["headers"]:
            request.headers.add_header(name, value)
        keys = Credentials(asked["accessKeyID"], asked["secretAccessKey"], asked["sessionToken"])
        SigV4Auth(keys, asked["service"], asked["region"]).add_auth(request)
        assert answer == request.headers["Authorization"], asked["url"]


def test_equal_to_the_c_library(questions, product_answers):
    """awscrt reads a path as it is sent; what only botocore normalises is left to the test above."""
    compared = 0
    for asked, answer in zip(questions, product_answers, strict=True):
        host, _, rest = asked["url"].removeprefix("https://").partition("/")
        headers = awscrt.http.HttpHeaders([("Host", host)] + [(name, value) for name, value in asked["headers"]])
        body = awscrt.io.InputStream(io.BytesIO(asked["body"].encode()))
        request = awscrt.http.HttpRequest(asked["method"], "/" + rest, headers, body)
        signing = awscrt.auth.AwsSigningConfig(
            algorithm=awscrt.auth.AwsSigningAlgorithm.V4,
            signature_type=awscrt.auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
            credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(
                asked["accessKeyID"], asked["secretAccessKey"], asked["sessionToken"]
            ),
            region=asked["region"],
            service=asked["service"],
            date=datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc),
            use_double_uri_encode=True,
            should_normalize_uri_path=True,
        )
        signed = awscrt.auth.aws_sign_request(request, signing).result(10)
        assert answer == signed.headers.get("Authorization"), asked["url"]
        compared += 1
    assert compared == COUNT
