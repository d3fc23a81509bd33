"""The command lines that Python's keyring and codeartifact-keyring are compared on, and the intended differences."""

from __future__ import annotations

from dataclasses import dataclass

from .fixed_keyring import HOST, SECRETS, TOKEN, URL

# Intended differences, and why.
DIFFERENCES = {
    "options anywhere": "argparse of Python 3.11 refuses an option between the operation, the service and the user, "
    "and what stands behind a later --; Python 3.13 and this program read them",
    "second dash-dash": "argparse of Python 3.11 drops a second -- too, so that a service of that name cannot be asked",
    "set on CodeArtifact": "a token typed by hand would be used before fresh ones, so nothing is stored, and a line says so",
    "no backend to load": "-b names a Python class; without a Python keyring on PATH there is none to load",
    "no traceback": "where Python ends in a traceback and exit 1, this program ends in one line and exit 1",
    "not UTF-8": "bytes that are not UTF-8 are shown as U+FFFD in usage errors, where Python shows \\udcXX",
    "backends": "--list-backends names the two that this program stands for",
    "unwritten answer": "an answer that cannot be written is none: exit 1, where Python ends with 0 or 120",
    "misplaced usage": "with standard error closed, Python prints the usage on standard output, where answers belong",
    "80 columns": "usage is laid out for 80 columns, whatever COLUMNS says",
}


@dataclass(frozen=True)
class Case:
    argv: tuple[str, ...]
    stdin: str | None = None
    differs: str | None = None
    # What is expected of codeartifact-keyring where it differs: exit code, stdout, last line of stderr.
    ours: tuple[int, str, str] | None = None

    @property
    def name(self) -> str:
        text = " ".join(self.argv)
        return (text if len(text) < 60 else text[:57] + "...").encode("ascii", "backslashreplace").decode() or "nothing"


def case(*argv: str, stdin: str | None = None) -> Case:
    return Case(argv, stdin)


def differs(why: str, code: int, stdout: str, last: str, *argv: str, stdin: str | None = None) -> Case:
    assert why in DIFFERENCES
    return Case(argv, stdin, why, (code, stdout, last))


LONG = "x" * 100_000
PAIRS = [
    (URL, "aws"),
    (URL, ""),
    (HOST, "aws"),
    (URL, "__token__"),
    (URL, "__poetry_source_empty_username__"),
    (HOST, "AWS"),
    *SECRETS,
    ("example.org", "bob"),
    ("", ""),
    ("python-poetry-check", "python-poetry"),
    ("https://pypi.org/simple/", "__token__"),
    ("pdm-pypi-x", "\x01\x7f"),
    (LONG, "anna"),
    ("example.org", LONG),
]
# How the options of a `get` are spelled: what stands before and behind service and user.
SPELLINGS = [
    (["get"], []),
    (["--mode", "password", "get"], []),
    (["--mode=password", "get"], ["--output=plain"]),
    (["--mode=creds", "--output=json", "get"], []),
    (["--mode", "creds", "get"], ["--output", "json"]),
    (["--m=creds", "get"], []),
    (["--output", "json", "get"], []),
    (["--o=json", "--mo", "creds", "get"], []),
    (["get"], ["--mode=creds"]),
    (["get"], ["--mode", "creds", "--output", "json"]),
    (["get"], ["--output=json"]),
    (["--mode=creds", "--mode=password", "get"], []),
    (["-p", "/nowhere", "get"], []),
    (["-p/nowhere", "--mode=creds", "get"], []),
    (["--keyring-path=", "get"], []),
]


def _dashed(service: str, username: str) -> bool:
    return service.startswith("--") or username == "--"


