"""Where a system gives less than one expects: an answer or an honest failure, and never half of anything."""

from __future__ import annotations

import resource
import subprocess

import pytest

NAME = "codeartifact-keyring"
UNLIMITED = resource.RLIM_INFINITY
MIB = 1 << 20


@pytest.fixture
def limited(home, installed):
    """Runs a command under limits."""

    def run(*words, **limits: int) -> subprocess.CompletedProcess[str]:
        def restrict() -> None:
            for name, value in limits.items():
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, UNLIMITED))

        # Python itself needs more descriptors than that to start a program.
        descriptors = limits.pop("NOFILE", None)
        few = ["/bin/sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh"] if descriptors else []
        return subprocess.run(
            [*few, *(str(word) for word in words)],
            env=home.env,
            cwd=home.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=restrict,
            timeout=60,
        )

    return run


@pytest.fixture
def get(installed, repository):
    return (installed.keyring, "get", repository.index_url, "aws")


@pytest.mark.parametrize("size", [0, 100])
def test_files_that_may_not_grow(home, limited, get, standin, size):
    """The system would end a process that tries, unless it says that it wants to hear of it."""
    home.env["CODEARTIFACT_KEYRING_STORE"] = "auto"
    assert limited(*get, FSIZE=size).returncode == 0
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    result = limited(*get, FSIZE=size)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert "private file" in result.stderr
    assert {path.suffix for path in (home.runtime / NAME).iterdir()} <= {".lock", ".json"}
    assert all(path.stat().st_size == 0 for path in (home.runtime / NAME).glob("*.json"))
    assert home.run(*get).ok().fingerprint == standin.mints[-1].fingerprint


@pytest.mark.parametrize("size", [0, 100, 300])
def test_a_configuration_that_may_not_grow(home, installed, limited, size):
    home.write(".config/pip/pip.conf", "[global]\ntimeout = 60\n" + "# mine\n" * 50)
    before = home.contents()
    result = limited(installed.program, "configure", FSIZE=size)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    home.run(installed.program, "unconfigure").ok()
    assert home.contents() == before


# Threats: A full disk, `kill -9`, too few descriptors, a clock set back
@pytest.mark.parametrize("count", range(4, 14))
def test_few_descriptors(home, limited, get, standin, count):
    result = limited(*get, NOFILE=count)
    assert result.returncode in (0, 1), result
    assert len(result.stderr.splitlines()) == result.returncode
    assert (result.stdout != "") == (result.returncode == 0)
    assert home.run(*get).ok().fingerprint == standin.mints[-1].fingerprint


@pytest.mark.parametrize("size", [32, 48, 64, 96, 128, 256, 512])
def test_little_memory(home, limited, get, standin, size):
    """Where there is none left a process can only end; but it says nothing wrong before."""
    result = limited(*get, AS=size * MIB)
    assert (result.stdout != "") == (result.returncode == 0)
    assert result.stdout == "" or result.stdout.count("\n") == 1
    assert home.run(*get).ok().fingerprint == standin.mints[-1].fingerprint


def test_an_answer_that_nobody_reads_is_still_cached(home, get, standin):
    with open("/dev/full", "w") as full:
        done = subprocess.run(get, env=home.env, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, b"")
    assert home.run(*get).ok().fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1


@pytest.mark.parametrize("words", [["token", "URL"], ["token", "--json", "URL"], ["status"], ["aws-credentials"]])
@pytest.mark.parametrize("where", [">/dev/full", ">&-"])
def test_a_command_whose_output_is_closed(home, installed, repository, words, where):
    line = " ".join(repository.index_url if word == "URL" else word for word in words)
    result = home.run("/bin/sh", "-c", f'"{installed.program}" {line} {where}')
    assert (result.returncode, result.stdout) == (1, "")
    assert "standard output could not be written" in result.stderr


def test_a_large_environment(home, get):
    home.env |= {f"AWS_UNKNOWN_{number}": "x" * 1000 for number in range(1000)}
    home.run(*get).ok()


def test_long_lines_and_many(home, get):
    home.write(".aws/config", f"[default]\n# {'x' * MIB}\nregion = us-east-1\nlong = {'y' * MIB}\n" + "[x]\n" * 100_000)
    home.run(*get).ok()


MANY = {
    "profiles in a chain": (
        "".join(
            f"[profile p{n}]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = p{n + 1}\n" for n in range(20_000)
        ),
        {"AWS_PROFILE": "p0"},
        "a chain of more than 50 profiles",
    ),
    "profiles without credentials": (
        "".join(f"[profile p{n}]\nregion = us-east-1\n" for n in range(300_000)),
        {},
        "one of your profiles: p0, p1, p2, p3, p4 …",
    ),
    "profiles, and not the one that is asked for": (
        "".join(f"[profile 'p {n}']\n" for n in range(300_000)),
        {"AWS_PROFILE": "nowhere"},
        'AWS profile "nowhere" (from AWS_PROFILE) is not in',
    ),
    "settings of one profile": (
        "[default]\n" + "".join(f"a.b.c.{n}.{'d.' * 20} = 1\n" for n in range(100_000)),
        {},
        "No AWS credentials found",
    ),
    "lines of one setting": ("[default]\nrole_arn = x\n" + "  y\n" * 1_000_000, {}, "neither source_profile nor"),
}


@pytest.mark.parametrize("name", MANY)
def test_many(home, limited, get, name):
    """A clear answer, within little time and memory."""
    config, variables, words = MANY[name]
    home.sign_out()
    home.write(".aws/config", config)
    home.env |= variables
    result = limited(*get, CPU=20, AS=512 * MIB)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1), result
    assert words in result.stderr
