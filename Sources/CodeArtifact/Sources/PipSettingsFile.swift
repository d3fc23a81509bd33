import Platform

/// A file of pip's settings, and the option by which `pip config` writes to it.
/// Source: pip 26.3 `_internal/configuration.py`
public struct PipSettingsFile: Sendable, Equatable {
  /// Where it is, or would be.
  public let path: String
  /// `--global` or `--user`; empty for the file that `PIP_CONFIG_FILE` names.
  public let option: String

  /// The files of all pips, in the order in which the later one wins; then the one that `PIP_CONFIG_FILE` names, which is
  /// read last. None where that says that pip shall read none.
  public static func all(_ context: Context) -> (shared: [PipSettingsFile], named: PipSettingsFile?) {
    let environment = context.environment
    let named = environment["PIP_CONFIG_FILE"]
    guard named != "/dev/null" else { return ([], nil) }
    var shared = (environment["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(separator: ":")
      .map { PipSettingsFile(path: "\($0)/pip/pip.conf", option: "--global") }
    shared.append(PipSettingsFile(path: "/etc/pip.conf", option: "--global"))
    if isUsersOwnRead(context) {
      if let home = context.directories.home {
        shared.append(PipSettingsFile(path: "\(home)/.pip/pip.conf", option: "--user"))
      }
      if let directory = context.directories.sharedConfiguration {
        shared.append(PipSettingsFile(path: "\(directory)/pip/pip.conf", option: "--user"))
      }
    }
    return (shared, named.map { PipSettingsFile(path: $0, option: "") })
  }

  /// Whether pip reads the user's own file: not where `PIP_CONFIG_FILE` names one that is there.
  public static func isUsersOwnRead(_ context: Context) -> Bool {
    context.environment["PIP_CONFIG_FILE"].map { context.files.status($0) == nil } ?? true
  }
}
