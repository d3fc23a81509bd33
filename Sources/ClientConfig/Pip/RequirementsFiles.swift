import Platform

/// The indexes in requirements and constraints files.
/// Source: pip 26.3 `_internal/req/req_file.py`
public enum RequirementsFiles {
  /// The largest number of files that are read.
  private static let limit = 64
  private static let indexOptions: Set<String> = ["--index-url", "--extra-index-url", "-i", "--pypi-url"]
  private static let fileOptions: Set<String> = ["-r", "--requirement", "--requirements", "-c", "--constraint"]

  /// The indexes in the files of a directory and of its `requirements` that have the usual names of such files, and in the
  /// files that they include.
  public static func sources(in directory: String, _ context: Context) -> [ProjectSource] {
    let files = context.files
    let own = files.names(in: directory).filter { name in
      isText(name) && (name.contains("requirements") || name.contains("constraints"))
    }
    let parent = FileSystem.path(of: "requirements", in: directory)
    var paths =
      own.map { FileSystem.path(of: $0, in: directory) }
      + files.names(in: parent).filter(isText).map { FileSystem.path(of: $0, in: parent) }
    var seen: [[UInt64]] = []
    var all: [ProjectSource] = []
    var next = 0
    while next < paths.count, next < limit {
      let path = paths[next]
      next += 1
      guard let status = files.status(path), !seen.contains(status.identity),
        let bytes = try? files.read(path, limit: 4 << 20)
      else { continue }
      seen.append(status.identity)
      let parent = FileSystem.parent(of: path) ?? "/"
      let text = String(decoding: bytes, as: UTF8.self)
      let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      for range in logicalLines(lines) {
        for (name, value) in options(of: joined(lines[range])) {
          if indexOptions.contains(name) {
            // The line that has all of it; one that is itself continued in its middle begins at the first.
            let line = range.first { lines[$0].contains(value) } ?? range.lowerBound
            all.append(ProjectSource(tool: .pip, url: value, place: path, line: line + 1))
          } else if fileOptions.contains(name), !value.contains("://") {
            paths.append(value.hasPrefix("/") ? value : FileSystem.path(of: value, in: parent))
          }
        }
      }
    }
    return all
  }

  private static func isText(_ name: String) -> Bool { name.hasSuffix(".txt") || name.hasSuffix(".in") }

  /// The lines that pip reads as one: each but the last ends in a backslash. A line that is all comment has no next one.
  private static func logicalLines(_ lines: [Substring]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, line) in lines.enumerated() {
      if line.hasSuffix("\\"), !isComment(line), index + 1 < lines.count { continue }
      ranges.append(start..<index + 1)
      start = index + 1
    }
    return ranges
  }

  /// Lines without the backslashes at their ends.
  private static func joined(_ lines: ArraySlice<Substring>) -> Substring {
    guard lines.contains(where: { $0.hasSuffix("\\") }) else { return lines.first ?? "" }
    // A comment stays apart from what it follows.
    return lines.map { isComment($0) ? " \($0)" : $0.hasSuffix("\\") ? $0.dropLast() : $0 }.joined()[...]
  }

  private static func isComment(_ line: Substring) -> Bool { line.first { !$0.isWhitespace } == "#" }

  /// The options of a line that has only options: `-r FILE`, `-rFILE`, `--requirement FILE`, `--requirement=FILE`.
  private static func options(of line: Substring) -> [(name: String, value: String)] {
    var words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }[...]
    var options: [(name: String, value: String)] = []
    while let word = words.popFirst(), word.hasPrefix("-") {
      var (name, value) = (word, Substring())
      if word.hasPrefix("--") {
        if let equals = word.firstIndex(of: "=") {
          (name, value) = (word[..<equals], word[word.index(after: equals)...])
        }
      } else {
        (name, value) = (word.prefix(2), word.dropFirst(2))
      }
      if value.isEmpty { value = words.popFirst() ?? "" }
      // Here pip reads quotes as a shell does. In its settings files they are part of the URL.
      let bare = value.filter { $0 != "\"" && $0 != "'" }
      if !bare.isEmpty { options.append((String(name), bare)) }
    }
    return options
  }
}
