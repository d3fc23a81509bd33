"""The rows of the table: what is measured, against what, and what it must come to."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.desktop import gnome_keyring
from harness.environments import program, python
from harness.home import Home
from harness.project import ALL_EIGHT, poetry_application, uv_application
from measure import Command, Sample, by_turns, figures, instructions, peak_memory
from stage import Stage

GET = "k.get_credential(url, None)"


@dataclass
class Row:
    """One line of the table. `value` is what the goal is held against."""

    what: str
    unit: str
    minimum: float
    median: float
    value: float | None = None
    goal: float | None = None
    judged: str = ""
    # The goal is to be at least that good, not at most.
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.goal is None or self.value is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal


def plain(what: str, sample: Sample) -> Row:
    return Row(what, "ms", sample.minimum, sample.median)


def ratio(what: str, ours: Sample, against: str, theirs: Sample, goal: float, median: bool = False) -> Row:
    """The ratio of the minima; where `median` says so, of the medians if that is the worse one."""
    value = ours.minimum / theirs.minimum
    if median:
        value = max(value, ours.median / theirs.median)
    return Row(what, "ms", ours.minimum, ours.median, value, goal, f"× {against}")


def by_pairs(what: str, ours: Sample, against: str, theirs: Sample, goal: float) -> Row:
    """The median of the ratios of neighbouring rounds: for what runs on many threads and long enough for the machine to
    change its speed, where the quickest round of either is chance."""
    value = statistics.median(one / other for one, other in zip(ours.wall, theirs.wall))
    return Row(what, "ms", ours.minimum, ours.median, value, goal, f"× {against}")


def lookups(stage: Stage, scale: float) -> Iterator[Row]:
    """A lookup of a cached token, and of another service's secret, beside a process that does nothing and the peers."""
    home = stage.home("lookups")
    commands = {
        "true": Command(["/bin/true"], home.env),
        "warm": stage.lookup(home),
        "program": stage.lookup_by_program(home),
        "foreign": stage.unrelated(home),
        "ecr": stage.ecr_login(home),
    }
    samples = by_turns(int(500 * scale), commands)
    warm = samples["warm"]
    yield plain("a process that does nothing (/bin/true)", samples["true"])
    yield ratio("warm lookup", warm, "/bin/true, both", samples["true"], 2.0, median=True)
    yield ratio("warm lookup", warm, "docker-credential-ecr-login", samples["ecr"], 0.5)
    yield plain("docker-credential-ecr-login, file cache", samples["ecr"])
    yield plain("warm lookup without the fast path", samples["program"])
    yield ratio("unrelated service, no other keyring, no bus", samples["foreign"], "warm", warm, 1.5)
    count = instructions(commands["warm"]) / 1e6
    yield Row("instructions of a warm lookup", "M", count, count, count, 1.5, "M")
    full = instructions(commands["program"]) / 1e6
    yield Row("instructions without the fast path", "M", full, full)
    memory = peak_memory(commands["warm"])
    yield Row("peak memory of a warm lookup", "MB", memory, memory, memory, 8, "MB")
    memory = peak_memory(commands["program"])
    yield Row("peak memory without the fast path", "MB", memory, memory)

    samples = by_turns(max(2, int(20 * scale)), {"python": stage.keyrings_codeartifact(home), "warm": commands["warm"]})
    value = samples["python"].minimum / samples["warm"].minimum
    sample = samples["python"]
    yield Row(
        "keyrings.codeartifact in Python's keyring", "ms", sample.minimum, sample.median, value, 100, "× warm", True
    )


def secret_service(stage: Stage, scale: float) -> Iterator[Row]:
    """On a desktop: the store of record, and other services."""
    home = stage.home("desktop")
    with gnome_keyring(home):
        own = Home(home.directory, home.runtime, dict(home.env))
        commands = {
            "ours": stage.secret_service_only(own),
            "tool": stage.secret_tool(home),
            "foreign": stage.unrelated(home),
            "miss": stage.secret_tool_finding_nothing(home),
        }
        samples = by_turns(int(100 * scale), commands)
    yield plain("secret-tool lookup", samples["tool"])
    # Three programs work at such a lookup: the quickest round of either is chance.
    yield by_pairs("warm lookup from Secret Service only", samples["ours"], "secret-tool", samples["tool"], 1.3)
    yield plain("secret-tool lookup that finds nothing", samples["miss"])
    yield ratio("unrelated service, desktop bus", samples["foreign"], "secret-tool", samples["miss"], 1.3)


def cold(stage: Stage, scale: float) -> Iterator[Row]:
    """A new token, beside the one request that it takes."""
    home = stage.home("cold")
    samples = by_turns(int(60 * scale), {"curl": stage.post_by_curl(home), "ours": stage.cold(home)})
    ours, curl = samples["ours"], samples["curl"]
    yield plain("one signed POST by curl", curl)
    yield Row("cold lookup", "ms", ours.minimum, ours.median, ours.minimum - curl.minimum, 10, "ms more than curl")


