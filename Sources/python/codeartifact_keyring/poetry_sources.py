"""What Poetry, when this is its process, calls its package sources."""

import sys

from . import services

_PREFIX = "poetry-repository-"
_SETTINGS = "poetry.config.config"


def recognise(service):
    """The `Service` behind a service `poetry-repository-<name>`, None if that is not ours.

    Poetry asks by name before it asks by URL, so this spares a CodeArtifact source the other backends: a locked one,
    which would wait for a prompt, and one that still has a token of last week.
    """
    if not isinstance(service, str) or not service.startswith(_PREFIX):
        return None
    if _SETTINGS in sys.modules:
        return services.recognise(url(service))
    from . import errors, helper

    try:
        helper.find()
    except errors.CodeArtifactError:
        return None
    # In any other process Poetry's settings are for the executable to read: it is asked by that name.
    return services.Service(service, service, service)


def url(service):
    """The URL of the source behind a service `poetry-repository-<name>`, None if that cannot be told."""
    module = sys.modules.get(_SETTINGS)
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
