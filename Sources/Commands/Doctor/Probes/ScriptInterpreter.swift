import Platform

extension SearchPath {
  /// The Python that a script is run with, by its first lines; nil for what is no Python script.
  func interpreter(of script: String, _ files: FileSystem) -> String? {
    guard let bytes = try? files.read(script) else { return nil }
    let lines = String(decoding: bytes.prefix(4096), as: UTF8.self)
      .split(maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let first = lines.first, first.hasPrefix("#!") else { return nil }
    let words = first.dropFirst(2).split(separator: " ").map(String.init)
    guard let program = words.first else { return nil }
    if program.hasSuffix("/env"), let name = words.dropFirst().first(where: { !$0.hasPrefix("-") }) {
      return Self.isPython(name) ? programs(name).first?.path : nil
    }
    // What pip writes where the path is too long for the kernel, or has a space in it: '''exec' "/a b/python" "$0" "$@"
    if program == "/bin/sh", lines.count > 1, lines[1].hasPrefix("'''exec' ") {
      let rest = lines[1].dropFirst("'''exec' ".count)
      let path =
        rest.hasPrefix("\"") ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != " " }
      return Self.isPython(String(path)) && path.hasPrefix("/") ? String(path) : nil
    }
    return Self.isPython(program) && program.hasPrefix("/") ? program : nil
  }

  private static func isPython(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("python") || name.hasPrefix("pypy")
  }
}
