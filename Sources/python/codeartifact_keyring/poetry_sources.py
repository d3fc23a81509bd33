"""The names of Poetry's package sources, in its own process."""

import sys

from . import services
from .errors import CodeArtifactError

_PREFIX = "poetry-repository-"
_SETTINGS = "poetry.config.config"


def is_poetry():
    """Whether this process is Poetry's."""
    return _SETTINGS in sys.modules


def service(name):
    """The service that Poetry looks up for a source of this name."""
    return _PREFIX + name


def recognise(service):
    """The `Service` behind a service `poetry-repository-<name>`, None if that is no CodeArtifact source.

    Poetry asks by name before it asks by URL. So the other backends are not asked about a CodeArtifact source: a locked
    one would wait for a prompt, and one may have an old token.
    """
    if not isinstance(service, str) or not service.startswith(_PREFIX):
        return None
    if is_poetry():
        return services.recognise(url(service))
    try:
        from . import helper

        helper.find()
    except (CodeArtifactError, ImportError):
        return None
    # In any other process, the executable reads Poetry's settings for that name.
    return services.Service(service, service, service)


def url(service):
    """The URL of the source behind a service `poetry-repository-<name>`, None if that is not known."""
    name = service[len(_PREFIX) :]
    asked_for = _url_asked_for(name)
    if asked_for is not None:
        return asked_for
    module = sys.modules.get(_SETTINGS)
    for setting in (["repositories", name, "url"], f"repositories.{name}.url"):
        # Poetry 2.5 takes a list, Poetry 1.8 a string; neither is an interface, so any error means "not known".
        try:
            found = module._default_config.get(setting)
        except Exception:
            continue
        if isinstance(found, str):
            return found
    return None


def _url_asked_for(name):
    """The URL to which Poetry is about to send the password of a name, None if that is not known.

    A project may give one name to two hosts, in `poetry.toml` and in `pyproject.toml`. The settings know the first;
    only the caller knows to which it sends the password (`AuthenticatorRepositoryConfig`, in Poetry 1.2 and later).
    """
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "get_http_credentials":
            asking = frame.f_locals.get("self")
            if getattr(asking, "name", None) == name and isinstance(getattr(asking, "url", None), str):
                return asking.url
        frame = frame.f_back
    return None
