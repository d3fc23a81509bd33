"""Single pieces of the product's work, to be compared with botocore's."""

from __future__ import annotations

import json
import subprocess

from .environments import ROOT

PROBE = ROOT / ".build" / "debug" / "Probe"


def probe(questions: list[dict]) -> list[dict]:
    """Asks the probe all questions at once; an answer for each, in their order."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([PROBE], input=lines, capture_output=True, text=True, timeout=120, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions)
    return answers
