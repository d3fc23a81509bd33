import Platform

/// uv's own settings: where they are, and `keyring-provider` in them: with `subprocess` uv asks the `keyring` on PATH.
/// Source: https://docs.astral.sh/uv/concepts/configuration-files/
public enum UvSettings {
  /// The setting.
  public static let provider = "keyring-provider"

  /// The user's own file; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.directories.sharedConfiguration.map { "\($0)/uv/uv.toml" }
  }

  /// The files that are about no project: the user's own, and those of the machine.
  public static func paths(_ context: Context) -> [String] {
    let parents = context.systemConfigurations + ["/etc"]
    return [path(context)].compactMap { $0 } + parents.map { "\($0)/uv/uv.toml" }
  }

  /// The file in which `uv auth login` keeps passwords; nil without a home directory.
  public static func credentials(_ context: Context) -> String? {
    let directory = context.environment["UV_CREDENTIALS_DIR"]
    return (directory ?? context.directories.sharedData.map { "\($0)/uv/credentials" }).map { "\($0)/credentials.toml" }
  }

  /// What the variables of an index begin with: all but letters and digits are underscores.
  public static func variables(ofIndex name: String) -> String {
    "UV_INDEX_" + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// Why a file was left as it is.
  public enum Refusal: Error, Equatable {
    /// uv itself could not read it, for this line.
    case unreadable(line: Int)
    /// It has no place for the setting.
    case uneditable
  }

  /// Sets the provider, before the first table, and returns what it was before.
  public static func set(in file: inout EditableFile) throws(Refusal) -> String? {
    let before: TOMLValue?
    do { before = try TOMLDocument(file.bytes).root[provider] } catch { throw .unreadable(line: error.line) }
    if before != nil, before?.string == nil { throw .uneditable }
    // A setting keeps its place; a new one goes before all others.
    let lines = before.map { ($0.keySource.line - 1)..<$0.source.lastLine } ?? 0..<0
    var edited = file
    edited.replace(lines: lines, with: ["\(provider) = \"subprocess\""])
    guard (try? TOMLDocument(edited.bytes))?.root[provider]?.string == "subprocess" else { throw .uneditable }
    file = edited
    return before?.string
  }
}
