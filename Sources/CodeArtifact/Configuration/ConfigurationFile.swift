import AWSCredentials
import ClientConfig
import Platform
import TokenStores

extension Configuration {
  /// Reads `config.toml`, if there is one, and the variables. A mistake or an unknown key is an error.
  public static func load(_ context: Context) throws(FailureRecord) -> Configuration {
    var configuration = Configuration()
    if let directory = context.directories.configuration,
      let file = try TOMLFile("\(directory)/config.toml", context, toEnd: true)
    {
      configuration = try file.configuration()
    }
    configuration.legacyDomains = LegacyConfiguration.read(context)
    configuration.projectDomains = try ProjectSettings.read(context)
    try configuration.apply(context.environment)
    return configuration
  }

  private mutating func apply(_ environment: Environment) throws(FailureRecord) {
    func value<Value>(
      _ variable: String, _ wanted: String, _ read: (String) -> Value?
    ) throws(FailureRecord) -> Value? {
      guard let text = Self.value(of: variable, environment) else { return nil }
      guard let value = read(text) else {
        throw FailureRecord("\(quoted(text)) is not \(wanted)", location: .variable(variable))
      }
      return value
    }
    duration = try value("CODEARTIFACT_KEYRING_DURATION", TOMLFile.durations, TokenDuration.init) ?? duration
    store = try value("CODEARTIFACT_KEYRING_STORE", TOMLFile.stores, StorePolicy.init) ?? store
    provider = try value("CODEARTIFACT_KEYRING_PROVIDER", TOMLFile.providers, Provider.init) ?? provider
    profile = Self.profile(in: environment) ?? profile
  }

  /// The profile in this program's variable, and the name of the variable.
  public static func profile(in environment: Environment) -> (name: String, setBy: String)? {
    let variable = "CODEARTIFACT_KEYRING_PROFILE"
    return value(of: variable, environment).map { ($0, variable) }
  }

  /// A file of variables with Windows line ends leaves one at the end of a value.
  private static func value(of variable: String, _ environment: Environment) -> String? {
    environment[variable].map { trimmed($0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension TOMLFile {
  static let durations = "a duration from 15m to 12h, or \"session\""
  static let stores = "one of auto, secret-service, kernel, file, none"
  static let providers = "one of native, aws-cli"

  /// What `config.toml` says. Throws for a mistake or an unknown key.
  func configuration() throws(FailureRecord) -> Configuration {
    try check(root, ["duration", "store", "provider", "domain", "host"], in: "config.toml")
    var configuration = Configuration()
    configuration.duration = try value("duration", in: root, Self.durations, TokenDuration.init)
    configuration.store = try value("store", in: root, Self.stores, StorePolicy.init) ?? configuration.store
    configuration.provider = try value("provider", in: root, Self.providers, Provider.init) ?? configuration.provider
    for table in try tables("domain", in: root) { configuration.domains.append(try domain(table)) }
    for table in try tables("host", in: root) { configuration.hosts.append(try host(table)) }
    return configuration
  }

  private func domain(_ table: TOMLTable) throws(FailureRecord) -> DomainSettings {
    try check(table, ["match", "profile", "role_arn"], in: "[[domain]]")
    var settings = try match(in: table)
    settings.profile = try string("profile", in: table)
    settings.roleARN = try checked("role_arn", in: table) { $0.hasPrefix("arn:") && $0.contains(":role/") }
    guard settings.profile != nil || settings.roleARN != nil else {
      throw mistake(in: table, "a [[domain]] has neither profile nor role_arn")
    }
    return settings
  }

  /// The settings with a `match` alone.
  func match(in table: TOMLTable) throws(FailureRecord) -> DomainSettings {
    var settings = DomainSettings()
    guard let value = table["match"] else { return settings }
    guard let match = value.table else {
      throw mistake("match", in: table, "match is not a table like { domain = \"acme\" }")
    }
    try check(match, ["domain", "owner", "region"], in: "match")
    settings.domain = try checked("domain", in: match, CodeArtifactHost.isDomain)
    settings.owner = try checked("owner", in: match, CodeArtifactHost.isAccount)
    settings.region = try checked("region", in: match) { RegionName.isRegion($0) }
    return settings
  }

  private func host(_ table: TOMLTable) throws(FailureRecord) -> MappedHost {
    try check(table, ["name", "domain", "owner", "region"], in: "[[host]]")
    func required(_ key: String, _ isValid: (String) -> Bool) throws(FailureRecord) -> String {
      guard let value = try checked(key, in: table, isValid) else {
        throw mistake(in: table, "a [[host]] needs name, domain, owner and region; \(key) is missing")
      }
      return value
    }
    return MappedHost(
      name: try required("name") { URLParts(service: $0)?.host == $0.lowercased() }.lowercased(),
      domain: try required("domain", CodeArtifactHost.isDomain),
      owner: try required("owner", CodeArtifactHost.isAccount),
      region: try required("region") { RegionName.isRegion($0) })
  }

  func check(_ table: TOMLTable, _ known: [String], in place: String) throws(FailureRecord) {
    for key in table.keys where !known.contains(key) {
      throw mistake(key, in: table, "unknown key \(quoted(key)); \(place) may have \(known.joined(separator: ", "))")
    }
  }

  func checked(
    _ key: String, in table: TOMLTable, _ isValid: (String) -> Bool
  ) throws(FailureRecord) -> String? {
    try value(key, in: table, "a valid \(key)") { isValid($0) ? $0 : nil }
  }

  func value<Value>(
    _ key: String, in table: TOMLTable, _ wanted: String, _ read: (String) -> Value?
  ) throws(FailureRecord) -> Value? {
    guard let text = try string(key, in: table) else { return nil }
    guard let value = read(text) else { throw mistake(key, in: table, "\(quoted(text)) is not \(wanted)") }
    return value
  }
}

extension StorePolicy {
  /// A policy by the name the configuration uses.
  init?(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default:
      guard let kind = StoreKind(rawValue: text) else { return nil }
      self = .only(kind)
    }
  }
}
