"""A company's reverse proxy in front of CodeArtifact, on loopback and in the clear: a `[[host]]` of config.toml.

It is also the way for clients that take no notice of HTTPS_PROXY.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from standin import Repository, StandIn
from standin.machine import MachineListener

from .home import Home


@contextmanager
def reverse_proxy(standin: StandIn, repository: Repository, home: Home) -> Iterator[str]:
    """The URL that stands for the repository's publish URL; the home's configuration says whose it is."""
    listener = MachineListener(lambda request: standin.answer_behind(repository.host, request), standin.clock.now)
    home.write(
        ".config/codeartifact-keyring/config.toml",
        f'[[host]]\nname = "127.0.0.1"\ndomain = "{repository.domain}"\nowner = "{repository.owner}"\n'
        f'region = "{repository.region}"\n',
    )
    listener.start()
    try:
        yield f"{listener.url}/pypi/{repository.name}/"
    finally:
        listener.stop()