def backend(stage: Stage, scale: float) -> Iterator[Row]:
    """Python's side, which times itself."""
    home = stage.home("backend")
    stage.lookup(home)
    rounds = max(3, int(30 * scale))
    clock = "from time import perf_counter as t; import keyring; a = t()"
    load = "import codeartifact_keyring.backend; b = t()"
    (column,) = figures(rounds, stage.backend(home, f"{clock}; {load}; print((b - a) * 1000)"))
    yield absolute("import of the backend, beyond keyring's own", column, 3)
    # As Poetry has it: its own modules are loaded by then.
    code = (
        "import poetry.utils.password_manager, poetry.installation.installer, keyring\n"
        f"from time import perf_counter as t\nfrom codeartifact_keyring.backend import Keyring\n"
        f"k, url = Keyring(), {stage.repository.index_url!r}\n"
        f"a = t(); {GET}; b = t(); assert {GET}; c = t(); print((b - a) * 1000, (c - b) * 1000)"
    )
    stage.backend(home, code, "poetry")
    first, second = figures(rounds, stage.backend(home, code, "poetry"))
    yield absolute("first lookup in Poetry's process", first, 5)
    yield absolute("second lookup there", second, 0.05)


def absolute(what: str, column: list[float], goal: float) -> Row:
    return Row(what, "ms", min(column), statistics.median(column), min(column), goal, "ms")


def clients(stage: Stage, scale: float) -> Iterator[Row]:
    """Whole installs, beside the same with the token in environment variables and nothing of this program in the way."""
    home = stage.home("clients")
    home.run(stage.installed.program, "configure").ok()
    home.env |= {"POETRY_VIRTUALENVS_IN_PROJECT": "true", "UV_PYTHON": str(python()), "UV_PYTHON_DOWNLOADS": "never"}
    token = home.run(stage.installed.keyring, "get", stage.repository.index_url, "aws").ok().raw_stdout.strip()
    variables = {"POETRY_HTTP_BASIC_ARTIFACT_USERNAME": "aws", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD": token}
    variables |= {"UV_INDEX_ARTIFACT_USERNAME": "aws", "UV_INDEX_ARTIFACT_PASSWORD": token}
    variables |= {"POETRY_KEYRING_ENABLED": "false", "UV_KEYRING_PROVIDER": "disabled"}
    # One folder for both: where the file system happens to put a folder makes a fifth of an install's time.
    environments = {"ours": home.env, "plain": home.env | variables}
    project = poetry_application(home.directory / "poetry", stage.repository, ALL_EIGHT)
    home.run(program("poetry"), "lock", "--no-interaction", cwd=project).ok()
    words = [program("poetry"), "install", "--no-interaction", "--no-ansi"]
    poetry = {name: Command(words, env, project, prepare=emptied(home, project)) for name, env in environments.items()}
    project = uv_application(home.directory / "uv", stage.repository)
    home.run(program("uv"), "lock", cwd=project).ok()
    words = [program("uv"), "sync"]
    uv = {name: Command(words, env, project, prepare=emptied(home, project)) for name, env in environments.items()}
    samples = by_turns(max(2, int(15 * scale)), poetry)
    for sample in samples.values():
        sample.wall = sample.cpu
    yield plain("CPU of poetry install, credentials in variables", samples["plain"])
    yield by_pairs("CPU of poetry install, warm token", samples["ours"], "with variables", samples["plain"], 1.03)
    samples = by_turns(max(2, int(100 * scale)), uv)
    yield plain("uv sync, credentials in variables", samples["plain"])
    yield by_pairs("uv sync, warm token", samples["ours"], "with variables", samples["plain"], 1.10)


def emptied(home: Home, project: Path):
    """Makes an install one on a new machine."""

    def prepare() -> None:
        for folder in (project / ".venv", home.directory / ".cache"):
            shutil.rmtree(folder, ignore_errors=True)

    return prepare


def growth(stage: Stage, scale: float) -> Iterator[Row]:
    """The same lookup with more and more of everything."""
    commands = {}
    for count in (1, 10, 100, 1000):
        home = stage.home_with_profiles(count)
        commands[count] = stage.lookup(home)
        commands[count, "program"] = stage.lookup_by_program(home)
    samples = by_turns(int(150 * scale), commands)
    for count in (1, 10, 100):
        yield plain(f"warm lookup, {count} profile{'s' * (count > 1)}", samples[count])
    few = samples[1]
    yield ratio("warm lookup, 1000 profiles", samples[1000], "with one", few, 1.3)
    for count in (1, 1000):
        yield plain(f"without the fast path, {count} profile{'s' * (count > 1)}", samples[count, "program"])

    home = stage.home("domains")
    alone = stage.lookup(home)
    few = by_turns(int(150 * scale), {"one": alone})["one"]
    urls = [stage.standin.add_repository(f"acme-{number}").index_url for number in range(50)]
    for url in urls:
        home.run(stage.installed.keyring, "get", url, "aws").ok()
    many = by_turns(int(150 * scale), {"fifty": stage.lookup(home, urls[0])})["fifty"]
    yield ratio("warm lookup, 50 cached domains", many, "with one", few, 1.3)

    warm = stage.lookup(home, urls[0])
    for count in (1, 2, 4, 8, 16, 32):
        warm.at_once = count
        yield plain(f"{count} warm lookup{'s at once, each' * (count > 1)}", by_turns(int(30 * scale), {"": warm})[""])


ALL = [lookups, secret_service, cold, backend, clients, growth]
