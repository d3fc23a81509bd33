"""A machine with a package manager, as install.sh sees one: by the programs on PATH."""

from __future__ import annotations

import shutil

from .environments import ROOT
from .home import SYSTEM_PATH

TOOLS = (
    "basename bash cat chmod cp dirname env find grep gzip head id ln ls mkdir mktemp mv python3 readlink rm rmdir "
    "sed sh sha256sum sort tail tar uname"
).split()
# By the package manager: what tells whether a package is there, one package that is needed to run, and how it is installed.
MANAGERS = {
    "apt-get": ("dpkg-query", "libsecret-1-0", "install -y -qq --no-install-recommends"),
    "dnf": ("rpm", "libsecret", "install -y -q"),
}
REFUSAL = "#!/bin/sh\nexit 1\n"


class FakeSystem:
    """A machine of an ordinary user, with nothing installed that is needed; it says what its package manager was told."""

    def __init__(self, home, directory, manager):
        self.home, self.tools, self.log = home, directory / "tools", directory / "told"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name, path=SYSTEM_PATH))
        self.query, self.package, self.installing = MANAGERS[manager]
        self.installing = f"{manager} {self.installing}"
        self.put(self.query, REFUSAL)
        self.manager = manager
        self.brings()
        self.put("id", "#!/bin/sh\necho 1000\n")
        home.env["PATH"] = str(self.tools)

    def put(self, name, text):
        (self.tools / name).unlink(missing_ok=True)
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def brings(self, *tools):
        """From now on the package manager has these programs, and this machine does not."""
        for tool in tools:
            (self.tools / tool).unlink(missing_ok=True)
        cases = "".join(
            f"case \" $* \" in *' {tool} '*) ln -s {shutil.which(tool, path=SYSTEM_PATH)} {self.tools}/ ;; esac\n"
            for tool in tools
        )
        self.put(self.manager, f'#!/bin/sh\necho "{self.manager} $*" >>{self.log}\n{cases}')

    @property
    def told(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    def install(self, *options):
        return self.home.run(
            ROOT / "install.sh", "--prefix", self.home.directory / "prefix", "--no-configure", *options
        )
