import Platform

/// The indexes in a requirements or constraints file.
/// Source: pip 26.3 `_internal/req/req_file.py`
public struct RequirementsFile: Sendable {
  /// An option that names an index.
  public struct Index: Sendable, Equatable {
    /// Its URL, as it is written.
    public let url: String
    /// Counted from one.
    public let line: Int
  }

  /// The largest number of files that are read.
  private static let limit = 64
  private static let indexOptions: Set<String> = ["--index-url", "--extra-index-url", "-i", "--pypi-url"]
  private static let fileOptions: Set<String> = ["-r", "--requirement", "--requirements", "-c", "--constraint"]

  /// Where it is.
  public let path: String
  /// In their order.
  public let indexes: [Index]
  private let others: [String]

  /// The files of a directory and of its `requirements` that have the usual names of such files, and the files that
  /// they include.
  public static func all(in directory: String, _ context: Context) -> [RequirementsFile] {
    let files = context.files
    let own = files.names(in: directory).filter { name in
      isText(name) && (name.contains("requirements") || name.contains("constraints"))
    }.sorted()
    let parent = FileSystem.path(of: "requirements", in: directory)
    let below = files.names(in: parent).filter(isText).sorted()
    var paths =
      own.map { FileSystem.path(of: $0, in: directory) } + below.map { FileSystem.path(of: $0, in: parent) }
    var seen: [[UInt64]] = []
    var all: [RequirementsFile] = []
    var next = 0
    while next < paths.count, next < limit {
      let path = paths[next]
      next += 1
      guard let status = files.status(path), !seen.contains(status.identity),
        let bytes = try? files.read(path, limit: 4 << 20)
      else { continue }
      seen.append(status.identity)
      let file = RequirementsFile(path, bytes)
      all.append(file)
      let parent = FileSystem.parent(of: path) ?? "/"
      paths += file.others.filter { !$0.contains("://") }
        .map { $0.hasPrefix("/") ? $0 : FileSystem.path(of: $0, in: parent) }
    }
    return all
  }

  private static func isText(_ name: String) -> Bool { name.hasSuffix(".txt") || name.hasSuffix(".in") }

  init(_ path: String, _ bytes: [UInt8]) {
    self.path = path
    var indexes: [Index] = []
    var others: [String] = []
    let text = String(decoding: bytes, as: UTF8.self)
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      for option in Self.options(of: line) {
        if Self.indexOptions.contains(option.name) { indexes.append(Index(url: option.value, line: number + 1)) }
        if Self.fileOptions.contains(option.name) { others.append(option.value) }
      }
    }
    self.indexes = indexes
    self.others = others
  }

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
