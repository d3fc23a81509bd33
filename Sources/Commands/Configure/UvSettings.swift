import CodeArtifact
import TOMLKit

/// uv's `keyring-provider`, which stands before the first table.
enum UvSettings {
  private static let key = "keyring-provider"

  /// Sets it, and returns what it was before. A file that uv could not read is left alone.
  static func set(in file: inout EditableFile, path: String) throws(UnreadableSettings) -> String? {
    let former = try value(in: file, path)
    var edited = file
    edited.replace(lines: lines(in: file), with: ["\(key) = \"subprocess\""])
    guard try value(in: edited, path) == "subprocess" else { throw UnreadableSettings(path: path, line: nil) }
    file = edited
    return former
  }

  private static func lines(in file: EditableFile) -> Range<Int> {
    let document = LineDocument(file.bytes)
    let topLevel = document.lines.indices.prefix { !document.text($0).hasPrefix("[") }
    guard let line = topLevel.first(where: { document.text($0).hasPrefix(key) }) else { return 0..<0 }
    return line..<(line + 1)
  }

  private static func value(in file: EditableFile, _ path: String) throws(UnreadableSettings) -> String? {
    do { return try TOMLText.table(file.bytes)[key]?.string } catch {
      throw UnreadableSettings(path: path, line: error.line)
    }
  }
}
