"""What `doctor` examines: a configured home with real clients on PATH, and a project with a source."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from standin import Repository, StandIn

from .environments import environment, program, python
from .home import Home, joined
from .installation import Installation
from .process import Result

FAILURES = ("warning", "problem")

PIP_CONF = ".config/pip/pip.conf"
UV_TOML = ".config/uv/uv.toml"

# The three kinds of passwords that clients find, by how they are told.
OLD = "a token that expired 3 d ago"
GOOD = "a token that expires in 5 h"
OTHER = "a password that is not a CodeArtifact token"
# The last of them.
SECRET = "hunter2"

# As findings have them, the domain's name by a word.
HOST = "DOMAIN-111122223333.d.codeartifact.us-east-1.amazonaws.com"
INDEX = f"{HOST}/pypi/internal/simple/"


@dataclass(frozen=True)
class Finding:
    """A line of the doctor's, as its JSON has it. Paths below HOME begin with `~`."""

    area: str
    severity: str
    what: str
    place: str = ""
    command: str = ""
    fixable: bool = False
    # As it would be typed.
    full_command: str = field(default="", compare=False)


@dataclass
class DoctorEnv:
    """A home, a project and a PATH on which `tools` comes first, right before the product."""

    home: Home
    installation: Installation
    standin: StandIn
    repository: Repository
    tools: Path
    folder: Path

    def put_on_path(self, name: str, target: Path) -> Path:
        """Makes a program available under a name."""
        link = self.tools / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        return link

    def with_clients(self, *names: str) -> DoctorEnv:
        """Puts real clients on PATH: poetry, pip, uv, and a Python that has the keyring package."""
        for name in names or ("poetry", "pip", "uv", "python"):
            if name == "python":
                # Not a link: a virtual environment's Python must be called by its own path.
                script(self.tools / "python3", f'#!/bin/sh\nexec {python()} "$@"\n')
            else:
                self.put_on_path(name, program(name))
        return self

    def path_begins_with(self, *folders: Path) -> None:
        self.home.env["PATH"] = joined(*folders, self.tools, self.installation.bin)

    def project(self, text: str, name: str = "pyproject.toml") -> Path:
        """Writes a file of the project in the folder."""
        path = self.folder / name
        path.write_text(text)
        return path

    def with_source(self) -> DoctorEnv:
        """Gives the project a source of Poetry's, as it should be written."""
        self.project(f'[[tool.poetry.source]]\nname = "artifact"\nurl = "{self.repository.index_url}"\n')
        return self

    def old_token(self) -> str:
        """A token that ended three days ago. Not for showing."""
        return self.standin.issue_token(self.repository, lifetime=-3 * 86400 - 60)

    def good_token(self) -> str:
        """A token with five hours left. Not for showing."""
        return self.standin.issue_token(self.repository, lifetime=5 * 3600 + 60)

    def url_with(self, password: str) -> str:
        """The index's URL with a password in it. Not for showing."""
        return self.repository.index_url.replace("//", f"//aws:{password}@")

    def doctor(self, *options: str) -> Result:
        """`doctor`, which never shows a secret and never hangs."""
        result = self.home.run(self.installation.program, "doctor", *options, cwd=self.folder, timeout=60)
        assert result.stderr == "", result.describe()
        shown = result.raw_stdout
        assert not any(secret in shown for secret in self.standin.secrets()), "a secret is shown"
        assert "eyJ2ZXIi" not in shown, "a token is shown"
        return result

    def report(self, *options: str) -> dict:
        """What `doctor --json` says; the exit code goes with it."""
        result = self.doctor("--json", *options)
        report = json.loads(result.stdout)
        assert result.returncode == (0 if report["healthy"] else 1), result.describe()
        return report

    def findings(self, *options: str, of: Iterable[str] = ("ok", "note", *FAILURES)) -> list[Finding]:
        return [self._finding(item) for item in self.report(*options)["findings"] if item["severity"] in of]

    def failures(self, *options: str) -> list[Finding]:
        """What is wrong."""
        return self.findings(*options, of=FAILURES)

    def notes(self, area: str, *options: str) -> list[Finding]:
        return [finding for finding in self.findings(*options, of=("note",)) if finding.area == area]

    def fix(self) -> list[str]:
        """`doctor --fix`. Returns what was done; afterwards all is well."""
        report = self.report("--fix")
        assert all(item["done"] for item in report["fixed"]), report["fixed"]
        assert [item for item in report["findings"] if item["severity"] in FAILURES] == []
        return [self._short(item["what"]) for item in report["fixed"]]

    def run_command(self, finding: Finding) -> None:
        """Runs the command that a finding names, in the user's shell."""
        self.home.run("/bin/sh", "-c", finding.full_command, cwd=self.folder).ok()

    def _finding(self, item: dict) -> Finding:
        place = item.get("file", "") + (f":{item['line']}" if "line" in item else "")
        texts = (self._short(text) for text in (item["what"], place, item.get("command", "")))
        what, place, command = texts
        return Finding(item["area"], item["severity"], what, place, command, item["fixable"], item.get("command", ""))

    def _short(self, text: str) -> str:
        for directory, name in ((self.home.directory, "~"), (self.folder, "."), (self.tools, "TOOLS")):
            text = text.replace(f"{directory}/", f"{name}/")
        return text.replace(str(self.installation.bin), "BIN").replace(self.repository.domain, "DOMAIN")


def only(doctor_env: DoctorEnv, area: str, *options: str) -> list[Finding]:
    """What is wrong in an area, which is all that is wrong."""
    failures = doctor_env.failures(*options)
    assert {finding.area for finding in failures} <= {area}, failures
    return failures


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def virtual_environment(doctor_env: DoctorEnv, directory: Path, **versions: str) -> Path:
    """A virtual environment in which some packages are said to be of other versions than they are: what is really
    imported are the harness's keyring and pip."""
    doctor_env.home.run("/usr/bin/env", "-i", python(), "-m", "venv", "--without-pip", directory).ok()
    [packages] = directory.glob("lib/python*/site-packages")
    real = {
        "keyring": next(environment("harness").glob("lib/python*/site-packages")),
        "pip": next(environment("pip").glob("lib/python*/site-packages")),
    }
    for name, version in versions.items():
        folder = packages / f"{name.replace('__', '.').replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name.replace('__', '.')}\nVersion: {version}\n"
        )
        if name in real:
            # The package alone, without the words about its version.
            others = packages.parent / f"of-{name}"
            others.mkdir()
            for entry in real[name].iterdir():
                if not entry.name.endswith(".dist-info"):
                    os.symlink(entry, others / entry.name)
            with (packages / "others.pth").open("a") as file:
                file.write(f"{others}\n")
            runner = "from pip._internal.cli.main import main" if name == "pip" else "from keyring.cli import main"
            script(directory / "bin" / name, f"#!{directory}/bin/python\nimport sys\n{runner}\nsys.exit(main())\n")
    return directory
