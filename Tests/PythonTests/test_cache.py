"""One process per host and identity, and how long its answer is kept."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from codeartifact_keyring import cache, services
from codeartifact_keyring.errors import CodeArtifactError

from conftest import ANSWER, HOST, URL

OTHER_HOST = "other-111122223333.d.codeartifact.eu-west-1.amazonaws.com"


def all_at_once(count, task):
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        return task(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_threads_that_ask_at_once_start_one_process(ring, executable):
    executable.does(f"sleep 0.3\n{ANSWER}")
    forms = [URL, URL.rstrip("/"), HOST, f"https://aws@{HOST}/pypi/other/", f"{HOST}:443", f"https://{HOST.upper()}/"]
    found = all_at_once(6, lambda number: ring.get_credential(forms[number], None).password)
    assert found == ["token-1"] * 6
    assert len(executable.calls) == 1


def test_threads_that_wait_for_a_failure_do_not_repeat_it(ring, executable):
    executable.does("sleep 0.3; echo 'codeartifact-keyring: no luck' >&2; exit 1")

    def ask(_):
        with pytest.raises(CodeArtifactError, match="no luck") as caught:
            ring.get_password(URL, "aws")
        return caught.value

    raised = all_at_once(6, ask)
    assert len(executable.calls) == 1
    assert len(set(map(id, raised))) == 6


def test_hosts_do_not_wait_for_each_other(ring, executable, tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    executable.does(f"""case "$*" in *{OTHER_HOST}*) ;; *) cat '{gate}' ;; esac\n{ANSWER}""")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ring.get_password, URL, "aws")
        # It opens when the script has come to it, which then waits until it is closed.
        with gate.open("w"):
            assert ring.get_password(OTHER_HOST, "aws") == "token-1"
        assert slow.result() == "token-1", "the deadline ended it"


def test_a_response_is_cached_and_then_asked_for_again(ring, executable, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(cache.time, "monotonic", lambda: now[0])
    for passed, calls in ((0, 1), (59, 1), (61, 2)):
        now[0] = 1000.0 + passed
        assert ring.get_password(URL, "aws") == "token-1"
        assert len(executable.calls) == calls


@pytest.mark.parametrize(
    ("passed", "calls"), [(59, 1), (61, 2), (6 * 3600, 2), (-1, 2)], ids=["a minute", "more", "a night", "set back"]
)
def test_an_answer_from_before_the_machine_slept_is_not_served(ring, executable, monkeypatch, passed, calls):
    """The monotonic clock stands still meanwhile; a token may have come to its end."""
    monkeypatch.setattr(cache.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(cache.time, "time", lambda: 1.8e9)
    assert ring.get_password(URL, "aws") == "token-1"
    executable.does(ANSWER.replace("token-1", "token-2"))
    monkeypatch.setattr(cache.time, "time", lambda: 1.8e9 + passed)
    assert ring.get_password(URL, "aws") == f"token-{calls}"
    assert len(executable.calls) == calls


def test_a_clock_that_is_set_does_not_prolong_an_answer(ring, executable, monkeypatch):
    monkeypatch.setattr(cache.time, "monotonic", lambda: 1000.0)
    ring.get_password(URL, "aws")
    monkeypatch.setattr(cache.time, "monotonic", lambda: 1061.0)
    ring.get_password(URL, "aws")
    assert len(executable.calls) == 2


def test_a_failure_is_kept_for_seconds_only(ring, executable, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(cache.time, "monotonic", lambda: now[0])
    executable.does("echo no >&2; exit 1")
    for passed in (0, 4):
        now[0] = 1000.0 + passed
        with pytest.raises(CodeArtifactError):
            ring.get_password(URL, "aws")
    assert len(executable.calls) == 1
    executable.does(ANSWER)
    now[0] += 2
    assert ring.get_password(URL, "aws") == "token-1"


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "CODEARTIFACT_TOKEN"])
def test_another_identity_is_another_answer(ring, executable, monkeypatch, name):
    executable.does(f"""printf '{{"username": "aws", "password": "token of %s"}}' "${name}" """)
    monkeypatch.setenv(name, "one")
    assert ring.get_password(URL, "aws") == "token of one"
    monkeypatch.setenv(name, "two")
    assert ring.get_password(URL, "aws") == "token of two"
    monkeypatch.setenv(name, "one")
    assert ring.get_password(URL, "aws") == "token of one"
    assert len(executable.calls) == 2


@pytest.mark.parametrize("name", ["HOME", "XDG_CONFIG_HOME"])
def test_another_home_is_another_answer(ring, executable, monkeypatch, tmp_path, name):
    ring.get_password(URL, "aws")
    monkeypatch.setenv(name, str(tmp_path / "another"))
    executable.does(ANSWER.replace("token-1", "token-2"))
    assert ring.get_password(URL, "aws") == "token-2"


def test_another_directory_is_another_answer(ring, executable, monkeypatch, tmp_path):
    """A project may name a profile in its `pyproject.toml`."""
    executable.does("""printf '{"username": "aws", "password": "token of %s"}' "${PWD##*/}" """)
    for name in ("one", "two", "one"):
        (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / name)
        assert ring.get_password(URL, "aws") == f"token of {name}"
    assert len(executable.calls) == 2


def test_a_directory_that_was_removed_is_no_error(ring, executable, monkeypatch, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert ring.get_password(URL, "aws") == "token-1"


def test_a_malformed_url_says_nothing_of_the_others_on_its_host(ring, executable):
    executable.does(f"""case "$*" in *%24*) exit 1 ;; esac\n{ANSWER}""")
    malformed = f"https://{HOST}/pypi/%24%7BREPO%7D/simple/"
    for _ in range(2):
        assert ring.get_password(malformed, "aws") is None
        assert ring.get_credential(malformed, None) is None
    assert len(executable.calls) == 1
    assert ring.get_password(URL, "aws") == "token-1"


def test_domains_behind_one_private_endpoint_have_answers_of_their_own(ring, executable):
    endpoint = "https://vpce-01-02.d.codeartifact.us-west-2.vpce.amazonaws.com/pypi/d"
    for domain in ("acme", "acme", "other"):
        ring.get_password(f"{endpoint}/{domain}-111122223333/shared/simple/", "aws")
    assert len(executable.calls) == 2


def test_a_token_does_not_answer_for_plain_http(ring, executable):
    """The executable's line says why there is none."""
    assert ring.get_password(URL, "aws") == "token-1"
    executable.does("echo 'codeartifact-keyring: plain http' >&2; exit 1")
    plain = URL.replace("https:", "http:")
    for ask in (
        lambda: ring.get_password(plain, "aws"),
        lambda: ring.get_credential(plain, None),
        lambda: ring.set_password(plain, "aws", "secret"),
    ):
        with pytest.raises(CodeArtifactError, match="plain http"):
            ask()
    assert ring.get_password(URL, "aws") == "token-1"
    assert executable.calls[1:] == [f"keyring --mode=creds --output=json get {plain}"]


def test_a_child_does_not_inherit_a_lock_that_is_held(executable):
    service = services.recognise(URL)
    assert cache.lookup(service) == ("aws", "token-1")
    (slot,) = cache._slots.values()
    with slot.lock:
        child = os.fork()
        if child == 0:
            # Never back into pytest from here, whatever happens.
            try:
                threading.Timer(5, os._exit, [3]).start()
                os._exit(0 if cache.lookup(service) == ("aws", "token-1") else 2)
            finally:
                os._exit(4)
        assert os.waitpid(child, 0)[1] == 0
    assert len(executable.calls) == 1
