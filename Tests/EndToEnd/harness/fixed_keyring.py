"""A backend for Python's keyring with fixed answers, and a runner that puts many command lines through its own CLI.

Run as a program it reads a JSON list of {"argv": [...], "stdin": ...} (text as UTF-8 with surrogates for odd bytes) and
writes, for each, what `keyring` would have ended with: [code, stdout, stderr].
"""

from __future__ import annotations

import io
import json
import os
import sys
import traceback

from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential
from keyring.errors import PasswordDeleteError

HOST = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
URL = f"https://{HOST}/pypi/internal/simple/"
TOKEN = 'tok-123"\\x'
CODEARTIFACT = (URL, HOST)
SECRETS = {
    ("example.org", "anna"): "hunter2",
    ("without a user", ""): "of nobody",
    ("https://pypi.example/simple/", "bob"): 'qu"o\\te, ümlaut 😀',
    ("-1", "-2.5"): "numbers",
    ("a service", "a user"): "a secret with spaces ",
    ("lines", "anna"): "one\ntwo\n",
    ("sörvice", "ännå"): "tab\there",
    ("poetry-repository-pypi", "__token__"): "pypi-abc",
    ("--mode=creds", "--"): "dashes",
}


class Keyring(KeyringBackend):
    """Answers for CodeArtifact as the product shall, and for others as Secret Service would."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.secrets = dict(SECRETS)

    def get_password(self, service, username):
        if service in CODEARTIFACT:
            return TOKEN if username in ("", "aws") else None
        return self.secrets.get((service, username))

    def get_credential(self, service, username):
        if service in CODEARTIFACT:
            return SimpleCredential("aws", TOKEN) if username in (None, "", "aws") else None
        for (known, user), password in self.secrets.items():
            if known == service and username in (None, user):
                return SimpleCredential(user, password)
        return None

    def set_password(self, service, username, password):
        self.secrets[service, username] = password

    def delete_password(self, service, username):
        if service not in CODEARTIFACT and self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")


def _run(argv: list[str], stdin: str | None) -> tuple[int, str, str]:
    from keyring import cli

    errors = sys.__stdout__.errors
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="\n", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True)
    sys.stdin = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
    sys.stdout, sys.stderr = out, err
    try:
        code = cli.main(argv) or 0
    except SystemExit as exit:
        code = exit.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    texts = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]
    return code, *texts


if __name__ == "__main__":
    # By its own module name: keyring makes its backend from there.
    os.environ["PYTHON_KEYRING_BACKEND"] = "fixed_keyring.Keyring"
    sys.argv[0] = "keyring"
    json.dump([_run(case["argv"], case["stdin"]) for case in json.load(sys.stdin)], sys.stdout)
