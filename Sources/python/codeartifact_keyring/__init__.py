"""AWS CodeArtifact credentials for every program that uses Python's keyring."""
