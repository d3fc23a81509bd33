import CodeArtifact
import TOMLKit

/// uv's `keyring-provider`, which stands before the first table.
enum UvSettings {
  private static let key = "keyring-provider"

  /// Sets it, and returns what it was before. A file that uv could not read is left alone, and one that has no place for it.
  static func set(in file: inout EditableFile, path: String) throws -> String? {
    let before: TOMLTable
    do { before = try TOMLText.table(file.bytes) } catch {
      throw UnreadableSettings(client: .uv, path: path, line: error.line, form: .toml)
    }
    let former = before[key]?.string
    var edited = file
    edited.replace(lines: lines(in: file), with: ["\(key) = \"subprocess\""])
    guard let after = try? TOMLText.table(edited.bytes), after[key]?.string == "subprocess" else {
      throw UneditableSettings(client: .uv, path: path)
    }
    file = edited
    return former
  }

  /// The lines of the setting, or the place for it: before all others.
  private static func lines(in file: EditableFile) -> Range<Int> {
    guard let range = TOMLOutline(file.bytes).values.first(where: { $0.path == [key] })?.range else { return 0..<0 }
    func line(_ position: Int) -> Int { file.bytes[..<position].count { $0 == UInt8(ascii: "\n") } }
    return line(range.lowerBound)..<(line(range.upperBound - 1) + 1)
  }
}
