import ClientConfig
import CodeArtifact

/// uv's `keyring-provider`, which comes before the first table.
enum UvSettings {
  private static let key = "keyring-provider"

  /// Sets it, and returns what it was before. A file that uv cannot read, or that has no place for it, is not changed.
  static func set(in file: inout EditableFile, path: String) throws -> String? {
    let before: TOMLValue?
    do { before = try TOMLDocument(file.bytes).root[key] } catch {
      throw UnreadableSettings(client: .uv, path: path, line: error.line, form: .toml)
    }
    if before != nil, before?.string == nil { throw UneditableSettings(client: .uv, path: path) }
    // An existing setting keeps its place; a new one comes first.
    let lines = before.map { ($0.keySource.line - 1)..<$0.source.lastLine } ?? 0..<0
    var edited = file
    edited.replace(lines: lines, with: ["\(key) = \"subprocess\""])
    guard (try? TOMLDocument(edited.bytes))?.root[key]?.string == "subprocess" else {
      throw UneditableSettings(client: .uv, path: path)
    }
    file = edited
    return before?.string
  }
}
