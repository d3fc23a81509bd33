"""What Poetry, when this is its process, calls its package sources."""

import sys

_PREFIX = "poetry-repository-"


def url(service):
    """The URL of the source behind a service `poetry-repository-<name>`, None if that cannot be told.

    Poetry asks by name before it asks by URL, so this spares a CodeArtifact source the other backends: a locked one,
    which would wait for a prompt, and one that still has a token of last week.
    """
    if not isinstance(service, str) or not service.startswith(_PREFIX):
        return None
    module = sys.modules.get("poetry.config.config")
    name = service[len(_PREFIX) :]
    for setting in (["repositories", name, "url"], f"repositories.{name}.url"):
        # Poetry 2.5 takes a list, Poetry 1.8 a string; neither is an interface, so whatever goes wrong is "not known".
        try:
            found = module._default_config.get(setting)
        except Exception:
            continue
        if isinstance(found, str):
            return found
    return None
