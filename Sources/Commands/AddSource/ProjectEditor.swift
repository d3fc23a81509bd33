import ClientConfig
import CodeArtifact
import Platform

/// Writes a source into a project's files, for each tool as that wants it.
struct ProjectEditor {
  /// A table that belongs into a file.
  private struct Wanted {
    let path: String
    let table: [String]
    /// Whether it is one of an array of tables.
    let isItem: Bool
    let fields: [(key: String, value: String)]

    /// Its header.
    var title: String {
      let path = TOMLSpelling.key(table)
      return isItem ? "[[\(path)]]" : "[\(path)]"
    }

    /// All its lines.
    var lines: [String] { [title] + fields.map { "\($0.key) = \(TOMLSpelling.string($0.value))" } }

    /// The same as a value, for a list of such.
    var inlineTable: String {
      "{ " + fields.map { "\($0.key) = \(TOMLSpelling.string($0.value))" }.joined(separator: ", ") + " }"
    }
  }

  let context: Context
  /// The directory of the project's `pyproject.toml`.
  let directory: String
  let name: String
  let url: RepositoryURL

  /// The tools that a project shows signs of.
  func toolsInUse() throws -> [ProjectSource.Tool] {
    let root = try TOMLFile("\(directory)/pyproject.toml", context)?.root
    let backend = root?["build-system"]?.table?["build-backend"]?.string ?? ""
    let signs: [(tool: ProjectSource.Tool, backend: String)] = [
      (.poetry, "poetry."), (.uv, "uv_build"), (.pdm, "pdm."),
    ]
    return signs.filter { tool, prefix in
      root?["tool"]?.table?[tool.rawValue] != nil || backend.hasPrefix(prefix)
        || context.files.status("\(directory)/\(tool.rawValue).lock") != nil
    }.map(\.tool)
  }

  /// Writes the source for a tool, and returns what was done, in lines for a person.
  func add(for tool: ProjectSource.Tool) throws -> [String] {
    guard let source = try source(for: tool) else { return [] }
    let done = try put(source)
    return switch tool {
    case .poetry: try [done, put(poetryRepository)]
    case .uv: try [done] + (isForOthers() ? [adviceForOthers] : [])
    case .pdm: [done, "to publish: pdm publish --username aws --repository \(url.publish ?? "")"]
    case .pip: [done]
    }
  }

  /// The file in which a tool looks for the source, and the lines that `add` appends to it; nil for a tool that has no
  /// such file.
  func snippet(for tool: ProjectSource.Tool) throws -> (path: String, lines: [String])? {
    try source(for: tool).map { ($0.path, $0.lines) }
  }

  private func source(for tool: ProjectSource.Tool) throws -> Wanted? {
    switch tool {
    case .poetry: poetrySource
    case .uv: try uvIndex()
    case .pdm: pdmSource
    case .pip: nil
    }
  }

  /// Whether other projects, or `uv tool run --from .`, may build the project.
  private func isForOthers() throws -> Bool {
    let root = try TOMLFile("\(directory)/pyproject.toml", context)?.root
    return root?["build-system"] != nil || root?["project"]?.table?["scripts"] != nil
  }

  /// uv takes `authenticate` from the root project alone (measured with uv 0.13.9).
  private var adviceForOthers: String {
    let index = url.index.map { URLParts($0).with(user: AuthorizationToken.username) } ?? ""
    return "for uv tool run --from ., and where another project has this one as a path dependency: url = \"\(index)\""
  }

  private var poetrySource: Wanted {
    // Explicit: a name that both have must not be taken from the wrong one.
    Wanted(
      path: "\(directory)/pyproject.toml", table: ["tool", "poetry", "source"], isItem: true,
      fields: [("name", name), ("url", url.index ?? ""), ("priority", "explicit")])
  }

  /// Poetry publishes to repositories of its configuration; that of the project goes along with it.
  private var poetryRepository: Wanted {
    Wanted(
      path: "\(directory)/poetry.toml", table: ["repositories", name], isItem: false,
      fields: [("url", url.publish ?? "")])
  }

  private var pdmSource: Wanted {
    Wanted(
      path: "\(directory)/pyproject.toml", table: ["tool", "pdm", "source"], isItem: true,
      fields: [("name", name), ("url", url.index ?? "")])
  }