def gets() -> list[Case]:
    plain = [pair for pair in PAIRS if not _dashed(*pair)]
    both = [case(*before, *pair, *behind) for before, behind in SPELLINGS for pair in plain]
    alone = [
        case(*before, service, *behind)
        for before, behind in SPELLINGS
        for service in (URL, HOST, "example.org", "sörvice", "", "nobody.example")
    ]
    dashes = [
        case("--", "get", URL, "aws"),
        case("get", "--", URL, "aws"),
        case("get", URL, "--", "aws"),
        case("get", URL, "aws", "--"),
        case("--", "get", "--mode=creds", "aws"),
        case("get", "--", "--mode=creds", "aws"),
        case("--mode=creds", "--", "get", URL),
        case("--mode=creds", "get", "--", URL),
        case("get", "-1", "-2.5"),
        case("get", "--", "-1", "-2.5"),
        case("get", "-1\n", "-2.5"),
        case("get", "-", "-"),
        case("get", "-x y", "anna"),
        case("get", "--mode creds", "anna"),
        case("get", "-١", "-.5"),
    ]
    return both + alone + dashes


CLIENTS = [
    case("get", URL, "aws"),  # pip to 26.1; uv with a user
    case("get", HOST, "aws"),
    case("--mode=creds", "--output=json", "get", URL),  # pip from 26.2, pipenv
    case("--mode=creds", "--output=json", "get", URL, "aws"),
    case("--mode=creds", "--output=json", "get", HOST),
    case("--mode=creds", "--output=json", "get", "https://pypi.example/simple/"),
    case("get", URL, "--mode", "creds"),  # uv without a user
    case("get", HOST, "--mode", "creds"),
    case("--mode=creds", "get", URL, ""),  # PDM
    case("--mode=password", "get", URL, "__token__"),
    case("--mode=creds", "get", HOST, ""),
    case("--mode=creds", "get", "pdm-pypi-internal", ""),
    case("get", "poetry-repository-pypi", "__token__"),
    case("--help"),
    case("--version"),
    case(),
    case("get"),
]


def usage() -> list[Case]:
    lines = [
        ["bogus"], ["bogus", "S", "u"], ["Get", "S", "u"], [""], ["", "S"], ["it's"], ['"'], ["'\""], ["\n"], ["\\"],
        ["ü"], ["\u200b"], ["\U0001f600"], ["\x7f"], ["\ue000"], ["\u3000"], ["-"],
        ["get", "S"], ["set"], ["set", "S"], ["del"], ["del", "S"], ["--mode=creds", "get"],
        ["--mode=creds", "set", "S"], ["--mode=creds", "del", "S"], ["--output=json"], ["--mode=creds"],
        ["--mode"], ["--mode="], ["--mode=bogus", "get", URL, "aws"], ["--mode", "--output"], ["--mode", "--", "creds"],
        ["get", URL, "--mode"], ["get", URL, "aws", "--mode", "-1"], ["get", URL, "aws", "--mode", "a b"],
        ["--mode", "-h"], ["--mode", ""], ["--mode=it's", "get"], ["--output=xml"], ["--output"], ["--output=plain=json"],
        ["--output", "PLAIN"], ["--print-completion"], ["--print-completion", "fish"], ["--print-completion=bash"],
        ["--print-completion", "zsh"], ["--pr", "tcsh"], ["--print", "tcsh", "bogus"], ["bogus", "--print", "tcsh"],
        ["--bogus"], ["--bogus=1", "get", URL, "aws"], ["get", URL, "aws", "--bogus"], ["get", "--bogus"],
        ["--modes=creds", "get"], ["---"], ["---mode"], ["-x"], ["-x=1"], ["-m", "creds"], ["-mode=creds"], ["-o"],
        ["-="], ["-é"], ["-\u0301"], ["--\u0301"], ["--bogus", "-x", "get", URL, "aws", "more", "-1"],
        ["--=x"], ["--="], ["--k"], ["--keyring"], ["--keyring-=x"], ["--k", "-h"], ["-h", "--k=x"], ["--", "--k"],
        ["-h"], ["--help"], ["--h"], ["--he"], ["-h", "--bogus"], ["--bogus", "-h"], ["get", "-h"], ["-h", "bogus"],
        ["bogus", "-h"], ["--mode=bogus", "-h"], ["-hh"], ["-hb"], ["-hbX"], ["-hb", "X"], ["-hpX"], ["-hX"], ["-hhX"],
        ["-h-"], ["-h=x"], ["-h="], ["-h=p"], ["-h=p", "x"], ["-h=px"], ["-hb\u0301"], ["--help=x"], ["--help="],
        ["--disable="], ["--disable=x"], ["--list-backends=x"], ["--dis=it's"], ["--l=\n"],
        ["-b"], ["-p"], ["--keyring-backend"], ["--keyring-path"], ["-p", "-h"], ["-b", "--", "x"],
        ["-b", "x", "get"], ["-b", "x", "get", "S"], ["-b", "x", "set", "S"],
        ["get", URL, "aws", "more"], ["get", URL, "aws", "a", "b", ""], ["get", URL, "aws", "--", "x"],
        ["get", URL, "aws", "x", "--", "y"], ["--", "get", URL, "aws", "x", "--mode"], ["--"], ["--", "--"],
        ["get", URL, "aws", "--mode=creds", "--", "x"], ["get", "--"], ["diagnose", "a", "b", "c"],
        ["--list-backends", "--bogus"], ["--disable", "bogus"], ["--disable", "--mode=bogus"],
        ["\x1b[31m"], ["get", "S", "u", "\x1b[31m"], [LONG], ["--" + LONG], ["get", LONG], ["--mode", LONG],
    ]  # fmt: skip
    return [case(*line) for line in lines]


