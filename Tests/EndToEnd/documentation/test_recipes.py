"""The recipes for containers and CI, and those for a team: their shell parts, run as they stand there."""

from __future__ import annotations

import json
import re

import pytest
from harness.documents import blocks, page, section
from harness.environments import program
from harness.home import joined
from harness.project import poetry_application
from standin import wheel


def shell_lines(recipe: str, key: str) -> list[str]:
    """The commands of a job: those behind `run:`, or the list below a key."""
    if key == "run":
        return re.findall(r"- run: (.*)", recipe)
    listed = re.search(rf"{key}:\n((?: +- .*\n)+)", recipe)
    assert listed, recipe
    return re.findall(r"- (.*)", listed[1])


@pytest.fixture
def job(home, installed, standin, repository, tmp_path):
    """Runs lines as a job does, in a project with one package of the repository; with nothing but what CI gives it."""
    standin.seed(repository, [wheel("acme-eight", "1.0.0")])
    home.env |= {"PATH": joined(installed.bin, program("poetry").parent), "POETRY_VIRTUALENVS_IN_PROJECT": "true"}
    # The helper answers nobody here but those who run it: what the job carries is all that Poetry has.
    home.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    home.sign_out()
    project = poetry_application(tmp_path / "application", repository, ["acme-eight"])

    def run(lines, shell=("bash", "-e")):
        home.write("job.sh", "\n".join(lines) + "\n")
        home.run(*shell, home.directory / "job.sh", cwd=project, timeout=240).ok()
        assert list(project.glob(".venv/lib/*/site-packages/acme_eight*"))
        assert (standin.mint_count, standin.unauthorized_count) == (1, 0)

    run.home = home
    return run


def recipe(title: str) -> str:
    (text,) = blocks("yaml", text=section("containers", title))
    return text


def test_github_actions(job, standin, tmp_path):
    """Each step is a shell of its own; the runner hands on what stands in GITHUB_ENV."""
    role = standin.iam.add_role("package-reader", trusted={"x"})
    job.home.env |= standin.iam.issue_session(role, "GitHubActions").environment()
    path = tmp_path / "github_env"
    path.write_text("")
    job.home.env["GITHUB_ENV"] = str(path)
    export, install = shell_lines(recipe("GitHub Actions"), "run")
    shown = job.home.run("bash", "-ec", export, cwd=tmp_path / "application").ok()
    assert shown.stdout == "::add-mask::<token>\n"
    values = re.findall(r"^(\w+)<<(\S+)\n(.*)\n\2$", path.read_text(), re.MULTILINE)
    job.home.env |= {name: value for name, _, value in values}
    job.home.sign_out()
    job([install])
    assert standin.mints[-1].duration == 3600


def test_gitlab(job, standin, tmp_path):
    role = standin.iam.add_role("package-reader", trusted={standin.providers.arn})
    text = recipe("GitLab")
    variables = dict(re.findall(r"^    ([A-Z_]+): (\S+)$", text, re.MULTILINE))
    assert variables.keys() == {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_REGION"}
    variables |= {"AWS_ROLE_ARN": role.arn, "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "aws-id-token")}
    job.home.env |= {**variables, "AWS_ID_TOKEN": standin.providers.issue()}
    job(shell_lines(text, "script"))
    assert ":assumed-role/package-reader/" in standin.mints[-1].caller


def test_codebuild(job, standin):
    standin.machine.role = standin.iam.add_role("package-reader", trusted={"x"})
    job.home.env |= {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": standin.container_uri,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": standin.machine.authorization,
    }
    job(shell_lines(recipe("CodeBuild").split("  build:\n")[1], "commands"), shell=("sh", "-e"))
    assert standin.mints[-1].duration == 3600


def test_docker_with_a_netrc(job, installed, standin):
    """What the build is given on standard input, and what runs in it, without Docker around them."""
    (handing,) = blocks("sh", text=section("containers", "docker build, with a netrc file"))
    own = handing.split(" | ")[0]
    (inside,) = re.findall(r"--mount=type=secret,id=netrc,target=/root/.netrc (.*)", page("containers"))
    role = standin.iam.add_role("developer", trusted={"x"})
    job.home.env |= standin.iam.issue_session(role, "anna").environment()
    job([f"{own} > ~/.netrc", "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN", inside])
    assert standin.mints[-1].duration == 900


def test_docker_with_a_variable(job, standin):
    handing = blocks("sh", text=section("containers", "docker build, with a variable"))[0].strip()
    assert "id=CODEARTIFACT_TOKEN,env=CODEARTIFACT_TOKEN" in handing
    (user,) = re.findall(r"ENV (\S+=aws)", page("containers"))
    name, inside = re.findall(r"id=CODEARTIFACT_TOKEN,env=(\w+) (.*)", page("containers"))[0]
    name, user = name.replace("ACME", "ARTIFACT"), user.replace("ACME", "ARTIFACT")
    role = standin.iam.add_role("developer", trusted={"x"})
    job.home.env |= standin.iam.issue_session(role, "anna").environment()
    # As BuildKit does: the secret from the environment of `docker build`, into a variable of the command.
    build = 'env -i HOME="$HOME" PATH="$PATH" HTTPS_PROXY="$HTTPS_PROXY" REQUESTS_CA_BUNDLE="$REQUESTS_CA_BUNDLE" \\\n'
    build += f'  PYTHON_KEYRING_BACKEND="$PYTHON_KEYRING_BACKEND" POETRY_VIRTUALENVS_IN_PROJECT=true {user} \\\n'
    job.home.write("build.sh", f'{build}  {name}="$CODEARTIFACT_TOKEN" {inside}\n')
    job([handing.split(" -- ")[0] + " -- sh ~/build.sh"])
    assert standin.mints[-1].duration == 900


def test_the_policy_is_json():
    (policy,) = blocks("json", text=section("aws", "Permissions"))
    statements = json.loads(policy)["Statement"]
    assert [statement["Effect"] for statement in statements] == ["Allow", "Allow"]
    assert "codeartifact:GetAuthorizationToken" in statements[0]["Action"]


def test_the_teams_table_is_understood(home, installed, standin, tmp_path):
    """As it stands there, with a profile that this user has."""
    (table,) = blocks("toml", text=section("configuration", "For a team"))
    standin.add_domain("acme")
    user = standin.iam.add_user("team")
    keys = "".join(f"{key.lower()} = {value}\n" for key, value in user.environment().items())
    home.write(".aws/credentials", f"[acme-dev]\n{keys}")
    home.sign_out()
    (tmp_path / "pyproject.toml").write_text(table)
    url = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
    home.run(installed.keyring, "get", url, "aws", cwd=tmp_path).ok()
    assert (standin.mints[-1].caller, standin.mints[-1].duration) == (user.principal.arn, 8 * 3600)
    home.run(installed.keyring, "del", url, "aws", cwd=tmp_path).ok()
