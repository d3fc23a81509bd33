"""A token goes to CodeArtifact and nowhere else, whatever a project's files say."""

from __future__ import annotations

import base64

import pytest
from harness.environments import ROOT, program
from harness.recording_server import recording_server

REQUIREMENTS = ROOT / "Tests/EndToEnd/requirements"
PYPROJECT = """\
[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
python = ">=3.9"
acme-one = "*"

[[tool.poetry.source]]
name = "artifact"
url = "{url}/simple/"
priority = "primary"
"""


# Threats: A project
@pytest.mark.parametrize("environment", sorted(path.stem for path in REQUIREMENTS.glob("poetry*.txt")))
def test_a_project_that_gives_one_name_to_two_hosts(configured, standin, repository, tmp_path, environment):
    """Poetry asks by the name of a source. Whoever wrote the project says what the name means: here, two things."""
    with recording_server() as server:
        (tmp_path / "pyproject.toml").write_text(PYPROJECT.format(url=server.url()))
        (tmp_path / "poetry.toml").write_text(
            f'[repositories.artifact]\nurl = "{repository.publish_url}"\n[http-basic.artifact]\nusername = "aws"\n'
        )
        configured.env["NO_PROXY"] = configured.env["no_proxy"] = "127.0.0.1"
        configured.run(program("poetry", environment), "lock", "--no-interaction", cwd=tmp_path, timeout=240)
    assert server.heads, "it was asked for the package"
    sent = [line.split()[-1] for head in server.heads for line in head.splitlines() if "Authorization" in line]
    assert all("eyJ2ZXIiOj" not in base64.b64decode(word).decode() for word in sent)
