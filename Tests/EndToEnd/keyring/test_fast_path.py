"""The fast path: it repeats cached responses; what is cached, and how it is repeated."""

from __future__ import annotations

import os
import shutil
import subprocess

import harness.without_kernel_keyring
import pytest
from harness.fast_path import TOO_SMALL
from harness.environments import python

FORMS = [
    ["get", "{url}", "aws"],
    ["get", "{url}", ""],
    ["get", "{url}", "--mode", "creds"],
    ["--mode=creds", "--output=json", "get", "{url}"],
    ["--output=json", "get", "{url}", "aws"],
    ["--mode=creds", "get", "{host}", "aws"],
]


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_the_fast_path_answers_as_the_main_executable_does(fast_path, repository, standin, form):
    host = repository.index_url.split("/")[2]
    words = [word.format(url=repository.index_url, host=host) for word in form]
    fast_path.warm(*words)
    alone, program = fast_path.alone(*words).ok(), fast_path.program(*words).ok()
    assert (alone.raw_stdout, alone.stderr) == (program.raw_stdout, "")
    assert alone.fingerprint == standin.mints[0].fingerprint
    assert standin.mint_count == 1


def test_another_request_is_another_answer(fast_path, repository):
    fast_path.warm()
    assert not fast_path.answers_alone("get", repository.index_url, "")
    assert not fast_path.answers_alone("get", repository.index_url, "aws", "--")
    assert not fast_path.answers_alone("get", repository.index_url + "#", "aws")
    assert not fast_path.answers_alone("get", repository.index_url, "__token__")


def test_an_answer_to_another_request_is_not_used(fast_path, kernel, repository):
    """There are few places for answers, so that many questions share one."""
    words = ["get", repository.index_url, "--mode", "creds"]
    fast_path.warm(*words)
    (place,) = kernel.cached_responses()
    other = subprocess.check_output(["keyctl", "pipe", place])
    asked = ["get", repository.index_url, "aws"]
    fast_path.warm(*asked)
    (its_place,) = kernel.cached_responses() - {place}
    subprocess.run(["keyctl", "pupdate", its_place], input=other, check=True)
    assert not fast_path.answers_alone(*asked)
    fast_path.alone(*words).ok()


def test_answers_to_several_clients_are_kept(fast_path, kernel, repository):
    """Each keeps its place: none drives another out."""
    asked = [["get", f"{repository.index_url}{number}/", "aws"] for number in range(5)]
    for words in asked:
        fast_path.warm(*words)
    assert len(kernel.cached_responses()) == 5
    assert all(fast_path.answers_alone(*words) for words in asked)


def test_other_services_and_writes_go_to_the_main_executable(fast_path, repository):
    fast_path.warm()
    for words in (["set", repository.index_url, "aws"], ["del", "example.org", "anna"]):
        fast_path.ask(*words)
        fast_path.ask(*words)
        assert not fast_path.answers_alone(*words)


def test_what_a_name_of_poetrys_stands_for_is_looked_up_each_time(fast_path, home, repository):
    home.env["POETRY_REPOSITORIES_ARTIFACT_URL"] = repository.index_url
    words = ["get", "poetry-repository-artifact", "aws"]
    for _ in range(3):
        fast_path.ask(*words).ok()
    assert not fast_path.answers_alone(*words)


# MARK: what is kept, and where


