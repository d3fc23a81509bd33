import ArgumentParser
import ClientConfig
import CodeArtifact
import Platform

/// Writes a source into a project's files, in the form of each tool.
struct ProjectEditor {
  /// The tools that read named sources from a project's files: pip does not.
  enum Tool: String, CaseIterable, ExpressibleByArgument {
    case poetry, uv, pdm
  }

  /// A table to write into a file.
  struct SourceTable {
    let path: String
    fileprivate let table: [String]
    /// Whether it is an element of an array of tables.
    fileprivate let isArrayElement: Bool
    fileprivate let fields: [(key: String, value: String)]

    fileprivate var title: String {
      let path = TOMLWriter.key(table)
      return isArrayElement ? "[[\(path)]]" : "[\(path)]"
    }

    fileprivate var assignments: [String] { fields.map { "\($0.key) = \(TOMLWriter.string($0.value))" } }

    var lines: [String] { [title] + assignments }
  }

  let context: Context
  /// The directory of the project's `pyproject.toml`.
  let directory: String
  let name: String
  let url: RepositoryURL

  /// The tools that a project uses, by its files.
  func toolsInUse() throws -> [Tool] {
    let root = try TOMLFile("\(directory)/pyproject.toml", context)?.root
    let backend = root?["build-system"]?.table?["build-backend"]?.string ?? ""
    let backends: KeyValuePairs<Tool, String> = [.poetry: "poetry.", .uv: "uv_build", .pdm: "pdm."]
    return backends.filter { tool, prefix in
      root?["tool"]?.table?[tool.rawValue] != nil || backend.hasPrefix(prefix)
        || context.files.status("\(directory)/\(tool.rawValue).lock") != nil
    }.map(\.key)
  }

  /// Writes the source for a tool, and returns what was done, in lines for a person.
  func add(for tool: Tool) throws -> [String] {
    let source = try source(for: tool)
    let done = try append(source)
    switch tool {
    case .poetry:
      let editor = try withName(of: source)
      return try [done, editor.append(editor.poetryRepository)]
    case .uv: return try [done] + dependencyAdvice()
    case .pdm: return [done, "to publish: pdm publish --username aws --repository \(url.publish ?? "")"]
    }
  }

  /// The editor for the name that the file has for the source, which may have been there before.
  private func withName(of source: SourceTable) throws -> ProjectEditor {
    let known = existing(source, in: try TOMLFile(source.path, context)?.root)?.name ?? name
    return Repository.isName(known)
      ? ProjectEditor(context: context, directory: directory, name: known, url: url) : self
  }

  /// What `add` appends to the file in which a tool looks for the source.
  func source(for tool: Tool) throws -> SourceTable {
    switch tool {
    // Explicit, so that a package that both indexes have is not installed from the wrong one.
    case .poetry: table(["tool", "poetry", "source"], [("priority", "explicit")])
    case .uv: try uvIndex()
    case .pdm: table(["tool", "pdm", "source"])
    }
  }

  private func table(_ path: [String], in file: String? = nil, _ more: [(String, String)] = []) -> SourceTable {
    SourceTable(
      path: file ?? "\(directory)/pyproject.toml", table: path, isArrayElement: true,
      fields: [("name", name), ("url", url.index ?? "")] + more)
  }

  /// What a project needs that other projects, or `uv tool run --from .`, may build: uv takes `authenticate` from the root
  /// project alone (measured with uv 0.13.9).
  private func dependencyAdvice() throws -> [String] {
    let root = try TOMLFile("\(directory)/pyproject.toml", context)?.root
    guard root?["build-system"] != nil || root?["project"]?.table?["scripts"] != nil else { return [] }
    let index = url.index.map { URLParts($0).with(user: AuthorizationToken.username) } ?? ""
    return ["for uv tool run --from ., and where another project has this one as a path dependency: url = \"\(index)\""]
  }

  /// Poetry publishes to repositories in its configuration. That in `poetry.toml` is part of the project.
  private var poetryRepository: SourceTable {
    SourceTable(
      path: "\(directory)/poetry.toml", table: ["repositories", name], isArrayElement: false,
      fields: [("url", url.publish ?? "")])
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
    return table(
      isOwn ? ["index"] : ["tool", "uv", "index"], in: isOwn ? own : "\(root)/pyproject.toml",
      [("publish-url", url.publish ?? ""), ("authenticate", "always")])
  }

  /// Appends a table to its file, and parses the result. All other lines stay the same.
  private func append(_ source: SourceTable) throws -> String {
    let file = try TOMLFile(source.path, context)
    if let found = existing(source, in: file?.root) {
      if found.isSame { return "\(source.path): already there, as \(found.name)" }
      let reason =
        found.name == name ? "" : ", which Poetry or the variables of a client do not distinguish from \(name)"
      throw FailureRecord(
        "\(source.path) has another source called \(oneLine(found.name, limit: 60))\(reason)",
        remedy: .advice("Choose a name with --name"))
    }
    let after = Self.appending(source.lines, to: file?.bytes ?? [])
    guard let result = try? TOMLTable(parsing: after), let added = existing(source, in: result), added == (name, true)
    else {
      throw try printSnippet(source, file)
    }
    try checkTarget(of: source.path)
    try context.files.rewrite(source.path, with: after)
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
  private func printSnippet(_ source: SourceTable, _ file: TOMLFile?) throws -> FailureRecord {
    // The obstacle is the deepest existing value on the path.
    var table = file?.root
    var obstacle: TOMLValue?
    for key in source.table {
      guard let value = table?[key] else { break }
      (obstacle, table) = (value, value.table)
    }
    let isList = source.isArrayElement && obstacle?.array != nil
    try context.writeOutput(
      isList
        ? "{ \(source.assignments.joined(separator: ", ")) }\n" : source.lines.map { "\($0)\n" }.joined())
    return FailureRecord(
      "\(source.title) cannot be appended to the file, because this value is \(isList ? "a list in brackets" : "closed")",
      location: .file(source.path, line: obstacle?.source.line),
      remedy: .advice("Add the text above to the \(isList ? "list" : "file")"))
  }

  /// A link in another person's project may lead to any file of the user: the target must be in the project.
  private func checkTarget(of path: String) throws {
    let target = context.files.target(of: path)
    let folder = FileSystem.parent(of: path).flatMap { context.files.resolved($0) } ?? ""
    guard target == path || target.hasPrefix(folder == "/" ? folder : "\(folder)/") else {
      throw FailureRecord(
        "\(path) is a link to \(target), outside the project, so it was not changed",
        remedy: .advice("Replace it with a file"))
    }
  }

  /// What a file has of a table: one with the repository's URL, by its name, or another one of the same name.
  private func existing(_ source: SourceTable, in root: TOMLTable?) -> (name: String, isSame: Bool)? {
    var table = root
    for key in source.table.dropLast() { table = table?[key]?.table }
    guard let last = source.table.last, let value = table?[last] else { return nil }
    let tables = source.isArrayElement ? (value.array ?? []).compactMap(\.table) : [value.table].compactMap { $0 }
    func name(_ table: TOMLTable) -> String? { source.isArrayElement ? table["name"]?.string : last }
    if let same = tables.first(where: { $0["url"]?.string.flatMap(RepositoryURL.init)?.publish == url.publish }) {
      return (name(same) ?? "a source without a name", true)
    }
    // Poetry ignores case in names, and the variables with a source's password ignore punctuation too.
    let variables = UvSettings.variables(ofIndex: self.name)
    return tables.compactMap(name).first { UvSettings.variables(ofIndex: $0) == variables }.map { ($0, false) }
  }
}
