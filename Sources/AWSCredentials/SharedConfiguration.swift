import Platform

/// AWS's shared configuration: `~/.aws/config` and `~/.aws/credentials`, or the files that `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html, and AWS CLI v2 where it differs.
public struct SharedConfiguration: Sendable {
  private let config: ConfigFile
  private let credentials: ConfigFile

  /// Reads both files. One that is not there is empty; one that cannot be read is an error.
  public init(_ surroundings: Surroundings) throws(CredentialFailure) {
    config = try Self.load("AWS_CONFIG_FILE", "config", surroundings)
    credentials = try Self.load("AWS_SHARED_CREDENTIALS_FILE", "credentials", surroundings)
  }

  /// A profile with the settings of both files, those of the credentials file first; nil where neither has it.
  public func profile(_ name: String) throws(CredentialFailure) -> Profile? {
    // With `[default]` and `[profile default]` both there, the SDKs take the latter.
    let plain = name == "default" ? try section(of: config) { $0 == SectionHeader(kind: "", name: name) } : nil
    let named = try section(of: config) { $0 == SectionHeader(kind: "profile", name: name) }
    let secret = try section(of: credentials) { $0.fullName == name }
    guard plain != nil || named != nil || secret != nil else { return nil }
    return Profile(
      name: name, config: (plain ?? []) + (named ?? []), credentials: secret ?? [], configPath: config.path)
  }

  /// The names of all profiles, in the order of the files; none comes twice.
  public var profileNames: [String] {
    var names: [String] = []
    let inConfig = config.headers.filter { $0.kind == "profile" || $0 == SectionHeader(kind: "", name: "default") }
    let all = inConfig.map(\.name) + credentials.headers.map(\.fullName)
    for name in all where !names.contains(name) { names.append(name) }
    return names
  }

  /// Whether the configuration file has `[NAME]` where `[profile NAME]` is meant.
  func lacksTheWordProfile(_ name: String) -> Bool {
    config.headers.contains(SectionHeader(kind: "", name: name))
  }

  /// The settings of an `[sso-session …]` section; nil when it is not there.
  public func ssoSession(_ name: String) throws(CredentialFailure) -> [String: String]? {
    try section(of: config) { $0 == SectionHeader(kind: "sso-session", name: name) }
      .map { Dictionary($0.map { ($0.name, $0.value) }) { $1 } }
  }

  /// The endpoint that a `[services …]` section gives for a service, as `codeartifact` or `sso_oidc`.
  public func endpoint(of service: String, services name: String) throws(CredentialFailure) -> String? {
    try section(of: config) { $0 == SectionHeader(kind: "services", name: name) }?
      .last { $0.name == service }?.nested.last { $0.name == "endpoint_url" }?.value
  }

  /// The path of the configuration file, for messages.
  public var path: String { config.path }

  private func section(
    of file: ConfigFile, where matches: (SectionHeader) -> Bool
  ) throws(CredentialFailure) -> [ConfigFile.Setting]? {
    do { return try file.section(where: matches) } catch {
      throw .configurationMalformed(path: file.path, line: error.line)
    }
  }

  private static func load(
    _ variable: String, _ name: String, _ surroundings: Surroundings
  ) throws(CredentialFailure) -> ConfigFile {
    let standard = surroundings.directories.home.map { "\($0)/.aws/\(name)" }
    let chosen = surroundings.environment[variable].map(surroundings.directories.expand)
    // Messages call the usual file by its usual name.
    let title = chosen ?? "~/.aws/\(name)"
    guard let path = chosen ?? standard else { return ConfigFile(path: title, bytes: []) }
    do { return ConfigFile(path: title, bytes: try surroundings.files.readToEnd(of: path)) } catch {
      // A directory in its place is no file, to the CLI and the SDKs.
      guard error.isAbsence || error.isDirectory else { throw .configurationUnreadable(error) }
      return ConfigFile(path: title, bytes: [])
    }
  }
}

/// A profile: a name and what the two files say under it.
public struct Profile: Sendable {
  /// Its name.
  public let name: String
  /// The file that a message about it should name.
  public let configPath: String
  private let config: [ConfigFile.Setting]
  private let credentials: [ConfigFile.Setting]

  init(name: String, config: [ConfigFile.Setting], credentials: [ConfigFile.Setting], configPath: String) {
    self.name = name
    self.configPath = configPath
    self.config = config
    self.credentials = credentials
  }

  /// A setting; the credentials file comes first, an empty value counts as none.
  public subscript(key: String) -> String? { Self.value(of: key, in: credentials) ?? Self.value(of: key, in: config) }

  /// Whether there are settings that have to do with signing in, perhaps, but that we do not know.
  public var hasUnknownSettings: Bool {
    let known = [
      "region", "output", "ca_bundle", "endpoint_url", "services", "use_fips_endpoint", "use_dualstack_endpoint",
    ]
    return (config + credentials).contains { !known.contains($0.name) && !$0.name.hasPrefix("cli_") }
  }

  fileprivate static func value(of key: String, in settings: [ConfigFile.Setting]) -> String? {
    var value: String?
    for setting in settings where setting.name == key { value = setting.value }
    return value.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Keys written in the credentials file.
  var keysInCredentialsFile: PartialKeys { PartialKeys(credentials) }
  /// Keys written in the configuration file.
  var keysInConfigFile: PartialKeys { PartialKeys(config) }
}

/// The three settings that make static keys, some of which may be missing.
struct PartialKeys {
  let accessKeyID: String?
  let secretAccessKey: String?
  let sessionToken: String?

  init(_ settings: [ConfigFile.Setting]) {
    func value(_ key: String) -> String? { Profile.value(of: key, in: settings) }
    accessKeyID = value("aws_access_key_id")
    secretAccessKey = value("aws_secret_access_key")
    sessionToken = value("aws_session_token") ?? value("aws_security_token")
  }
}

extension SectionHeader {
  /// The name as the credentials file means it: there a section is called by the profile's bare name.
  fileprivate var fullName: String { kind.isEmpty ? name : "\(kind) \(name)" }
}
