import AWSCredentials
import ClientConfig
import Platform
import TokenStores

extension Configuration {
  /// Reads `config.toml`, if there is one, and the variables. A mistake or an unknown key is an error.
  public static func load(_ context: Context) throws(ConfigurationFailure) -> Configuration {
    var configuration = Configuration()
    if let directory = context.directories.configuration {
      let path = "\(directory)/config.toml"
      do {
        configuration = try ConfigurationReader(
          path: path, bytes: try context.files.readToEnd(of: path, limit: 1 << 20)
        )
        .read()
      } catch let failure as FileFailure {
        guard failure.isAbsence else {
          throw ConfigurationFailure(.file(path), failure.problemWithoutPath)
        }
      } catch let failure as ConfigurationFailure {
        throw failure
      } catch {
        throw ConfigurationFailure(.file(path), oneLine("\(error)"))
      }
    }
    configuration.legacyDomains = LegacyConfiguration.read(context)
    configuration.projectDomains = try ProjectSettings.read(context)
    try configuration.apply(context.environment)
    return configuration
  }

  private mutating func apply(_ environment: Environment) throws(ConfigurationFailure) {
    func value<Value>(
      _ variable: String, _ wanted: String, _ read: (String) -> Value?
    ) throws(ConfigurationFailure) -> Value? {
      guard let text = environment[variable] else { return nil }
      guard let value = read(text) else {
        throw ConfigurationFailure(.variable(variable), "\(quoted(text)) is not \(wanted)")
      }
      return value
    }
    duration = try value("CODEARTIFACT_KEYRING_DURATION", ConfigurationReader.durations, TokenDuration.init) ?? duration
    store = try value("CODEARTIFACT_KEYRING_STORE", ConfigurationReader.stores, StorePolicy.init) ?? store
    provider = try value("CODEARTIFACT_KEYRING_PROVIDER", ConfigurationReader.providers, Provider.init) ?? provider
    if let name = environment["CODEARTIFACT_KEYRING_PROFILE"] { profile = (name, "CODEARTIFACT_KEYRING_PROFILE") }
  }
}

/// Turns the text of `config.toml` into a configuration.
struct ConfigurationReader {
  static let durations = "a duration from 15m to 12h, or \"session\""
  static let stores = "one of auto, secret-service, kernel, file, none"
  static let providers = "one of native, aws-cli"

  let file: TOMLFile

  /// A reader of a file's bytes. Throws where they are not TOML.
  init(path: String, bytes: [UInt8]) throws(ConfigurationFailure) { file = try TOMLFile(path: path, bytes: bytes) }

  func read() throws(ConfigurationFailure) -> Configuration {
    let root = file.root
    try check(root, ["duration", "store", "provider", "domain", "host"], in: "config.toml")
    var configuration = Configuration()
    configuration.duration = try value("duration", in: root, Self.durations, TokenDuration.init)
    if let store = try value("store", in: root, Self.stores, StorePolicy.init) { configuration.store = store }
    if let provider = try value("provider", in: root, Self.providers, Provider.init) {
      configuration.provider = provider
    }
    for table in try file.tables("domain", in: root) { configuration.domains.append(try domain(table)) }
    for table in try file.tables("host", in: root) { configuration.hosts.append(try host(table)) }
    return configuration
  }

  private func domain(_ table: TOMLTable) throws(ConfigurationFailure) -> DomainSettings {
    try check(table, ["match", "profile", "role_arn"], in: "[[domain]]")
    var settings = try match(in: table)
    settings.profile = try file.string("profile", in: table)
    settings.roleARN = try checked("role_arn", in: table) { $0.hasPrefix("arn:") && $0.contains(":role/") }
    guard settings.profile != nil || settings.roleARN != nil else {
      throw mistake(in: table, "a [[domain]] has neither profile nor role_arn")
    }
    return settings
  }

  /// The settings with a `match` alone.
  func match(in table: TOMLTable) throws(ConfigurationFailure) -> DomainSettings {
    var settings = DomainSettings()
    guard let value = table["match"] else { return settings }
    guard let match = value.table else {
      throw file.mistake("match", in: table, "match is not a table like { domain = \"acme\" }")
    }
    try check(match, ["domain", "owner", "region"], in: "match")
    settings.domain = try checked("domain", in: match, CodeArtifactHost.isDomain)
    settings.owner = try checked("owner", in: match, CodeArtifactHost.isAccount)
    settings.region = try checked("region", in: match) { RegionName.isRegion($0) }
    return settings
  }

  private func host(_ table: TOMLTable) throws(ConfigurationFailure) -> MappedHost {
    try check(table, ["name", "domain", "owner", "region"], in: "[[host]]")
    func required(_ key: String, _ isValid: (String) -> Bool) throws(ConfigurationFailure) -> String {
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

  func check(_ table: TOMLTable, _ known: [String], in place: String) throws(ConfigurationFailure) {
    for key in table.keys where !known.contains(key) {
      throw file.mistake(
        key, in: table, "unknown key \(quoted(key)); \(place) may have \(known.joined(separator: ", "))")
    }
  }

  func checked(
    _ key: String, in table: TOMLTable, _ isValid: (String) -> Bool
  ) throws(ConfigurationFailure) -> String? {
    guard let value = try file.string(key, in: table) else { return nil }
    guard isValid(value) else { throw file.mistake(key, in: table, "\(quoted(value)) is not a valid \(key)") }
    return value
  }

  func value<Value>(
    _ key: String, in table: TOMLTable, _ wanted: String, _ read: (String) -> Value?
  ) throws(ConfigurationFailure) -> Value? {
    guard let text = try file.string(key, in: table) else { return nil }
    guard let value = read(text) else { throw file.mistake(key, in: table, "\(quoted(text)) is not \(wanted)") }
    return value
  }

  /// A mistake in a table as a whole.
  func mistake(in table: TOMLTable, _ problem: String) -> ConfigurationFailure {
    ConfigurationFailure(.file(file.path, line: table.source.line), problem)
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

private func quoted(_ text: String) -> String { "\"\(oneLine(text, limit: 60))\"" }
