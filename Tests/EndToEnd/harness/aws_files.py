"""What AWS's own tools keep below ~/.aws: configuration, keys, and the caches of what was signed in to."""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path

from standin import Credentials
from standin.identity_center import SsoSignIn
from standin.signin import LoginSession

from .environments import python
from .home import Home
from .process import Result


def section(name: str, settings: dict[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def write_config(home: Home, sections: dict[str, dict[str, str]]) -> Path:
    """`~/.aws/config`. A name without a kind (`dev`) is a profile; `sso-session corp` and `services x` say theirs."""

    def heading(name: str) -> str:
        return name if name == "default" or " " in name else f"profile {name}"

    return home.write(".aws/config", "\n".join(section(heading(name), values) for name, values in sections.items()))


def by_shell(script: str) -> str:
    """A credential_process that is a script: by itself, no shell sees one."""
    return f"sh -c {shlex.quote(script)}"


def write_keys(home: Home, keys: dict[str, Credentials]) -> Path:
    """`~/.aws/credentials`, a section for each profile."""
    named = {
        profile: {name.lower(): value for name, value in credentials.environment().items()}
        for profile, credentials in keys.items()
    }
    return home.write(".aws/credentials", "\n".join(section(name, values) for name, values in named.items()))


def sso_cache(home: Home, name: str) -> Path:
    """Where the sign-in of a session, or of a start URL in the legacy form, is kept."""
    return home.directory / ".aws/sso/cache" / f"{hashlib.sha1(name.encode()).hexdigest()}.json"


def write_sso_token(home: Home, sign_in: SsoSignIn, session: str | None = "corp", **more: object) -> Path:
    """Leaves a sign-in where `aws sso login` does."""
    path = sso_cache(home, session or sign_in.start_url)
    entry = {**sign_in.cache_entry(session), **more}
    return home.write(str(path.relative_to(home.directory)), json.dumps(entry))


def write_login_token(home: Home, session: LoginSession) -> Path:
    """Leaves a sign-in where `aws login` does."""
    name = hashlib.sha256(session.arn.encode()).hexdigest()
    return home.write(f".aws/login/cache/{name}.json", json.dumps(session.cache_entry()))


# Prints the access key id; its arguments are those of `boto_access_key`.
BOTO_ACCESS_KEY = """
import sys
import botocore.credentials, botocore.session, botocore.utils
session = botocore.session.Session()
if sys.argv[1]:
    # As AWS CLI v2 keeps what it got for a role.
    cache = botocore.utils.JSONFileCache(sys.argv[1])
    session.get_component("credential_provider").get_provider("assume-role").cache = cache
    if len(sys.argv) > 2:
        session.get_component("credential_provider").get_provider("assume-role")._prompter = lambda _: sys.argv[2]
print(session.get_credentials().get_frozen_credentials().access_key)
"""


def boto_access_key(home: Home, cache: Path | None = None, mfa_code: str | None = None) -> Result:
    """Prints the access key id that AWS's SDK for Python resolves for this user, as another tool would."""
    words = [str(cache or ""), *([mfa_code] if mfa_code else [])]
    return home.run(python(), "-c", BOTO_ACCESS_KEY, *words)
