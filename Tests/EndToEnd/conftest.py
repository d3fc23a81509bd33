"""The fixtures, by subject."""

pytest_plugins = [
    "harness.fixtures",
    "harness.client_fixtures",
    "harness.poetry",
    "harness.signing_in",
    "harness.halves",
    "harness.release",
]
