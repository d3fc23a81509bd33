import Glibc

/// Where things of this user lie: the XDG base directories, each under our own name.
/// Relative values are ignored, as the XDG specification says.
public struct UserDirectories: Sendable {
  private static let name = "codeartifact-keyring"

  /// The home directory; nil where neither HOME nor the password file knows one.
  public let home: String?
  /// `$XDG_CONFIG_HOME`, or `~/.config`: the parent that other programs share.
  public let sharedConfiguration: String?
  /// `$XDG_DATA_HOME`, or `~/.local/share`, that other programs share.
  public let sharedData: String?
  /// Our own configuration directory, holding `config.toml`.
  public let configuration: String?
  /// Our own directory in memory, gone at logout; nil where the session has none.
  public let runtime: String?
  /// Our own cache directory, which survives a reboot.
  public let cache: String?

  /// Works the directories out from an environment.
  public init(environment: Environment) {
    home = environment["HOME"].flatMap(Self.absolute) ?? Self.homeInPasswordFile()
    sharedConfiguration =
      environment["XDG_CONFIG_HOME"].flatMap(Self.absolute) ?? home.map { $0 + "/.config" }
    sharedData = environment["XDG_DATA_HOME"].flatMap(Self.absolute) ?? home.map { $0 + "/.local/share" }
    configuration = sharedConfiguration.map { "\($0)/\(Self.name)" }
    runtime = environment["XDG_RUNTIME_DIR"].flatMap(Self.absolute).map { "\($0)/\(Self.name)" }
    cache = (environment["XDG_CACHE_HOME"].flatMap(Self.absolute) ?? home.map { $0 + "/.cache" })
      .map { "\($0)/\(Self.name)" }
  }

  /// The cache directory in the home that the password file knows of this user, whatever the variables say.
  static var cacheInPasswordFile: String? { homeInPasswordFile().map { "\($0)/.cache/\(name)" } }

  /// A path with a leading `~` put in full.
  public func expand(_ path: String) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  private static func absolute(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func homeInPasswordFile() -> String? {
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &result) == 0, result != nil, let path = entry.pw_dir
    else { return nil }
    return absolute(String(cString: path))
  }
}
