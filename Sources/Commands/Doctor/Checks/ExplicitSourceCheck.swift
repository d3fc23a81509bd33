import ClientConfig
import CodeArtifact
import Platform

/// Sources of CodeArtifact that Poetry and uv use only for dependencies that name them, and that no dependency names; and
/// indexes in `[tool.uv]` that uv does not read.
/// Sources: https://python-poetry.org/docs/repositories/#explicit-package-sources and
/// https://docs.astral.sh/uv/concepts/indexes/#pinning-a-package-to-an-index
struct ExplicitSourceCheck: Check {
  let area = Finding.Area.project
  let doctor: DoctorContext

  var findings: [Finding] {
    guard let file = doctor.pyproject, let root = file.toml, let tool = root["tool"]?.table else { return [] }
    return poetry(tool["poetry"]?.table, root, file) + uv(tool["uv"]?.table, root, file)
  }

  private func poetry(_ settings: TOMLTable?, _ root: TOMLTable, _ file: SettingsFile) -> [Finding] {
    guard let settings else { return [] }
    let groups = [settings] + (settings["group"]?.table?.tables ?? []).map(\.table)
    let dependencies = groups.flatMap { group in
      ["dependencies", "dev-dependencies"].compactMap { group[$0]?.table }.flatMap { table in
        table.keys.filter { $0.lowercased() != "python" }.compactMap { table[$0] }
      }
    }
    guard hasDependencies(root) || dependencies.contains(where: Self.isSearched) else { return [] }
    let named = Set(dependencies.flatMap { Self.tables($0) }.compactMap { $0["source"]?.string?.lowercased() })
    return Self.tables(settings["source"]).compactMap { source in
      guard let priority = source["priority"], priority.string?.lowercased() == "explicit",
        let name = source["name"]?.string, isRepository(source["url"]?.string), !named.contains(name.lowercased())
      else { return nil }
      return note(
        "source \(oneLine(name, limit: 60)) is explicit and no dependency names it: Poetry looks for no package there. "
          + "Add source = \(TOMLWriter.string(oneLine(name, limit: 60))) to the dependencies that are in it",
        at: file.place(priority.source), run: "poetry add --source \(shellWord(name)) PACKAGE")
    }
  }

  private func uv(_ settings: TOMLTable?, _ root: TOMLTable, _ file: SettingsFile) -> [Finding] {
    guard let settings else { return [] }
    let sources = settings["sources"]?.table?.values ?? []
    let named = Set(sources.flatMap { Self.tables($0) }.compactMap { $0["index"]?.string })
    let replaced = replaced(settings, named, file)
    // The members of a workspace may name the index in files of their own.
    guard replaced.isEmpty, settings["workspace"] == nil, hasDependencies(root) else { return replaced }
    return Self.tables(settings["index"]).compactMap { index in
      guard let explicit = index["explicit"], explicit.bool == true, let name = index["name"]?.string,
        isRepository(index["url"]?.string), !named.contains(name)
      else { return nil }
      return note(
        "index \(oneLine(name, limit: 60)) is explicit and [tool.uv.sources] does not name it: uv looks for no package "
          + "there. Add PACKAGE = { index = \(TOMLWriter.string(oneLine(name, limit: 60))) } to [tool.uv.sources]",
        at: file.place(explicit.source), run: EditCommand.open(file.path))
    }
  }

  /// Indexes in `[tool.uv]` where something else takes its place. uv then looks there only for a dependency that names the
  /// index, and without its `authenticate` (measured with uv 0.13.9).
  private func replaced(_ settings: TOMLTable, _ named: Set<String>, _ file: SettingsFile) -> [Finding] {
    guard let (reason, command) = replacement else { return [] }
    return Self.tables(settings["index"]).compactMap { index in
      guard let value = index["url"], let url = value.string.map({ URLParts($0) }), isRepository(url.text) else {
        return nil
      }
      let name = index["name"]?.string
      let isElsewhere = doctor.project.all.contains {
        $0.tool == .uv && !$0.isForPublishing && $0.place != file.path
          && URLParts($0.url).withoutSlash == url.withoutSlash
      }
      let hasUser = url.user != nil || doctor.hasUser(uvIndex: name)
      if isElsewhere || hasUser && name.map(named.contains) ?? false { return nil }
      let title = name.map { "index \(oneLine($0, limit: 60))" } ?? "an index"
      return problem("\(title) in [tool.uv] is not used: \(reason)", at: file.place(value.source), run: command)
    }
  }

  /// Why uv does not read `[tool.uv]` of this project, and the command for it; nil if it does.
  private var replacement: (reason: String, command: String)? {
    if UvSettings.isWithoutFiles(doctor.context) { return ("UV_NO_CONFIG is set", "unset UV_NO_CONFIG") }
    if UvSettings.named(doctor.context) != nil { return ("UV_CONFIG_FILE takes its place", "unset UV_CONFIG_FILE") }
    let other = "\(doctor.folder)/uv.toml"
    return doctor.context.files.status(other).map { _ in
      ("uv.toml beside it takes its place. Move the index there", EditCommand.open(other))
    }
  }

  /// Whether the project has any dependency in the form of the Python packaging standards.
  private func hasDependencies(_ root: TOMLTable) -> Bool {
    let project = root["project"]?.table
    let groups = [project?["optional-dependencies"]?.table, root["dependency-groups"]?.table].compactMap { $0 }
    return !(project?["dependencies"]?.array ?? []).isEmpty
      || groups.contains { group in group.values.contains { !($0.array ?? []).isEmpty } }
  }

  /// Whether Poetry looks for a dependency in sources: not for one with a place of its own.
  private static func isSearched(_ dependency: TOMLValue) -> Bool {
    dependency.string != nil
      || tables(dependency).contains { table in ["path", "file", "url", "git"].allSatisfy { table[$0] == nil } }
  }

  /// A table, or those of a list.
  private static func tables(_ value: TOMLValue?) -> [TOMLTable] {
    [value?.table].compactMap { $0 } + (value?.array ?? []).compactMap(\.table)
  }
}
