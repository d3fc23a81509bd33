import ClientConfig
import CodeArtifact
import Platform

/// Writes a source into a project's files, in the form of each tool.
struct ProjectEditor {
  /// A table to write into a file.
  private struct SourceTable {
    let path: String
    let table: [String]
    /// Whether it is an element of an array of tables.
    let isArrayElement: Bool
    let fields: [(key: String, value: String)]

    /// Its header.
    var title: String {
      let path = TOMLWriter.key(table)
      return isArrayElement ? "[[\(path)]]" : "[\(path)]"
    }

    /// All its lines.
    var lines: [String] { [title] + fields.map { "\($0.key) = \(TOMLWriter.string($0.value))" } }

    /// The same as an inline table, for an array of such tables.
    var inlineTable: String {
      "{ " + fields.map { "\($0.key) = \(TOMLWriter.string($0.value))" }.joined(separator: ", ") + " }"
    }
  }

  let context: Context
  /// The directory of the project's `pyproject.toml`.
  let directory: String
  let name: String
  let url: RepositoryURL

  /// The tools that a project uses, by its files.
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
    let done = try append(source)
    return switch tool {
    case .poetry: try [done, append(poetryRepository)]
    case .uv: try [done] + (mayBeDependency() ? [dependencyAdvice] : [])
    case .pdm: [done, "to publish: pdm publish --username aws --repository \(url.publish ?? "")"]
    case .pip: [done]
    }
  }

  /// The file in which a tool looks for the source, and the lines that `add` appends to it; nil for a tool that has no
  /// such file.
  func snippet(for tool: ProjectSource.Tool) throws -> (path: String, lines: [String])? {
    try source(for: tool).map { ($0.path, $0.lines) }
  }

  private func source(for tool: ProjectSource.Tool) throws -> SourceTable? {
    switch tool {
    case .poetry: poetrySource
    case .uv: try uvIndex()
    case .pdm: pdmSource
    case .pip: nil
    }
  }

  /// Whether other projects, or `uv tool run --from .`, may build the project.
  private func mayBeDependency() throws -> Bool {
    let root = try TOMLFile("\(directory)/pyproject.toml", context)?.root
    return root?["build-system"] != nil || root?["project"]?.table?["scripts"] != nil
  }

  /// uv takes `authenticate` from the root project alone (measured with uv 0.13.9).
  private var dependencyAdvice: String {
    let index = url.index.map { URLParts($0).with(user: AuthorizationToken.username) } ?? ""
    return "for uv tool run --from ., and where another project has this one as a path dependency: url = \"\(index)\""
  }

  private var poetrySource: SourceTable {
    // Explicit, so that a package that both indexes have is not installed from the wrong one.
    SourceTable(
      path: "\(directory)/pyproject.toml", table: ["tool", "poetry", "source"], isArrayElement: true,
      fields: [("name", name), ("url", url.index ?? ""), ("priority", "explicit")])
  }

  /// Poetry publishes to repositories in its configuration. That in `poetry.toml` is part of the project.
  private var poetryRepository: SourceTable {
    SourceTable(
      path: "\(directory)/poetry.toml", table: ["repositories", name], isArrayElement: false,
      fields: [("url", url.publish ?? "")])
  }

  private var pdmSource: SourceTable {
    SourceTable(
      path: "\(directory)/pyproject.toml", table: ["tool", "pdm", "source"], isArrayElement: true,
      fields: [("name", name), ("url", url.index ?? "")])
  }

  /// uv reads its settings in the root of a workspace, and there from `uv.toml` before `pyproject.toml`.
  private func uvIndex() throws -> SourceTable {
    let workspace = try context.files.directories(upFrom: directory).first {
      let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: $0), context)
      return file?.root["tool"]?.table?["uv"]?.table?["workspace"] != nil
    }
    let root = workspace ?? directory
    let own = "\(root)/uv.toml"
    let isOwn = context.files.status(own) != nil
    return SourceTable(
      path: isOwn ? own : "\(root)/pyproject.toml", table: isOwn ? ["index"] : ["tool", "uv", "index"],
      isArrayElement: true,
      fields: [
        ("name", name), ("url", url.index ?? ""), ("publish-url", url.publish ?? ""), ("authenticate", "always"),
      ])
  }

  /// Appends a table to its file, and parses the result. All other lines stay the same.
  private func append(_ source: SourceTable) throws -> String {
    let file = try TOMLFile(source.path, context)
    if let root = file?.root, let known = Self.existing(source, in: root) {
      guard let place = known.isSame else { throw NameTaken(name: name, path: source.path) }
      return "\(source.path): already there, as \(place)"
    }
    let before = file?.bytes ?? []
    let after = Self.appending(source.lines, to: before)
    guard let result = try? TOMLDocument(after).root, Self.existing(source, in: result)?.isSame == name else {
      throw try printSnippet(source, file)
    }
    let mode = context.files.status(source.path)?.mode ?? 0o644
    try context.files.replace(target(of: source.path), with: after, mode: mode & 0o7777, keepingOwner: true)
    return "\(source.path): \(source.title) \(name)"
  }

  /// Appends lines to a text, after an empty line, with the line ends of the text.
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

  /// Prints the lines for a person to add, and returns why they cannot be appended.
  private func printSnippet(_ source: SourceTable, _ file: TOMLFile?) throws -> NotAppendable {
    // The obstacle is the deepest existing value on the path.
    var table = file?.root
    var obstacle: TOMLValue?
    for key in source.table {
      guard let value = table?[key] else { break }
      (obstacle, table) = (value, value.table)
    }
    let isList = source.isArrayElement && obstacle?.array != nil
    try context.writeOutput(isList ? source.inlineTable + "\n" : source.lines.map { $0 + "\n" }.joined())
    return NotAppendable(path: source.path, title: source.title, line: obstacle?.source.line, isList: isList)
  }

  /// The target of a file's path, so that a link stays a link. It must be in the project: a link in another person's
  /// project may lead to any file of the user.
  private func target(of path: String) throws(LinkOutOfProject) -> String {
    guard let target = context.files.resolved(path) else { return path }
    let folder = FileSystem.parent(of: path).flatMap { context.files.resolved($0) } ?? ""
    guard target.hasPrefix(folder == "/" ? folder : "\(folder)/") else {
      throw LinkOutOfProject(path: path, target: target)
    }
    return target
  }

  /// Whether a file has the table already: `isSame` is its name if it has the repository's URL, nil if it only has the
  /// same name.
  private static func existing(_ source: SourceTable, in root: TOMLTable) -> (isSame: String?, Void)? {
    var table: TOMLTable? = root
    for key in source.table.dropLast() { table = table?[key]?.table }
    guard let last = source.table.last, let value = table?[last] else { return nil }
    let address = source.fields.first { $0.key == "url" }.flatMap { RepositoryURL($0.value)?.publish }
    func leadsThere(_ table: TOMLTable) -> Bool {
      table["url"]?.string.flatMap { RepositoryURL($0)?.publish } == address
    }
    guard source.isArrayElement else {
      guard let own = value.table else { return nil }
      return (leadsThere(own) ? last : nil, ())
    }
    let items = (value.array.map { array in array.compactMap(\.table) } ?? [])
    if let same = items.first(where: leadsThere) { return (same["name"]?.string ?? "a source without a name", ()) }
    let name = source.fields.first { $0.key == "name" }?.value
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

/// A table appended to the file would not be valid TOML.
struct NotAppendable: Failure {
  let path: String
  let title: String
  /// The line of the value that cannot be extended.
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
