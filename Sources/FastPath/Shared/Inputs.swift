/// The one table of what a response depends on, beside the arguments and the version of the main executable. `keyring` makes
/// the fingerprint of a lookup from it; the main executable caches no response to a lookup that read any other variable.
public struct Inputs: Sendable {
  /// How a variable affects a response.
  enum Effect {
    /// Its value is part of the fingerprint; of a secret only whether it is set.
    case included
    /// While it is set, no response is cached.
    case bypass
    /// It affects how a token is obtained or stored, but not which one.
    case none
  }

  /// A variable, or all variables whose names begin with a prefix.
  struct Variable {
    let name: StaticString
    let isPrefix: Bool
    let effect: Effect

    init(_ name: StaticString, isPrefix: Bool = false, _ effect: Effect) {
      self.name = name
      self.isPrefix = isPrefix
      self.effect = effect
    }
  }

  /// A file that a response depends on.
  enum File {
    /// Below the user's directory of configuration, with a slash before it.
    case configuration(StaticString)
    /// The AWS shared configuration file.
    case awsConfig
    /// The AWS shared credentials file.
    case awsCredentials
    /// All of this name, with a slash before it, in the working directory and above.
    case upward(StaticString)
    /// While it is there, no response is cached.
    case bypass(StaticString)
  }

  /// The first entry that matches a name decides; a name without an entry does not affect this program.
  let variables: [Variable]
  /// Files, in the order that they have in the fingerprint.
  let files: [File]

  /// What this version's responses depend on.
  public static let standard = Inputs(
    variables: [
      Variable("AWS_", isPrefix: true, .included),
      Variable("CODEARTIFACT_TOKEN", isPrefix: true, .bypass),
      Variable("CODEARTIFACT_AUTH_TOKEN", isPrefix: true, .bypass),
      Variable("CODEARTIFACT_KEYRING_DEBUG", isPrefix: true, .bypass),
      Variable("CODEARTIFACT_KEYRING_", isPrefix: true, .included),
      Variable("HOME", .included),
      Variable("XDG_CONFIG_HOME", .included),
      // Where tokens are stored, and how AWS is reached.
      Variable("_CODEARTIFACT_KEYRING_", isPrefix: true, .none),
      Variable("DBUS_SESSION_BUS_ADDRESS", .none),
      Variable("PATH", .none),
      Variable("XDG_", isPrefix: true, .none),
      Variable("SSL_CERT_", isPrefix: true, .none),
      Variable("REQUESTS_CA_BUNDLE", .none),
      Variable("HTTPS_PROXY", .none),
      Variable("https_proxy", .none),
      Variable("HTTP_PROXY", .none),
      Variable("http_proxy", .none),
      Variable("ALL_PROXY", .none),
      Variable("all_proxy", .none),
      Variable("NO_PROXY", .none),
      Variable("no_proxy", .none),
    ],
    files: [
      .bypass("/run/secrets/CODEARTIFACT_TOKEN"), .configuration("/codeartifact-keyring/config.toml"),
      .configuration("/python_keyring/keyringrc.cfg"), .awsConfig, .awsCredentials, .upward("/pyproject.toml"),
    ])

  /// How a variable affects a response, by its line in the environment or its name; nil if no entry matches.
  func effect(of line: UnsafePointer<CChar>) -> Effect? {
    for variable in variables where starts(line, with: variable.name) {
      let end = line[variable.name.utf8CodeUnitCount]
      if variable.isPrefix || end == 0 || end == CChar(bitPattern: UInt8(ascii: "=")) { return variable.effect }
    }
    return nil
  }

  /// Whether the table has an entry for this variable: if not, a lookup that read it must not be cached.
  public func covers(_ name: UnsafePointer<CChar>) -> Bool { effect(of: name) != nil }
}
