"""The fixtures, by subject."""

pytest_plugins = [
    "harness.fixtures",
    "harness.client_fixtures",
    "harness.token_variables",
    "harness.poetry",
    "harness.person",
    "harness.halves",
    "harness.release",
]