def test_no_secret_is_in_it(fast_path, home, kernel, repository, standin):
    home.env |= {"AWS_SESSION_TOKEN": "a-session-token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "another-secret"}
    fast_path.ask()
    del home.env["AWS_SESSION_TOKEN"]
    answer = fast_path.warm()
    kept = [subprocess.check_output(["keyctl", "pipe", key]) for key in kernel.cached_responses()]
    assert kept
    secrets = [answer.raw_stdout.strip(), home.env["AWS_SECRET_ACCESS_KEY"], "a-session-token", "another-secret"]
    for bytes_kept in kept:
        assert repository.index_url.encode() in bytes_kept
        assert not any(secret.encode() in bytes_kept for secret in secrets)


def test_the_number_of_answers_is_limited(fast_path, kernel, repository):
    for number in range(60):
        fast_path.ask("get", f"{repository.index_url}{number}/", "aws").ok()
    assert 4 <= len(kernel.cached_responses()) <= 8


def test_at_most_half_of_the_quota_is_used(fast_path, kernel, repository):
    """keyrings(7): a user's keys may have 20,000 bytes."""
    for number in range(60):
        fast_path.ask("get", f"{repository.index_url}{number}{'x' * 500}/", "aws").ok()
    kept = [subprocess.check_output(["keyctl", "pipe", key]) for key in kernel.cached_responses()]
    assert any(len(entry) > 800 for entry in kept)
    assert sum(map(len, kept)) < 10_000


def test_a_long_request_goes_to_the_main_executable(fast_path, repository, kernel):
    words = ["get", repository.index_url + "x" * 1200, "aws"]
    fast_path.ask(*words).ok()
    fast_path.ask(*words).ok()
    assert kernel.cached_responses() == set()


@pytest.mark.parametrize("store, answers", [("kernel", True), ("file", False), ("none", False), ("auto", True)])
def test_a_store_that_the_user_has_chosen(fast_path, home, store, answers):
    home.env["CODEARTIFACT_KEYRING_STORE"] = store
    for _ in range(3):
        fast_path.ask().ok()
    assert fast_path.answers_alone() is answers


def test_a_pinned_secret_service_has_none(fast_path, home, desktop):
    fast_path.warm()
    home.env["CODEARTIFACT_KEYRING_STORE"] = "secret-service"
    for _ in range(3):
        fast_path.ask().ok()
    assert not fast_path.answers_alone()


def test_debugging_goes_to_the_main_executable(fast_path, home):
    fast_path.warm()
    home.env["CODEARTIFACT_KEYRING_DEBUG"] = "1"
    assert "debug" in fast_path.ask().ok().stderr


def test_a_session_without_the_users_keyring(fast_path, home, installed):
    fast_path.warm()
    home.run("keyctl", "session", "-", *TOO_SMALL, installed.keyring, *fast_path.words).ok()


def test_where_the_kernel_keyring_is_refused(fast_path, home, installed):
    fast_path.warm()
    for _ in range(2):
        said = home.run(python(), harness.without_kernel_keyring.__file__, installed.keyring, *fast_path.words).ok()
        assert (said.stdout, said.stderr) == ("<token>\n", "")


# MARK: how it is answered


@pytest.mark.parametrize("where", [">&-", ">/dev/full", ">&- 2>&-"])
def test_an_answer_that_cannot_be_written_is_a_failure(fast_path, home, installed, where):
    fast_path.warm()
    said = home.run("sh", "-c", f'{" ".join(TOO_SMALL)} "$0" "$@" {where}', installed.keyring, *fast_path.words)
    assert (said.returncode, said.output.strip()) == (1, "")


def test_a_reader_that_has_gone_away(fast_path, home, installed):
    fast_path.warm()
    read, write = os.pipe()
    os.close(read)
    said = subprocess.run([installed.keyring, *fast_path.words], env=home.env, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (said.returncode, said.stderr) == (1, b"")


def test_without_the_main_executable_an_error_says_so(installed, home, tmp_path):
    shutil.copy(installed.keyring, tmp_path / "keyring")
    said = home.run(tmp_path / "keyring", "get", "example.org", "anna")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("codeartifact-keyring: ")
    assert "Install codeartifact-keyring again" in said.stderr


def test_the_backend_uses_the_fast_path(fast_path, home, configured, repository):
    program = f"import keyring; print(keyring.get_password({repository.index_url!r}, 'aws'))"
    home.run(python(), "-c", program).ok()
    fast_path.warm("--mode=creds", "--output=json", "get", repository.index_url)
    assert home.run(python(), "-c", program).ok().stdout == "<token>\n"
