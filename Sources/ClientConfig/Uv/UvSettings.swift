import Platform

/// uv's own settings: where they are, and `keyring-provider` in them. With `subprocess` uv calls the `keyring` on PATH.
/// Source: https://docs.astral.sh/uv/concepts/configuration-files/
public enum UvSettings {
  /// The setting.
  public static let provider = "keyring-provider"

  /// The user's own file; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.directories.sharedConfiguration.map { "\($0)/uv/uv.toml" }
  }

  /// Whether uv reads no file.
  public static func isWithoutFiles(_ context: Context) -> Bool {
    context.environment["UV_NO_CONFIG"].map { ["1", "true"].contains($0.lowercased()) } ?? false
  }

  /// The file that takes the place of all others, those of the project too.
  public static func named(_ context: Context) -> String? { context.environment["UV_CONFIG_FILE"] }

  /// The files that do not belong to a project: the one that a variable names or, without that, the user's own and those of
  /// the system.
  public static func paths(_ context: Context) -> [String] {
    if isWithoutFiles(context) { return [] }
    if let named = named(context) { return [named] }
    let parents = context.systemConfigurations + ["/etc"]
    return [path(context)].compactMap { $0 } + parents.map { "\($0)/uv/uv.toml" }
  }

  /// The file in which `uv auth login` stores passwords; nil without a home directory.
  public static func credentials(_ context: Context) -> String? {
    let directory = context.environment["UV_CREDENTIALS_DIR"]
    return (directory ?? context.directories.sharedData.map { "\($0)/uv/credentials" }).map { "\($0)/credentials.toml" }
  }

  /// The prefix of the variables of an index: other characters than letters and digits become underscores.
  public static func variables(ofIndex name: String) -> String {
    "UV_INDEX_" + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// A file has no place for the setting.
  public struct Uneditable: Error {}

  /// Sets the provider, before the first table, and returns what it was before.
  public static func set(in file: inout EditableFile) throws(Uneditable) -> String? {
    let before = (try? TOMLTable(parsing: file.bytes))?[provider]
    // An existing setting keeps its place; a new one is inserted before all others.
    let lines = before.map { ($0.keySource.line - 1)..<$0.source.lastLine } ?? 0..<0
    var edited = file
    edited.replace(lines: lines, with: ["\(provider) = \"subprocess\""])
    guard before == nil || before?.string != nil,
      (try? TOMLTable(parsing: edited.bytes))?[provider]?.string == "subprocess"
    else { throw Uneditable() }
    file = edited
    return before?.string
  }
}
