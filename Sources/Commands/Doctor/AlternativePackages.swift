/// Other packages for the same purpose, by their names on PyPI.
enum AlternativePackages {
  /// Backends of Python's keyring.
  static let backends = ["keyrings.codeartifact", "keyrings.aws-codeartifact-auth"]

  /// Plugins of Poetry: they store a token in Poetry's settings, or take over its requests.
  static let plugins = [
    "poetry-aws-plugin", "poetry-codeartifact", "poetry-codeartifact-auth", "poetry-codeartifact-auth-plugin",
    "poetry-codeartifact-login", "poetry-codeartifact-login-plugin", "poetry-codeartifact-plugin",
    "poetry-partifact-plugin", "poetry-plugin-code-artifact",
  ]
}
