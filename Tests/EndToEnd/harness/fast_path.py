"""Asks the fast path. Whether it answers by itself is seen with too little memory for the main executable, which cannot even
start then."""

from __future__ import annotations

from standin import Repository

from .home import Home
from .installation import Installation
from .process import Result

TOO_SMALL = ["prlimit", "--as=12000000"]


class FastPath:
    """Asks for the token of one repository; `words` follow the program's name."""

    def __init__(self, home: Home, installed: Installation, repository: Repository) -> None:
        self.home, self.installed = home, installed
        self.words = ["get", repository.index_url, "aws"]

    def ask(self, *words: str) -> Result:
        return self.home.run(self.installed.keyring, *(words or self.words), timeout=40)

    def program(self, *words: str) -> Result:
        """What the main executable says."""
        return self.home.run(self.installed.program, "keyring", *(words or self.words), timeout=40)

    def alone(self, *words: str) -> Result:
        """What the fast path says by itself: with so little memory, nothing else can succeed."""
        return self.home.run(*TOO_SMALL, self.installed.keyring, *(words or self.words))

    def answers_alone(self, *words: str) -> bool:
        return self.alone(*words).returncode == 0

    def warm(self, *words: str) -> Result:
        """Asks until the fast path answers by itself: files that have changed this very moment are not trusted yet."""
        for _ in range(100):
            answer = self.ask(*words).ok()
            if self.answers_alone(*words):
                return answer
        raise AssertionError("the fast path never answers")
