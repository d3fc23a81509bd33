import Platform

/// AWS's shared configuration: `~/.aws/config` and `~/.aws/credentials`, or the files that `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html, and AWS CLI v2 where it differs.
public struct SharedConfiguration: Sendable {
  private let config: ConfigFile
  private let credentials: ConfigFile
  let environment: Environment

  /// Reads both files. One that is not there is empty; one that cannot be read is an error.
  public init(_ context: Context) throws(CredentialFailure) {
    config = try Self.load("AWS_CONFIG_FILE", "config", context)
    credentials = try Self.load("AWS_SHARED_CREDENTIALS_FILE", "credentials", context)
    environment = context.environment
  }

  /// A profile with the settings of both files; nil if neither has it. `[profile default]` is `[default]` as well.
  public func profile(_ name: String) throws(CredentialFailure) -> Profile? {
    let plain = try config.section { $0.names("profile", name) || (name == "default" && $0.text == name) }
    let secret = try credentials.section { $0.text == name }
    guard plain != nil || secret != nil else { return nil }
    return Profile(
      name: name, config: plain ?? [], credentials: secret ?? [], configPath: config.path,
      credentialsPath: credentials.path)
  }

  /// The names of the first profiles other than one, in the order of the files, for messages; nil if there is none.
  func profileNames(beside name: String) -> String? {
    var names: [String] = []
    let headers = config.headers.filter { $0.kind == "profile" || $0.text == "default" }
    let secret = credentials.headers.filter { !$0.isMeantAsProfile }
    for other in headers.map(\.name) + secret.map(\.text) where names.count < 6 {
      if other != name, !oneLine(other).isEmpty, !names.contains(other) { names.append(other) }
    }
    guard !names.isEmpty else { return nil }
    return names.prefix(5).map { oneLine($0, limit: 60) }.joined(separator: ", ") + (names.count > 5 ? " …" : "")
  }

  /// What to write in place of a header that was probably meant as a profile's: `[NAME]` or `[Profile NAME]` in the
  /// configuration file, `[profile NAME]` in the credentials file.
  func correctionOfHeader(_ name: String) -> Remedy? {
    if let found = config.headers.first(where: { $0.text == name || ($0.isMeantAsProfile && $0.name == name) }) {
      return .edit(.file("~/.aws/config"), "Write [profile \(name)] instead of [\(found.text)]")
    }
    let found = credentials.headers.first { $0.isMeantAsProfile && $0.name == name }
    return found.map { .edit(.file("~/.aws/credentials"), "Write [\(name)] instead of [\($0.text)]") }
  }

  /// The first header in the configuration file with a quote that is not closed; nil without one.
  var unreadableHeader: Location? { config.lineWithOpenQuote.map { .file(config.path, line: $0) } }

  /// The settings of an `[sso-session …]` section; nil when it is not there.
  func ssoSession(_ name: String) throws(CredentialFailure) -> [String: String]? {
    try config.section { $0.names("sso-session", name) }.map { Dictionary($0.map { ($0.name, $0.value) }) { $1 } }
  }

  /// The endpoint that the `[services …]` section of a profile gives for a service, as `codeartifact` or `sso_oidc`.
  /// Throws where the profile names a section that does not exist, as botocore does.
  func endpoint(of service: String, _ profile: Profile) throws(CredentialFailure) -> (url: String, services: String)? {
    guard let name = profile["services"] else { return nil }
    guard let section = try config.section(where: { $0.names("services", name) }) else {
      throw undefined(profile, "services", name)
    }
    return section.last { $0.name == service }?.nested["endpoint_url"].map { ($0, name) }
  }

  var path: String { config.path }

  private static func load(
    _ variable: String, _ name: String, _ context: Context
  ) throws(CredentialFailure) -> ConfigFile {
    let standard = context.directories.home.map { "\($0)/.aws/\(name)" }
    let environment = context.environment
    let chosen = environment[variable].map { context.directories.expand($0, variables: environment) }
    // Messages call the usual file by its usual name.
    let title = chosen ?? "~/.aws/\(name)"
    guard let path = chosen ?? standard else { return ConfigFile(path: title, bytes: []) }
    do { return ConfigFile(path: title, bytes: try context.files.readToEnd(of: path)) } catch {
      // For the CLI and the SDKs, a directory in its place counts as no file.
      guard error.isAbsence || error.isDirectory else { throw .other(FailureRecord(error)) }
      return ConfigFile(path: title, bytes: [])
    }
  }
}

/// A profile: its name, and its settings in the two files.
public struct Profile: Sendable {
  /// Its name.
  public let name: String
  /// Its settings in the configuration file, in order.
  let config: [ConfigFile.Setting]
  /// The same in the credentials file.
  let credentials: [ConfigFile.Setting]
  fileprivate let configPath: String
  fileprivate let credentialsPath: String

  /// A setting. The credentials file takes precedence; an empty value counts as none.
  public subscript(key: String) -> String? { Self.value(of: key, in: credentials) ?? Self.value(of: key, in: config) }

  /// Whether a setting exists, even if its value is empty.
  func mentions(_ key: String) -> Bool { (credentials + config).contains { $0.name == key } }

  /// Where a setting is; the configuration file where neither file has it.
  public func location(of key: String) -> Location {
    if let setting = credentials.last(where: { $0.name == key }) { return .file(credentialsPath, line: setting.line) }
    return .file(configPath, line: config.last { $0.name == key }?.line)
  }

  /// Whether there are settings that this program does not know, which may be of a source of credentials.
  public var hasUnknownSettings: Bool {
    let known = [
      "region", "output", "ca_bundle", "endpoint_url", "services", "use_fips_endpoint", "use_dualstack_endpoint",
    ]
    return (config + credentials).contains { !known.contains($0.name) && !$0.name.hasPrefix("cli_") }
  }

  static func value(of key: String, in settings: [ConfigFile.Setting]) -> String? {
    settings.last { $0.name == key }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }
}
