"""AWS CodeArtifact credentials for every program that uses Python's keyring."""

__version__ = "1.0.0"