  /// uv reads its settings in the root of a workspace, and there from `uv.toml` before `pyproject.toml`.
  private func uvIndex() throws -> Wanted {
    let workspace = try context.files.directories(upFrom: directory).first {
      let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: $0), context)
      return file?.root["tool"]?.table?["uv"]?.table?["workspace"] != nil
    }
    let root = workspace ?? directory
    let own = "\(root)/uv.toml"
    let isOwn = context.files.status(own) != nil
    return Wanted(
      path: isOwn ? own : "\(root)/pyproject.toml", table: isOwn ? ["index"] : ["tool", "uv", "index"], isItem: true,
      fields: [
        ("name", name), ("url", url.index ?? ""), ("publish-url", url.publish ?? ""), ("authenticate", "always"),
      ])
  }

  /// Appends a table to its file and reads it back; all that stands there stays as it is.
  private func put(_ wanted: Wanted) throws -> String {
    let file = try TOMLFile(wanted.path, context)
    if let root = file?.root, let known = Self.known(wanted, in: root) {
      guard let place = known.isSame else { throw NameTaken(name: name, path: wanted.path) }
      return "\(wanted.path): already there, as \(place)"
    }
    let before = file?.bytes ?? []
    let after = Self.appending(wanted.lines, to: before)
    guard let result = try? TOMLDocument(after).root, Self.known(wanted, in: result)?.isSame == name else {
      throw try refused(wanted, file)
    }
    let mode = context.files.status(wanted.path)?.mode ?? 0o644
    try context.files.replace(target(of: wanted.path), with: after, mode: mode & 0o7777, keepingOwner: true)
    return "\(wanted.path): \(wanted.title) \(name)"
  }

  /// A text with lines at its end, an empty one before them, each ended as the text's own are.
  private static func appending(_ lines: [String], to text: [UInt8]) -> [UInt8] {
    let newline = text.firstRange(of: [0x0D, 0x0A]) == nil ? "\n" : "\r\n"
    var added = lines.map { $0 + newline }.joined()
    if let last = text.last {
      let isEnded = last == UInt8(ascii: "\n")
      let isEmptyLine = text == [0x0A] || text.suffix(2) == [0x0A, 0x0A] || text.suffix(3) == [0x0A, 0x0D, 0x0A]
      added = (isEnded ? "" : newline) + (isEmptyLine ? "" : newline) + added
    }
    return text + Array(added.utf8)
  }

  /// Prints what a person can add by hand, and returns what keeps it from being appended.
  private func refused(_ wanted: Wanted, _ file: TOMLFile?) throws -> NotAppendable {
    // What stands in the way is the deepest value on the path that is there.
    var table = file?.root
    var obstacle: TOMLValue?
    for key in wanted.table {
      guard let value = table?[key] else { break }
      (obstacle, table) = (value, value.table)
    }
    let isList = wanted.isItem && obstacle?.array != nil
    try context.answer(isList ? wanted.inlineTable + "\n" : wanted.lines.map { $0 + "\n" }.joined())
    return NotAppendable(path: wanted.path, title: wanted.title, line: obstacle?.source.line, isList: isList)
  }

  /// What a file's path leads to: a link stays one, and what it leads to is replaced. A project that somebody else has made
  /// may have one that leads to a file of the user's own.
  private func target(of path: String) throws(LinkOutOfProject) -> String {
    guard let target = context.files.resolved(path) else { return path }
    let folder = FileSystem.parent(of: path).flatMap { context.files.resolved($0) } ?? ""
    guard target.hasPrefix(folder == "/" ? folder : "\(folder)/") else {
      throw LinkOutOfProject(path: path, target: target)
    }
    return target
  }

  /// Whether a file has the table: `isSame` is its name when it leads to the repository, nil when it only has the same name.
  private static func known(_ wanted: Wanted, in root: TOMLTable) -> (isSame: String?, Void)? {
    var table: TOMLTable? = root
    for key in wanted.table.dropLast() { table = table?[key]?.table }
    guard let last = wanted.table.last, let value = table?[last] else { return nil }
    let address = wanted.fields.first { $0.key == "url" }.flatMap { RepositoryURL($0.value)?.publish }
    func leadsThere(_ table: TOMLTable) -> Bool {
      table["url"]?.string.flatMap { RepositoryURL($0)?.publish } == address
    }
    guard wanted.isItem else {
      guard let own = value.table else { return nil }
      return (leadsThere(own) ? last : nil, ())
    }
    let items = (value.array.map { array in array.compactMap(\.table) } ?? [])
    if let same = items.first(where: leadsThere) { return (same["name"]?.string ?? "a source without a name", ()) }
    let name = wanted.fields.first { $0.key == "name" }?.value
    return items.contains { $0["name"]?.string == name } ? (nil, ()) : nil
  }
}

/// The project has another source of this name.
struct NameTaken: Failure {
  let name: String
  let path: String

  var problem: String { "\(path) has another source called \(name)" }
  let remedy: Remedy? = .advice("Choose a name with --name")
}

/// A file of the project's is a link to one that is not.
struct LinkOutOfProject: Failure {
  let path: String
  let target: String

  var problem: String { "\(path) is a link to \(target), outside the project, so it was not changed" }
  let remedy: Remedy? = .advice("Replace it with a file")
}

/// A file is written in such a way that a table at its end would not be valid TOML.
struct NotAppendable: Failure {
  let path: String
  let title: String
  /// Where the value stands that cannot be extended.
  let line: Int?
  /// Whether that value is a list.
  let isList: Bool

  var location: Location? { .file(path, line: line) }

  var problem: String {
    "\(title) cannot be appended to the file, because this value is "
      + (isList ? "a list in brackets" : "closed")
  }

  var remedy: Remedy? { .advice(isList ? "Add the text above to the list" : "Add the text above to the file") }
}