def writes() -> list[Case]:
    """Each set is followed by the get that tells what was stored."""
    inputs = {
        "plain": "hunter3\n", "without": "hunter3", "two": "hunter3\n\n", "inner": "a\nb\n", "windows": "hunter3\r\n",
        "mac": "a\rb\r", "mixed": "a\r\n\r\r\nb\n", "spaces": "  x  \n", "wide": "pässwörd 😀\n", "nul": "a\x00b\n",
        "long": LONG + "\n", "slash": "a\\b\"c'\n",
    }  # fmt: skip
    cases = []
    for name, text in inputs.items():
        cases += [case("set", name, "anna", stdin=text), case("--output=json", "get", name, "anna")]
    return [
        *cases,
        case("set", "plain", "anna", stdin="again\n"),
        case("get", "plain", "anna"),
        case("--mode=creds", "set", "plain", "", stdin="of nobody"),
        case("get", "plain", ""),
        case("get", "plain", "anna"),
        case("del", "plain", "anna"),
        case("get", "plain", "anna"),
        case("get", "plain", ""),
        case("--output=json", "del", "plain", ""),
        case("--mode=creds", "get", "plain"),
        case("-p", "/nowhere", "set", "sérvice", "üser", stdin="x"),
        case("--mode=creds", "get", "sérvice"),
        case("del", URL, "aws"),
        case("diagnose"),
        case("diagnose", "S"),
        case("diagnose", "S", "u"),
        case("-b", "x", "diagnose"),
        case("--mode=creds", "diagnose"),
        case("diagnose", "--print-completion", "bash"),
    ]


