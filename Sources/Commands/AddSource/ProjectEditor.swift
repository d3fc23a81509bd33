import CodeArtifact
import Platform
import TOMLKit

/// Writes a source into a project's files, for each tool as that wants it.
struct ProjectEditor {
  /// A table that belongs into a file.
  private struct Wanted {
    let path: String
    let table: [String]
    /// Whether it is one of an array of tables.
    let isItem: Bool
    let fields: TOMLInsertion.Fields
  }

  let surroundings: Surroundings
  /// The directory of the project's `pyproject.toml`.
  let directory: String
  let name: String
  let url: RepositoryURL

  /// The tools that a project shows signs of.
  func toolsInUse() throws -> [ProjectSource.Tool] {
    let root = try TOMLFile("\(directory)/pyproject.toml", surroundings)?.root
    let backend = root?["build-system"]?.table?["build-backend"]?.string ?? ""
    let signs: [(tool: ProjectSource.Tool, backend: String)] = [
      (.poetry, "poetry."), (.uv, "uv_build"), (.pdm, "pdm."),
    ]
    return signs.filter { tool, prefix in
      root?["tool"]?.table?[tool.rawValue] != nil || backend.hasPrefix(prefix)
        || surroundings.files.status("\(directory)/\(tool.rawValue).lock") != nil
    }.map(\.tool)
  }

  /// Writes the source for a tool, and returns what was done, in lines for a person.
  func add(for tool: ProjectSource.Tool) throws -> [String] {
    switch tool {
    case .poetry: try [put(poetrySource), put(poetryRepository)]
    case .uv: try [put(uvIndex())]
    case .pdm: try [put(pdmSource), "to publish: pdm publish --username aws --repository \(url.publish ?? "")"]
    case .pip: []
    }
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
    let workspace = try surroundings.files.directories(upFrom: directory).first {
      let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: $0), surroundings)
      return file?.root["tool"]?.table?["uv"]?.table?["workspace"] != nil
    }
    let root = workspace ?? directory
    let own = "\(root)/uv.toml"
    let isOwn = surroundings.files.status(own) != nil
    return Wanted(
      path: isOwn ? own : "\(root)/pyproject.toml", table: isOwn ? ["index"] : ["tool", "uv", "index"], isItem: true,
      fields: [
        ("name", name), ("url", url.index ?? ""), ("publish-url", url.publish ?? ""), ("authenticate", "always"),
      ])
  }

  private func put(_ wanted: Wanted) throws -> String {
    let file = try TOMLFile(wanted.path, surroundings)
    let title = "\(wanted.isItem ? "[[" : "[")\(wanted.table.joined(separator: "."))\(wanted.isItem ? "]]" : "]")"
    if let root = file?.root, let known = Self.known(wanted, in: root) {
      guard let place = known.isSame else { throw NameTaken(name: name, path: wanted.path) }
      return "\(wanted.path) has it already, as \(place)"
    }
    let insertion = TOMLInsertion(file?.bytes ?? [])
    let after =
      wanted.isItem
      ? insertion.adding(wanted.fields, toArray: wanted.table) : insertion.adding(wanted.fields, asTable: wanted.table)
    // What cannot be read back as it was meant is not written.
    guard let after, let result = try? TOMLText.table(after), Self.known(wanted, in: result)?.isSame == name else {
      throw NoPlace(path: wanted.path, title: title, fields: wanted.fields)
    }
    let mode = surroundings.files.status(wanted.path)?.mode ?? 0o644
    // A link stays one: what it leads to is replaced.
    try surroundings.files.replace(
      surroundings.files.resolved(wanted.path) ?? wanted.path, with: after, mode: mode & 0o7777, keepingOwner: true)
    return "\(wanted.path): \(title) \(name)"
  }

  /// Whether a file has the table: `isSame` is its name when it leads to the repository, nil when it only has our name.
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
struct NameTaken: Error, CustomStringConvertible {
  let name: String
  let path: String

  var description: String { "\(path) has another source called \(name). Choose a name with --name" }
}

/// A file is written in a way that a table cannot be added to.
struct NoPlace: Error, CustomStringConvertible {
  let path: String
  let title: String
  let fields: TOMLInsertion.Fields

  var description: String {
    "\(path) is written in a way that leaves no place for \(title). Put it in by hand: "
      + fields.map { "\($0.key) = \"\($0.value)\"" }.joined(separator: ", ")
  }
}
