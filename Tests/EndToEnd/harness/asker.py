"""Who asks the front. Whether it answers by itself shows in a space too small for the program, which cannot even be
started there."""

from __future__ import annotations

from standin import Repository

from .home import Home
from .installation import Installation
from .process import Result

TOO_SMALL = ["prlimit", "--as=12000000"]


class Asker:
    """Asks for the token of one repository; `words` stand behind the program's name."""

    def __init__(self, home: Home, installed: Installation, repository: Repository) -> None:
        self.home, self.installed = home, installed
        self.words = ["get", repository.index_url, "aws"]

    def ask(self, *words: str) -> Result:
        return self.home.run(self.installed.keyring, *(words or self.words), timeout=40)

    def program(self, *words: str) -> Result:
        """What the program itself says."""
        return self.home.run(self.installed.program, "keyring", *(words or self.words), timeout=40)

    def alone(self, *words: str) -> Result:
        """What the front says by itself; it has no other way to end well."""
        return self.home.run(*TOO_SMALL, self.installed.keyring, *(words or self.words))

    def answers_alone(self, *words: str) -> bool:
        return self.alone(*words).returncode == 0

    def warm(self, *words: str) -> Result:
        """Asks until the front answers by itself: files that have changed this very moment are not believed yet."""
        for _ in range(100):
            answer = self.ask(*words).ok()
            if self.answers_alone(*words):
                return answer
        raise AssertionError("the front never answers")
