import Platform

/// The programs on `PATH`.
struct SearchPath: Sendable {
  /// A program, by the name and directory under which it is found.
  struct Program: Sendable, Equatable {
    let path: String
    let status: FileStatus

    var directory: String { FileSystem.parent(of: path) ?? "." }

    static func == (left: Program, right: Program) -> Bool { left.path == right.path }
  }

  /// Its directories in their order, each one once whatever its names. An entry that depends on the working directory may
  /// have anyone's files in it: nothing there is read or run.
  let directories: [String]
  /// Those entries, and where each of them stands among the directories.
  let relative: [(entry: String, before: Int)]
  private let files: FileSystem

  init(_ context: Context) {
    files = context.files
    var seen: [[UInt64]] = []
    var directories: [String] = []
    var relative: [(entry: String, before: Int)] = []
    let path = context.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    // An empty entry is the working directory.
    for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
      guard directory.hasPrefix("/") else {
        relative.append((String(directory), directories.count))
        continue
      }
      guard let status = context.files.status(String(directory)), status.isDirectory,
        !seen.contains(status.identity)
      else { continue }
      seen.append(status.identity)
      directories.append(
        directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : String(directory))
    }
    self.directories = directories
    self.relative = relative
  }

  /// All programs of a name, in the order in which they would be run.
  func programs(_ name: String) -> [Program] { directories.compactMap { program(name, in: $0) } }

  /// A program in a directory, on `PATH` or not.
  func program(_ name: String, in directory: String) -> Program? {
    let path = FileSystem.path(of: name, in: directory)
    guard let status = files.status(path), status.isExecutableFile else { return nil }
    return Program(path: path, status: status)
  }

  /// Whether a directory is on it, under whatever name.
  func contains(_ directory: String) -> Bool {
    guard let wanted = files.status(directory)?.identity else { return false }
    return directories.contains { files.status($0)?.identity == wanted }
  }

  /// The Python that a script is run with, by its first lines; nil for what is no Python script.
  func interpreter(of script: String) -> String? {
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
