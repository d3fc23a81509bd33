import ClientConfig
import CodeArtifact
import Platform

/// Passwords in PDM's settings and in the project's sources, which it sends instead of asking keyring. The URLs there are
/// checked with the project's.
/// Source: PDM 2.29 `project/config.py`
struct PdmCheck: Check {
  let area = Finding.Area.pdm
  let doctor: DoctorContext

  var findings: [Finding] {
    sources
      + PdmSettings.paths(in: doctor.project.directory, doctor.context)
      .compactMap { SettingsFile($0, doctor.context) }.flatMap(findings)
  }

  /// Those of `[[tool.pdm.source]]`.
  private var sources: [Finding] {
    guard let file = doctor.pyproject else { return [] }
    let tables = file.toml?["tool"]?.table?["pdm"]?.table?["source"]?.array ?? []
    return tables.compactMap(\.table).compactMap { source in
      let line = source["password"].flatMap(file.soleLine)
      return finding(
        "source \(oneLine(source["name"]?.string ?? "", limit: 60))", source,
        isUsed: isRepository(source["url"]?.string), file,
        run: line.map { EditCommand.delete($0...$0, of: file) } ?? EditCommand.open(file.path))
    }
  }

  private func findings(in file: SettingsFile) -> [Finding] {
    guard let root = file.toml else { return [] }
    let pypi = root["pypi"]?.table
    var found: [(key: String, name: String, isForPublishing: Bool, table: TOMLTable?)] = [("pypi", "pypi", false, pypi)]
    for (kind, tables) in [("pypi", pypi), ("repository", root["repository"]?.table)] {
      found += (tables?.tables ?? []).map { ("\(kind).\($0.name)", $0.name, kind == "repository", $0.table) }
    }
    let local = file.path.hasSuffix("/pdm.toml") ? "--local " : ""
    return found.compactMap { key, name, isForPublishing, table in
      guard let table else { return nil }
      // PDM puts the settings of one name together, wherever they are.
      let isUsed =
        table["url"].map { isRepository($0.string) }
        ?? doctor.usesRepository(asPDM: name, isForPublishing: isForPublishing)
      return finding(
        "\(key).password", table, isUsed: isUsed, file,
        run: "pdm config \(local)--delete \(shellWord("\(key).password"))")
    }
  }

  /// `isUsed` is whether it is for a CodeArtifact repository.
  private func finding(
    _ title: String, _ table: TOMLTable, isUsed: Bool, _ file: SettingsFile, run command: String
  ) -> Finding? {
    guard let value = table["password"], let secret = value.string.map(secret), secret.isToken || isUsed,
      // Without a user name an empty one is the same as none (measured with PDM 2.29).
      secret != .empty || table["username"] != nil
    else { return nil }
    return password(
      secret, in: title, "pdm sends it", at: file.place(value.source), run: command,
      repair: secret.isRemovable
        ? file.soleLine(value).map { file.replacing($0, with: [], removing: secret.name) } : nil)
  }
}
