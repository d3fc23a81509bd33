"""Running the executable: what it is given, what its ends mean, and that it cannot hang its caller."""

import os
import shutil
import signal
import subprocess
import sys
import time

import keyring.errors
import pytest
from codeartifact_keyring import helper
from codeartifact_keyring.errors import CodeArtifactError

from conftest import ANSWER, HOST, SOURCE, URL


def failure(ring):
    with pytest.raises(CodeArtifactError) as caught:
        ring.get_credential(URL, None)
    return str(caught.value)


def test_a_password_in_the_service_is_not_in_the_argument_list(ring, executable):
    assert ring.get_password(f"https://aws:old-token@{HOST}/pypi/shared/simple/#sha256=00", "aws") == "token-1"
    assert executable.calls == [f"keyring --mode=creds --output=json get {URL}"]


def test_the_environment_is_passed_on(ring, executable, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "dev")
    executable.does("""printf '{"username": "aws", "password": "%s"}' "$AWS_PROFILE" """)
    assert ring.get_password(URL, "aws") == "dev"


def test_what_is_typed_is_not_for_the_executable(executable):
    executable.does("""printf '{"username": "aws", "password": "token%s"}' "$(cat)" """)
    program = f"from codeartifact_keyring.backend import Keyring; print(Keyring().get_password({URL!r}, 'aws'))"
    environment = dict(os.environ, PYTHONPATH=str(SOURCE))
    found = subprocess.check_output([sys.executable, "-c", program], env=environment, input="-typed", text=True)
    assert found == "token\n"


def test_nothing_is_printed(ring, executable, capfd):
    executable.does(f"echo a warning >&2\n{ANSWER}")
    assert ring.get_password(URL, "aws") == "token-1"
    assert capfd.readouterr() == ("", "")


def test_debug_output_is_passed_on(ring, executable, monkeypatch, capfd):
    monkeypatch.setenv("CODEARTIFACT_KEYRING_DEBUG", "1")
    executable.does(f"echo a trace >&2\n{ANSWER}")
    assert ring.get_password(URL, "aws") == "token-1"
    assert capfd.readouterr() == ("", "a trace\n")


def test_a_failure_is_the_line_of_the_executable(ring, executable):
    line = 'codeartifact-keyring: AWS SSO session "corp" (profile "dev") has expired. Run: aws sso login --profile dev'
    executable.does(f"echo '{line}' >&2; exit 1")
    assert failure(ring) == line


def test_a_failure_where_the_end_of_a_child_is_ignored(ring, executable):
    executable.does("echo codeartifact-keyring: why >&2; exit 1")
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert failure(ring) == "codeartifact-keyring: why"
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_failure_is_found_among_other_lines(ring, executable):
    executable.does("printf 'a trace\\ncodeartifact-keyring: why\\n\\na leftover\\n' >&2; exit 1")
    assert failure(ring) == "codeartifact-keyring: why"


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\r"], ids=ascii)
def test_a_text_of_others_in_a_failure_makes_no_line_of_its_own(ring, executable, tmp_path, end):
    """Whoever writes a file that a failure quotes could tell people what to run."""
    (tmp_path / "said").write_text(f"codeartifact-keyring: why (x{end}codeartifact-keyring: Run: evil)\n")
    executable.does(f"cat '{tmp_path}/said' >&2; exit 1")
    assert failure(ring) == "codeartifact-keyring: why (xcodeartifact-keyring: Run: evil)"


def test_what_changes_how_others_are_shown_is_left_out_of_a_failure(ring, executable, tmp_path):
    (tmp_path / "said").write_text("codeartifact-keyring: \u202ewhy\u2066 \x1b[31m\u200b!\n")
    executable.does(f"cat '{tmp_path}/said' >&2; exit 1")
    assert failure(ring) == "codeartifact-keyring: why [31m!"


def test_a_failure_is_no_exception_that_poetry_swallows(ring, executable):
    executable.does("echo why >&2; exit 1")
    with pytest.raises(CodeArtifactError) as caught:
        ring.get_credential(URL, None)
    assert not isinstance(caught.value, (RuntimeError, OSError, keyring.errors.KeyringError))


