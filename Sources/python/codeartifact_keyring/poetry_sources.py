"""What Poetry, when this is its process, calls its package sources."""

import sys

from . import services

_PREFIX = "poetry-repository-"
_SETTINGS = "poetry.config.config"


def is_poetry():
    """Whether this process is Poetry's."""
    return _SETTINGS in sys.modules


def service(name):
    """What Poetry asks a keyring for a source of this name."""
    return _PREFIX + name


def recognise(service):
    """The `Service` behind a service `poetry-repository-<name>`, None if that is no CodeArtifact source.

    Poetry asks by name before it asks by URL, so this spares a CodeArtifact source the other backends: a locked one,
    which would wait for a prompt, and one that still has a token of last week.
    """
    if not isinstance(service, str) or not service.startswith(_PREFIX):
        return None
    if is_poetry():
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
    name = service[len(_PREFIX) :]
    asked_for = _url_asked_for(name)
    if asked_for is not None:
        return asked_for
    module = sys.modules.get(_SETTINGS)
    for setting in (["repositories", name, "url"], f"repositories.{name}.url"):
        # Poetry 2.5 takes a list, Poetry 1.8 a string; neither is an interface, so whatever goes wrong is "not known".
        try:
            found = module._default_config.get(setting)
        except Exception:
            continue
        if isinstance(found, str):
            return found
    return None


def _url_asked_for(name):
    """The URL to which Poetry is about to send what it gets under a name, None if that cannot be told.

    A project may give one name to two hosts, in `poetry.toml` and in `pyproject.toml`. The settings know the first;
    whom the password goes to, the caller alone knows (`AuthenticatorRepositoryConfig`, in Poetry 1.2 and later).
    """
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "get_http_credentials":
            asking = frame.f_locals.get("self")
            if getattr(asking, "name", None) == name and isinstance(getattr(asking, "url", None), str):
                return asking.url
        frame = frame.f_back
    return None
