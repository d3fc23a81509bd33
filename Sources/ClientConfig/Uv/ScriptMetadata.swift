import Platform

/// The block of metadata in a Python script, which `uv run SCRIPT` reads.
/// Source: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
struct ScriptMetadata {
  /// The content of the block, with the line numbers of the script.
  let file: TOMLFile

  /// Reads the block of a script; nil if there is none. Throws if it is not TOML.
  init?(_ path: String, _ context: Context) throws(FailureRecord) {
    guard let bytes = try? context.files.read(path, limit: 1 << 20), bytes.contains(UInt8(ascii: "#")) else {
      return nil
    }
    var text: [UInt8] = []
    var isInBlock = false
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      var line = line
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard isInBlock else {
        if line.elementsEqual("# /// script".utf8) { isInBlock = true }
        // An empty line for each line before the block, so that the line numbers are those of the script.
        text.append(UInt8(ascii: "\n"))
        continue
      }
      if line.elementsEqual("# ///".utf8) {
        file = try TOMLFile(path: path, bytes: text)
        return
      }
      // Each line of the block is a comment: `#`, then a blank if anything follows.
      guard line.first == UInt8(ascii: "#"), line.count == 1 || line.dropFirst().first == UInt8(ascii: " ") else {
        return nil
      }
      text += line.dropFirst(2) + [UInt8(ascii: "\n")]
    }
    return nil
  }
}
