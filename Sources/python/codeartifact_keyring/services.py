"""Recognises CodeArtifact services by the string, without a process or the network.

It may accept too much (the executable decides), but never a look-alike host.
"""

import re

# Patterns are kept as strings: `re` compiles and caches them at first use, so importing this costs nothing.
_SERVICE = (
    r"(?:(?P<scheme>https?)://)?"
    r"(?:(?P<user>[^/?#@:\\\s]*)(?::[^/?#@\\\s]*)?@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)\.?"
    r"(?::(?P<port>[0-9]{0,5}))?"
    r"(?P<path>/[^?#\\\s]*)?"
    r"(?:[?#].*)?"
)
_OWNED_DOMAIN = r"[a-z][a-z0-9-]{0,48}[a-z0-9]-[0-9]{12}"
_REGION = r"[a-z]{2,5}(?:-[a-z]+)+-[0-9]+"
_PARTITION = (
    r"(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu"
    r"|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)"
)
_DUAL_STACK = r"(?:on\.aws|on\.amazonwebservices\.com\.cn)"
_PUBLIC_HOST = rf"{_OWNED_DOMAIN}\.(?:d\.)?codeartifact(?:-fips)?\.{_REGION}\.(?:{_PARTITION}|{_DUAL_STACK})"
_PRIVATE_HOST = rf"vpce-[a-z0-9-]+\.d\.codeartifact(?:-fips)?\.{_REGION}\.vpce\.{_PARTITION}"
_PRIVATE_PATH = rf"/[a-z]+/d/({_OWNED_DOMAIN})(?:/.*)?"
_LOOPBACK = r"localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]"
# `name` is a key of [[host]] alone, so a file needs no TOML parser (which Python 3.8 lacks).
_HOST_NAME = r"""["']?\bname["']?\s*=\s*(?:"([^"\n]+)"|'([^'\n]+)')"""

# A plain number: combining flags takes longer than the match.
_FLAGS = (re.ASCII | re.IGNORECASE).value

_configured_hosts = None


class Service:
    """A service of CodeArtifact.

    `url` is for the executable: without userinfo (an argument list is public, and it may contain a password), query and
    fragment. `key` is the same for all services of one token. `user` is its user name, or None. One that
    `is_unencrypted` never gets a token: the executable says why.
    """

    __slots__ = ("host", "is_unencrypted", "key", "url", "user")

    def __init__(self, url, host, key, user=None, is_unencrypted=False):
        self.url = url
        self.host = host
        self.key = key
        self.user = user
        self.is_unencrypted = is_unencrypted


def recognise(service):
    """The `Service` if this string (URL, host or host:port) names a CodeArtifact repository, else None."""
    if not isinstance(service, str):
        return None
    configured = _configured()
    if not configured and "codeartifact" not in service.lower():
        return None
    # ASCII: letters such as the Kelvin sign must not match their look-alikes.
    parts = re.fullmatch(_SERVICE, service, _FLAGS)
    if parts is None:
        return None
    host = parts["host"].lower()
    authority = f"{host}:{parts['port']}" if parts["port"] else host
    path = parts["path"] or ""
    key = _key(host, authority, path, configured)
    if key is None:
        return None
    scheme = f"{parts['scheme'].lower()}://" if parts["scheme"] else ""
    is_unencrypted = scheme == "http://" and not re.fullmatch(_LOOPBACK, host)
    if is_unencrypted:
        # The answer for the encrypted one is not valid for this one.
        key = scheme + key
    return Service(f"{scheme}{authority}{path}", host, key, parts["user"], is_unencrypted)


def _key(host, authority, path, configured):
    """The key of a token, None if the address is not CodeArtifact."""
    for name in (authority, host):
        if name in configured:
            return name
    if re.fullmatch(_PUBLIC_HOST, host):
        return host
    if re.fullmatch(_PRIVATE_HOST, host):
        # One endpoint serves every domain of its network: the domain is in the path.
        domain = re.fullmatch(_PRIVATE_PATH, path, _FLAGS)
        return f"{host}/pypi/d/{domain[1].lower()}" if domain else host
    return None


def _configured():
    """The names in the [[host]] tables of config.toml, read once per process; an unreadable file has none."""
    global _configured_hosts
    if _configured_hosts is None:
        from . import paths

        try:
            with open(paths.configuration_file("config.toml"), encoding="utf-8", errors="replace") as file:
                lines = [line.partition("#")[0] for line in file]
        except OSError:
            lines = []
        found = re.findall(_HOST_NAME, "\n".join(lines)) if lines else []
        _configured_hosts = frozenset((double or single).lower() for double, single in found)
    return _configured_hosts