def test_no_password_is_none_and_goes_nowhere_else(ring, executable, elsewhere):
    executable.does("exit 1")
    assert ring.get_password(URL, "aws") is None
    assert ring.get_credential(URL, None) is None
    assert elsewhere.asked == []


@pytest.mark.parametrize("body", ["exit 2", "exit 127", "kill -9 $$"])
def test_other_ends_are_failures(ring, executable, body):
    executable.does(body)
    assert "Run: codeartifact-keyring doctor" in failure(ring)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "secret-token",
        '{"password": "secret-token"}',
        '{"username": null, "password": "secret-token"}',
        '{"username": "aws", "password": ""}',
        '{"username": "aws", "password": null}',
        '["aws", "secret-token"]',
        '"secret-token"',
        '{"username": "aws", "password": "secret-token"',
        "\\377\\376",
    ],
)
def test_an_answer_that_is_none_fails_without_being_quoted(ring, executable, output):
    executable.does(f"printf '{output}'")
    with pytest.raises(CodeArtifactError, match="doctor") as caught:
        ring.get_password(URL, "aws")
    assert "secret-token" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_deadline_ends_the_executable_and_what_it_started(ring, executable, tmp_path, monkeypatch):
    monkeypatch.setattr(helper, "DEADLINE", 0.5)
    executable.does(f"(sleep 60; touch '{tmp_path}/done') & echo $! >'{tmp_path}/grandchild'; wait")
    assert "no answer within 0.5 s" in failure(ring)
    assert not (tmp_path / "done").exists(), "it was waited for"
    grandchild = int((tmp_path / "grandchild").read_text())
    assert eventually(lambda: not running(grandchild))


def test_a_grandchild_that_left_the_group_does_not_hold_its_caller_up(ring, executable, tmp_path, monkeypatch):
    monkeypatch.setattr(helper, "DEADLINE", 0.5)
    executable.does(f"setsid sh -c 'echo $$ >{tmp_path}/grandchild; exec sleep 60' & wait")
    assert "no answer" in failure(ring)
    grandchild = int((tmp_path / "grandchild").read_text())
    assert running(grandchild), "it was waited for"
    os.kill(grandchild, 9)


def running(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition):
    for _ in range(100):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_an_interrupt_ends_the_executable(executable, tmp_path):
    executable.does(f"echo $$ >'{tmp_path}/child'; exec sleep 60")
    program = f"from codeartifact_keyring.backend import Keyring; Keyring().get_password({URL!r}, 'aws')"
    environment = dict(os.environ, PYTHONPATH=str(SOURCE))
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.DEVNULL)
    child = tmp_path / "child"
    assert eventually(lambda: child.exists() and child.read_text().strip())
    process.send_signal(2)
    assert process.wait(20) != 0
    assert eventually(lambda: not running(int(child.read_text())))


