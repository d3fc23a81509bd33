import Glibc

/// The XDG base directories and this program's in each. Relative values are ignored, as the XDG specification says.
public struct UserDirectories: Sendable {
  private static let name = "codeartifact-keyring"

  /// The home directory; nil if neither HOME nor the password file has one.
  public let home: String?
  /// `$XDG_CONFIG_HOME`, or `~/.config`: the parent that other programs share.
  public let sharedConfiguration: String?
  /// `$XDG_DATA_HOME`, or `~/.local/share`: the parent that other programs share.
  public let sharedData: String?
  /// This program's configuration directory, holding `config.toml`.
  public let configuration: String?
  /// This program's directory in memory, removed at logout; nil where the session has none.
  public let runtime: String?
  /// This program's cache directory, which survives a reboot.
  public let cache: String?

  /// The directories for an environment.
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

  /// The cache directory in this user's home by the password file, whatever the variables say.
  static var cacheInPasswordFile: String? { homeInPasswordFile().map { "\($0)/.cache/\(name)" } }

  /// A path with a leading `~` expanded.
  public func expand(_ path: String) -> String {
    guard let home, path == "~" || path.hasPrefix("~/") else { return path }
    return home + path.dropFirst()
  }

  /// A path with a leading `~` or `~NAME` and each `$NAME` and `${NAME}` expanded, as the AWS CLI reads the paths in
  /// its variables. Unknown names stay as they are.
  /// Source: Python's `os.path.expandvars` and `expanduser`.
  public func expand(_ path: String, variables environment: Environment) -> String {
    let path = path.contains("$") ? Self.expandVariables(path, environment.all) : path
    guard path.hasPrefix("~"), path != "~", !path.hasPrefix("~/") else { return expand(path) }
    let name = path.dropFirst().prefix { $0 != "/" }
    return Self.home { getpwnam_r(String(name), $0, $1, $2, $3) }.map { $0 + path.dropFirst(name.count + 1) } ?? path
  }

  private static func expandVariables(_ path: String, _ variables: [String: String]) -> String {
    var parts = path.split(separator: "$", omittingEmptySubsequences: false)
    var result = String(parts.removeFirst())
    for part in parts {
      let name: Substring
      let length: Int
      if part.hasPrefix("{"), let end = part.firstIndex(of: "}") {
        name = part[part.index(after: part.startIndex)..<end]
        length = name.count + 2
      } else {
        name = part.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        length = name.count
      }
      if let value = variables[String(name)] { result += value + part.dropFirst(length) } else { result += "$" + part }
    }
    return result
  }

  /// A path without a slash at its end; nil if it is relative.
  static func absolute(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func homeInPasswordFile() -> String? { home { getpwuid_r(getuid(), $0, $1, $2, $3) } }

  /// The home directory in an entry of the password file.
  private static func home(
    _ find: (
      UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
      UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32
  ) -> String? {
    var entry = passwd()
    var result: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let count = buffer.count
    guard find(&entry, &buffer, count, &result) == 0, result != nil, let path = entry.pw_dir else { return nil }
    return absolute(String(cString: path))
  }
}

extension Context {
  /// `$XDG_CONFIG_DIRS`, or `/etc/xdg`: the system's configuration of other programs, in order of precedence.
  public var systemConfigurations: [String] {
    (environment["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(separator: ":").compactMap {
      UserDirectories.absolute(String($0))
    }
  }
}
