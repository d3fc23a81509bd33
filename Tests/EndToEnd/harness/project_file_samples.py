"""Project files as people write them, for what is to be written into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_POETRY_2 = '[project]\nname = "app"\nversion = "1.0.0"\nrequires-python = ">=3.9"\n'
_POETRY_1 = '[tool.poetry]\nname = "app"\nversion = "1.0.0"\ndescription = ""\nauthors = ["A <a@example.com>"]\n'
_PYTHON = '\n[tool.poetry.dependencies]\npython = ">=3.9"\n'
_UV = '[project]\nname = "app"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = []\n'


@dataclass(frozen=True)
class Sample:
    """A project: files by their names. `file` is the one that is to change, `folder` where the command is run."""

    title: str
    text: str
    more: dict[str, str] = field(default_factory=dict)
    file: str = "pyproject.toml"
    folder: str = "."

    def __str__(self) -> str:
        return self.title

    def write(self, directory: Path) -> None:
        for name, text in {"pyproject.toml": self.text, **self.more}.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


POETRY = [
    Sample("Poetry 1", _POETRY_1 + _PYTHON),
    Sample("Poetry 2", _POETRY_2 + "\n[tool.poetry]\npackage-mode = false\n"),
    Sample(
        "project table only",
        _POETRY_2 + '\n[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
    ),
    Sample("CRLF", (_POETRY_1 + _PYTHON + "\n# the end\n").replace("\n", "\r\n")),
    Sample("no newline at the end", _POETRY_1 + _PYTHON.rstrip()),
    Sample("comment without newline at the end", _POETRY_1 + _PYTHON + "# the end"),
    Sample("empty lines at the end", _POETRY_1 + _PYTHON + "\n\n\n"),
    Sample(
        "comments everywhere",
        "# licence\n\n"
        + _POETRY_1.replace('description = ""', 'description = "a # b"  # why')
        + _PYTHON
        + '# requests = "*"\n\n# [[tool.poetry.source]]\n# name = "old"\n',
    ),
    Sample(
        "a source before other tables",
        _POETRY_1 + _PYTHON + '\n[[tool.poetry.source]]\nname = "pypi-mirror"\nurl = "https://mirror.example/simple/"\n'
        'priority = "explicit"\n\n\n# how we lint\n# and why\n[tool.black]\nline-length = 100\n',
    ),
    Sample(
        "a source at the very beginning",
        '[[tool.poetry.source]]\nname = "other"\nurl = "https://other.example/simple/"\npriority = "supplemental" # no\n'
        + _POETRY_1
        + _PYTHON,
    ),
    Sample(
        "two sources, PyPI one of them",
        _POETRY_1 + _PYTHON + '\n[[tool.poetry.source]]\nname = "PyPI"\npriority = "primary"\n\n'
        '[[tool.poetry.source]]\nname = "other"\nurl = "https://other.example/simple/"\npriority = "explicit"\n',
    ),
    Sample(
        "dotted keys",
        'tool.poetry.name = "app"\ntool.poetry.version = "1"\ntool.poetry.description = ""\ntool.poetry.authors = []\n'
        'tool.poetry.dependencies.python = ">=3.9"\n',
    ),
    Sample(
        "a table tool",
        '[tool]\npoetry.name = "app"\npoetry.version = "1"\npoetry.description = ""\npoetry.authors = []\n'
        'poetry.dependencies = { python = ">=3.9" }\nblack = { line-length = 100 }\n',
    ),
    Sample(
        "Poetry's tables apart from each other",
        _POETRY_1
        + "\n[tool.mypy]\nstrict = true\n"
        + _PYTHON
        + '\n[tool.pytest.ini_options]\naddopts = "-q"\n\n[tool.poetry.group.dev.dependencies]\n\n[tool.ruff]\n'
        'select = ["E"]\n',
    ),
    Sample(
        "long strings",
        _POETRY_1.replace('description = ""', 'description = """\\\n[[tool.poetry.source]] name\\\n"""')
        + "\n[tool.x]\ny = '''\n# no comment '\n'''\n"
        + _PYTHON,
    ),
    Sample("keys in quotes", _POETRY_1.replace("[tool.poetry]", '["tool" . poetry]') + _PYTHON),
    Sample("other letters", _POETRY_1.replace("A <", "Ångström Δ <") + _PYTHON),
    Sample(
        "arrays of tables of others",
        _POETRY_1 + _PYTHON + '\n[[tool.mypy.overrides]]\nmodule = "a.*"\n\n'
        '[[tool.mypy.overrides]]\nmodule = ["b.*",\n"c.*"]\n',
    ),
    Sample(
        "settings of the project for Poetry",
        _POETRY_1 + _PYTHON,
        {"poetry.toml": "[virtualenvs]\nin-project = true  # here\n"},
    ),
    Sample("below the project", _POETRY_1 + _PYTHON, {"src/app/__init__.py": ""}, folder="src/app"),
]

UV = [
    Sample("uv, nothing yet", _UV),
    Sample("uv and CRLF", (_UV + "\n[tool.uv]\ndev-dependencies = []\n").replace("\n", "\r\n")),
    Sample(
        "uv with an index",
        _UV + '\n[[tool.uv.index]]\nname = "other"\nurl = "https://other.example/simple"\n'
        "explicit = true\n\n# sources\n[tool.uv.sources]\n",
    ),
    Sample("a default index", _UV + '\n[tool.uv]\nindex-url = "https://o.example/simple"\n\n[tool.ruff]\n'),
    Sample(
        "the root of a workspace",
        _UV + '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        {"packages/one/pyproject.toml": _UV.replace('"app"', '"one"')},
    ),
    Sample(
        "a member of a workspace",
        _UV + '\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
        {"packages/one/pyproject.toml": _UV.replace('"app"', '"one"') + "[tool.uv]\n"},
        folder="packages/one",
    ),
    Sample("a file of uv's own", _UV, {"uv.toml": '# for all of the team\nprerelease = "allow"\n'}, file="uv.toml"),
    Sample(
        "dependency groups and a build backend",
        _UV + "\n[dependency-groups]\ndev = []\n\n[build-system]\n"
        'requires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n[tool.uv]\npackage = false\n',
    ),
]

# Where a table at the end would not be valid TOML: the text, and the line of the value that is closed.
CLOSED = [
    ('tool = { poetry = { name = "app", version = "1" } }\n', 1),
    ('[tool]\npoetry = { name = "app", version = "1" }\n', 2),
]
LISTS = [
    (_POETRY_1 + "source = []\n" + _PYTHON, 6),
    (_POETRY_1 + 'source = [\n    { name = "other", url = "https://o.example/" },  # last\n]\n' + _PYTHON, 6),
]