def test_without_an_executable_the_message_says_what_to_do(ring, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install.sh" in failure(ring)


@pytest.mark.parametrize("content", [b"#!/nowhere/interpreter\n", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\2\0\xff\xff"])
def test_an_executable_for_another_machine_is_no_installation_to_repeat(ring, executable, content):
    """As one for glibc on Alpine: its interpreter is missing."""
    executable.path.write_bytes(content)
    executable.path.chmod(0o755)
    assert "(Alpine has musl). Use netrc there" in failure(ring)


WHEEL = "Download the release's wheel and run:"
PIP = f"{WHEEL} '{{prefix}}/bin/python' -m pip install --force-reinstall FILE.whl"
UV, PIPX = f"{WHEEL} uv tool install --reinstall", f"{WHEEL} pipx"


@pytest.mark.parametrize(
    ("prefix", "file", "package", "expected"),
    [
        ("local", None, "share/codeartifact-keyring/python", "Run its install.sh again"),
        ("local", None, "share/codeartifact-keyring/python.a1B2c3", "Run its install.sh again"),
        ("tools/codeartifact-keyring", "uv-receipt.toml", None, f"{UV} FILE.whl"),
        ("tools/codeartifact-keyring", "uv-receipt.toml", "share/codeartifact-keyring/python", f"{UV} FILE.whl"),
        ("tools/poetry", "uv-receipt.toml", None, f"{UV} --with FILE.whl poetry"),
        ("venvs/codeartifact-keyring", "pipx_metadata.json", None, f"{PIPX} install --force FILE.whl"),
        ("venvs/poetry", "pipx_metadata.json", None, f"{PIPX} inject --force poetry FILE.whl"),
        ("a project/.venv", "pyvenv.cfg", None, PIP),
        ("a project/.venv", "pyvenv.cfg", "share/codeartifact-keyring/python", PIP),
        ("local", None, None, f"{WHEEL} {sys.executable} -m pip install --force-reinstall FILE.whl"),
    ],
)
def test_each_installation_is_repeated_as_it_was_made(tmp_path, prefix, file, package, expected):
    """By install.sh, uv, pipx or pip; in an environment, and where `configure` leads others to."""
    prefix = tmp_path / prefix
    package = prefix / (package or "lib/python3.13/site-packages")
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    if file:
        (prefix / file).touch()
    program = "from codeartifact_keyring import installation; print(installation.again())"
    environment = dict(os.environ, PYTHONPATH=str(package))
    shown = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    assert shown == f"{expected.format(prefix=prefix)}\n"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/home/anna/.local/share/uv/tools/codeartifact-keyring", f"{UV} FILE.whl"),
        ("/home/anna/.local/share/uv/tools/poetry", f"{UV} --with FILE.whl poetry"),
        ("/home/anna/.local/share/pipx/venvs/codeartifact-keyring", f"{PIPX} install --force FILE.whl"),
        ("/home/anna/.local", "Run its install.sh again"),
    ],
)
@pytest.mark.parametrize("configured", [True, False])
def test_a_copy_knows_where_the_installation_was(tmp_path, prefix, expected, configured):
    """And the command without which Python's keyring would still load it."""
    shutil.copytree(SOURCE / "codeartifact_keyring", tmp_path / "copy/codeartifact_keyring")
    installed = f"{prefix}/share/codeartifact-keyring/python/codeartifact_keyring"
    (tmp_path / "copy/codeartifact_keyring/installed").symlink_to(installed)
    settings = tmp_path / "config/python_keyring/keyringrc.cfg"
    settings.parent.mkdir(parents=True)
    chosen = "codeartifact_keyring.backend.Keyring" if configured else "keyring.backends.null.Keyring"
    settings.write_text(f"[backend]\ndefault-keyring = {chosen}\nkeyring-path = /x/codeartifact-keyring\n")
    program = "from codeartifact_keyring import helper; helper.find()"
    environment = dict(os.environ, PYTHONPATH=str(tmp_path / "copy"), PATH="/nonexistent")
    done = subprocess.run([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True)
    message, advice, command = done.stderr.splitlines()[-1].partition(". To use Python's keyring without it, run: ")
    place = f"{prefix}/libexec/codeartifact-keyring/codeartifact-keyring"
    assert message.endswith(f"codeartifact-keyring: the program is neither at {place} nor on PATH. {expected}")
    assert bool(advice) == configured
    if configured:
        subprocess.run(["sh", "-c", command], check=True)
        kept = settings.read_text()
        assert kept == "[backend]\ndefault-keyring = keyring.backends.chainer.ChainerBackend\n"


def test_a_place_where_the_program_never_was_is_not_named(ring, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert failure(ring).startswith("codeartifact-keyring: the program is not on PATH. ")


def test_it_does_not_ask_back_when_the_executable_asks_it(ring, executable, monkeypatch):
    monkeypatch.setenv(helper.GUARD, "1")
    assert ring.get_password(URL, "aws") is None
    with pytest.raises(keyring.errors.PasswordDeleteError):
        ring.delete_password(URL, "aws")
    assert executable.calls == []


def test_what_the_executable_starts_is_told_not_to_ask_back(ring, executable):
    executable.does(f"""printf '{{"username": "aws", "password": "%s"}}' "${helper.GUARD}" """)
    assert ring.get_password(URL, "aws") == "1"


PLACES = [
    "share/codeartifact-keyring/python",
    "share/codeartifact-keyring/python.1.2.3",
    "lib/python3.8/site-packages",
    "lib64/python3.14/site-packages",
    "lib/python3/dist-packages",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("linked", ["", "link", "copy"])
def test_the_executable_beside_the_package_comes_first(executable, tmp_path, place, linked):
    prefix = tmp_path / "prefix"
    package = prefix / place
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    own = prefix / "libexec" / helper.NAME / helper.NAME
    executable_file(own)
    if linked == "link":
        (tmp_path / "link").symlink_to(package)
        package = tmp_path / "link"
    elif linked == "copy":
        # As `configure` makes one for each user.
        copy = tmp_path / "python_keyring/codeartifact-keyring"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "codeartifact_keyring/installed").symlink_to(package / "codeartifact_keyring")
        package = copy
    assert found_by(package) == f"{own.resolve()} keyring"


@pytest.mark.parametrize("depth", range(1, 6))
def test_a_program_above_a_package_that_lies_anywhere_is_not_run(executable, tmp_path, depth):
    """Above a package in a folder below /tmp, anybody may have put one there."""
    package = tmp_path.joinpath(*"abcdef"[:depth])
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, *package.parents[:depth]):
        executable_file(folder / "libexec" / helper.NAME / helper.NAME)
    assert found_by(package) == f"{executable.path} keyring"


@pytest.mark.parametrize("entry", ["", ".", "bin", "./bin"])
def test_a_program_in_the_working_directory_is_not_run(executable, tmp_path, monkeypatch, entry):
    (tmp_path / "project/bin").mkdir(parents=True)
    for folder in ("project", "project/bin"):
        executable_file(tmp_path / folder / helper.NAME)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("PATH", f"{entry}:{os.environ['PATH']}:{entry}")
    assert helper.find() == [str(executable.path), "keyring"]
    monkeypatch.setenv("PATH", entry)
    with pytest.raises(CodeArtifactError, match="not on PATH"):
        helper.find()


def executable_file(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def found_by(package):
    program = "from codeartifact_keyring import helper; print(*helper.find())"
    environment = dict(os.environ, PYTHONPATH=str(package))
    return subprocess.check_output([sys.executable, "-c", program], env=environment, text=True).strip()


def test_the_fast_path_is_asked_where_there_is_one(executable, tmp_path):
    prefix = tmp_path / "prefix"
    package = prefix / "share/codeartifact-keyring/python"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (helper.NAME, "keyring"):
        executable_file(prefix / "libexec" / helper.NAME / name)
    (prefix / "bin").mkdir()
    (prefix / "bin" / helper.NAME).symlink_to(f"../libexec/{helper.NAME}/{helper.NAME}")
    assert found_by(package) == str((prefix / "libexec" / helper.NAME / "keyring").resolve())


def test_the_fast_path_answers_without_being_told_its_name(ring, executable, monkeypatch, tmp_path):
    beside = tmp_path / helper.NAME
    beside.mkdir()
    shutil.copy(executable.path, beside / helper.NAME)
    shutil.copy(executable.path, beside / "keyring")
    monkeypatch.setenv("PATH", str(beside) + os.pathsep + os.environ["PATH"])
    assert ring.get_password(URL, "aws") == "token-1"
    assert executable.calls == [f"--mode=creds --output=json get {URL}"]


def test_a_keyring_beside_it_in_any_other_directory_is_another_program(ring, executable):
    shutil.copy("/bin/false", executable.path.parent / "keyring")
    assert ring.get_password(URL, "aws") == "token-1"
    assert executable.calls == [f"keyring --mode=creds --output=json get {URL}"]
