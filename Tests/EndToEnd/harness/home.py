"""A user's home: an empty HOME, a runtime directory, and an environment built from nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from standin import Credentials, StandIn

from .process import Result, run

SYSTEM_PATH = "/usr/bin:/bin"


@dataclass
class Home:
    """Where one test's user lives. `env` is all that the user's commands are given."""

    directory: Path
    runtime: Path
    env: dict[str, str]
    # How every command ended that this user ran.
    results: list[Result] = field(default_factory=list, repr=False)

    @classmethod
    def make(cls, base: Path, path: str = SYSTEM_PATH) -> Home:
        directory, runtime = base / "home", base / "run"
        for folder in (directory, runtime):
            folder.mkdir(mode=0o700)
        env = {
            "HOME": str(directory),
            "XDG_RUNTIME_DIR": str(runtime),
            "PATH": path,
            "LANG": "C.UTF-8",
            # No test may find credentials on the machine it happens to run on.
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return cls(directory, runtime, env)

    def connect_to(self, standin: StandIn) -> None:
        """From now on AWS, for this user, is the stand-in."""
        self.env |= standin.environment()

    def sign_in(self, credentials: Credentials) -> None:
        """Puts AWS credentials into the environment."""
        self.sign_out()
        self.env |= credentials.environment()

    def sign_out(self) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            self.env.pop(name, None)

    def write(self, name: str, content: str | bytes, mode: int = 0o600) -> Path:
        """Writes a file below HOME."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    def run(self, *argv: str | Path, cwd: Path | None = None, text: str | None = None, timeout: float = 120) -> Result:
        """Runs a command as this user."""
        result = run(argv, self.env, cwd or self.directory, text, timeout)
        self.results.append(result)
        return result

    def files_holding(self, needle: str) -> list[Path]:
        """Every file below HOME and the runtime directory that holds the text."""
        wanted = needle.encode()
        return [path for path in self.files() if wanted in path.read_bytes()]

    def files(self) -> list[Path]:
        """Every plain file of the user."""
        roots = (self.directory, self.runtime)
        return sorted(path for root in roots for path in root.rglob("*") if path.is_file() and not path.is_symlink())

    def contents(self) -> dict[str, bytes]:
        """What every file of HOME holds, by its name relative to HOME."""
        return {
            str(path.relative_to(self.directory)): path.read_bytes()
            for path in self.directory.rglob("*")
            if path.is_file()
        }


def profile_files(profiles: dict[str, dict[str, str]], keys: dict[str, Credentials]) -> dict[str, str]:
    """`~/.aws/config` and `~/.aws/credentials` with these profiles and static keys."""

    def section(name: str, values: dict[str, str]) -> str:
        return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())

    def config_name(profile: str) -> str:
        return profile if profile == "default" else f"profile {profile}"

    return {
        ".aws/config": "\n".join(section(config_name(name), values) for name, values in profiles.items()),
        ".aws/credentials": "\n".join(
            section(name, {key.lower(): value for key, value in credentials.environment().items()})
            for name, credentials in keys.items()
        ),
    }


def joined(*folders: Path | str) -> str:
    """A PATH of these folders and the system's."""
    return ":".join([*(str(folder) for folder in folders), SYSTEM_PATH])