NO_BACKEND = (
    "keyring: error: Unable to load specified keyring: no Python keyring is installed. Run: pipx install keyring"
)
NOTHING_STORED = "codeartifact-keyring: CodeArtifact tokens are managed automatically; nothing was stored"
MEANT = [
    differs("options anywhere", 0, f"aws\n{TOKEN}\n", "", "get", "--mode", "creds", URL),
    differs("options anywhere", 0, f"aws\n{TOKEN}\n", "", "get", "--mode", "creds", URL, "--output=plain", "aws"),
    differs("options anywhere", 0, f"{TOKEN}\n", "", "get", URL, "--output=plain", "aws"),
    differs("options anywhere", 0, "hunter2\n", "", "get", "-p", "x", "example.org", "anna"),
    differs("options anywhere", 0, f"aws\n{TOKEN}\n", "", "get", URL, "--mode=creds", "--"),
    differs("options anywhere", 1, "", "", "get", "--mode=creds", "nobody.example"),
    differs("second dash-dash", 0, "dashes\n", "", "--", "get", "--mode=creds", "--"),
    differs("second dash-dash", 1, "", "", "--", "get", "--", "anna"),
    differs("set on CodeArtifact", 0, "", NOTHING_STORED, "set", URL, "aws", stdin="typed by hand\n"),
    differs("set on CodeArtifact", 0, "", NOTHING_STORED, "set", HOST, "bob", stdin="typed by hand\n"),
    differs("set on CodeArtifact", 0, "", NOTHING_STORED, "set", URL, "aws", stdin=""),
    differs("no backend to load", 2, "", NO_BACKEND, "-b", "no.such.Keyring", "get", URL, "aws"),
    differs("no backend to load", 2, "", NO_BACKEND, "-bx"),
    differs("no backend to load", 2, "", NO_BACKEND, "-b", "fixed_keyring.Keyring", "get", "example.org", "anna"),
    differs(
        "no traceback", 1, "", "codeartifact-keyring: there is no password of nobody.example to delete",
        "del", "nobody.example", "anna",
    ),
    differs("no traceback", 1, "", "codeartifact-keyring: there is no password of  to delete", "del", "", ""),
    differs(
        "no traceback", 1, "",
        "codeartifact-keyring: there is no password to store for example.org: nothing was piped in or typed",
        "set", "example.org", "anna", stdin="",
    ),
    differs(
        "no traceback", 1, "",
        "codeartifact-keyring: there is no password to store for example.org: nothing was piped in or typed",
        "set", "example.org", "anna", stdin="\n",
    ),
    differs(
        "not UTF-8", 2, "", "keyring: error: argument operation: invalid choice: '\ufffd' "
        "(choose from 'get', 'set', 'del', 'diagnose')", "\udcff",
    ),
    differs("not UTF-8", 2, "", "keyring: error: unrecognized arguments: --\ufffd\ufffd", "--\udcff\udcfe"),
    differs(
        "backends", 0,
        "codeartifact_keyring.backend.Keyring (priority: 9.95)\nkeyring.backends.SecretService.Keyring (priority: 5)\n",
        "", "--list-backends",
    ),
]  # fmt: skip
ODD_BYTES = [
    case("get", "\udcff", "anna"),
    case("get", "example.org", "an\udcffna"),
    case("--mode=creds", "get", "exa\udcc3mple.org"),
    case("get", f"https://{HOST}/\udcff", "aws"),
    case("get", URL, "aws\udcff"),
]
CASES = [*CLIENTS, *gets(), *usage(), *ODD_BYTES, *writes(), *MEANT]

# What a shell does to the streams, for which keyring, and whether a difference is intended.
REDIRECTIONS = [
    *(
        (words, where, None)
        for words in (f"get {URL} aws", "get example.org anna", "get nobody.example x", "get", "set")
        for where in ("<&-", "2>&-", "<&- 2>&-", "2>/dev/full", "</dev/null", "2>/dev/null")
        if words not in ("get", "set") or where in ("<&-", "</dev/null", "2>/dev/null")
    ),
    *(
        (words, where, "unwritten answer")
        for words in (f"get {URL} aws", "--mode=creds --output=json get example.org", "-h")
        for where in (">&-", ">/dev/full", "<&- >&-", ">&- 2>&-")
        if (words, where) not in [("-h", ">&- 2>&-")]
    ),
    *((words, where, "misplaced usage") for words in ("get", "set") for where in ("2>&-", "<&- 2>&-")),
    *((words, ">&-", None) for words in ("get nobody.example x", "get", "get a b c d")),
]
