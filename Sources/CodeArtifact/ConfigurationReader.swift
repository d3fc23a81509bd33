import AWSCredentials
import Platform
import TOMLKit
import TokenStores

extension Configuration {
  /// Reads `config.toml`, if there is one, and the variables. A mistake or an unknown key is an error.
  public static func load(_ surroundings: Surroundings) throws(ConfigurationFailure) -> Configuration {
    var configuration = Configuration()
    if let directory = surroundings.directories.configuration {
      let path = "\(directory)/config.toml"
      do {
        configuration = try ConfigurationReader(path: path, bytes: try surroundings.files.read(path, limit: 1 << 20))
          .read()
      } catch let failure as FileFailure {
        guard failure.isAbsence else {
          throw ConfigurationFailure(place: path, line: nil, problem: failure.problem)
        }
      } catch let failure as ConfigurationFailure {
        throw failure
      } catch {
        throw ConfigurationFailure(place: path, line: nil, problem: oneLine("\(error)"))
      }
    }
    configuration.formerDomains = FormerSettings.read(surroundings)
    configuration.projectDomains = try ProjectSettings.read(surroundings)
    try configuration.apply(surroundings.environment)
    return configuration
  }

  private mutating func apply(_ environment: Environment) throws(ConfigurationFailure) {
    func value<Value>(
      _ variable: String, _ wanted: String, _ read: (String) -> Value?
    ) throws(ConfigurationFailure) -> Value? {
      guard let text = environment[variable] else { return nil }
      guard let value = read(text) else {
        throw ConfigurationFailure(place: variable, line: nil, problem: "\(quoted(text)) is not \(wanted)")
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

  let path: String
  let bytes: [UInt8]
  /// Where the file belongs to others as well: the name that stands on the first line of ours.
  var table: String?

  func read() throws(ConfigurationFailure) -> Configuration {
    let root: TOMLTable
    do { root = try TOMLText.table(bytes) } catch {
      throw ConfigurationFailure(place: path, line: error.line, problem: error.problem)
    }

    try check(root, ["duration", "store", "provider", "domain", "host"], in: "config.toml")
    var configuration = Configuration()
    if let text = try string("duration", in: root) {
      configuration.duration = try value(text, "duration", Self.durations, TokenDuration.init)
    }
    if let text = try string("store", in: root) {
      configuration.store = try value(text, "store", Self.stores, StorePolicy.init)
    }
    if let text = try string("provider", in: root) {
      configuration.provider = try value(text, "provider", Self.providers, Provider.init)
    }
    for table in try tables("domain", in: root) { configuration.domains.append(try domain(table)) }
    for table in try tables("host", in: root) { configuration.hosts.append(try host(table)) }
    return configuration
  }

  private func domain(_ table: TOMLTable) throws(ConfigurationFailure) -> DomainSettings {
    try check(table, ["match", "profile", "role_arn"], in: "[[domain]]")
    var settings = try match(in: table)
    settings.profile = try string("profile", in: table)
    settings.roleARN = try checked("role_arn", in: table) { $0.hasPrefix("arn:") && $0.contains(":role/") }
    guard settings.profile != nil || settings.roleARN != nil else {
      throw mistake("[[domain]]", "a [[domain]] says neither profile nor role_arn")
    }
    return settings
  }

  /// The settings that a `match` makes, which say nothing yet.
  func match(in table: TOMLTable) throws(ConfigurationFailure) -> DomainSettings {
    var settings = DomainSettings()
    guard let match = table["match"] else { return settings }
    guard let match = match.table else { throw mistake("match", "match is not a table like { domain = \"acme\" }") }
    try check(match, ["domain", "owner", "region"], in: "match")
    settings.domain = try checked("domain", in: match, CodeArtifactHost.isDomain)
    settings.owner = try checked("owner", in: match, CodeArtifactHost.isAccount)
    settings.region = try checked("region", in: match) { CodeArtifactHost.isRegion($0) }
    return settings
  }

  private func host(_ table: TOMLTable) throws(ConfigurationFailure) -> MappedHost {
    try check(table, ["name", "domain", "owner", "region"], in: "[[host]]")
    func required(_ key: String, _ isValid: (String) -> Bool) throws(ConfigurationFailure) -> String {
      guard let value = try checked(key, in: table, isValid) else {
        throw mistake("[[host]]", "a [[host]] needs name, domain, owner and region; \(key) is missing")
      }
      return value
    }
    return MappedHost(
      name: try required("name") { ServiceAddress($0)?.host == $0.lowercased() }.lowercased(),
      domain: try required("domain", CodeArtifactHost.isDomain),
      owner: try required("owner", CodeArtifactHost.isAccount),
      region: try required("region") { CodeArtifactHost.isRegion($0) })
  }

  func tables(_ key: String, in root: TOMLTable) throws(ConfigurationFailure) -> [TOMLTable] {
    guard let value = root[key] else { return [] }
    guard let array = value.array else { throw mistake(key, "\(key) is not an array of tables: write [[\(key)]]") }
    var tables: [TOMLTable] = []
    for element in array {
      guard let table = element.table else {
        throw mistake(key, "\(key) is not an array of tables: write [[\(key)]]")
      }
      tables.append(table)
    }
    return tables
  }

  func check(_ table: TOMLTable, _ known: [String], in place: String) throws(ConfigurationFailure) {
    for key in table.keys where !known.contains(key) {
      throw mistake(key, "unknown key \(quoted(key)); \(place) may have \(known.joined(separator: ", "))")
    }
  }

  func checked(
    _ key: String, in table: TOMLTable, _ isValid: (String) -> Bool
  ) throws(ConfigurationFailure) -> String? {
    guard let value = try string(key, in: table) else { return nil }
    guard isValid(value) else { throw mistake(key, "\(quoted(value)) is no valid \(key)", value: value) }
    return value
  }

  func string(_ key: String, in table: TOMLTable) throws(ConfigurationFailure) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw mistake(key, "\(key) is not a text in quotes") }
    return text
  }

  func value<Value>(
    _ text: String, _ key: String, _ wanted: String, _ read: (String) -> Value?
  ) throws(ConfigurationFailure) -> Value {
    guard let value = read(text) else { throw mistake(key, "\(quoted(text)) is not \(wanted)", value: text) }
    return value
  }

  func mistake(_ key: String, _ problem: String, value: String? = nil) -> ConfigurationFailure {
    ConfigurationFailure(place: path, line: line(of: key, value), problem: problem)
  }

  /// The first line that holds a key, with this value if one is given, or a table of its name: the parser keeps no
  /// positions. A comment is not meant.
  private func line(of key: String, _ value: String?) -> Int? {
    let wanted = key.filter { $0 != "[" && $0 != "]" }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let start = table.flatMap { name in lines.firstIndex { $0.contains(name) } } ?? 0
    let candidates = lines.indices[start...].filter { index in
      let code = lines[index].prefix { $0 != "#" }
      return code.split { !($0.isLetter || $0.isNumber || "_-".contains($0)) }.contains { $0 == wanted }
    }
    let line = value.flatMap { value in candidates.first { lines[$0].contains(value) } } ?? candidates.first
    return line.map { $0 + 1 }
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
