import ClientConfig
import CodeArtifact
import Platform

/// Passwords in PDM's settings, which it sends instead of asking keyring. The URLs there are checked with the project's.
/// Source: PDM 2.29 `project/config.py`
struct PdmCheck: Check {
  let area = Finding.Area.pdm
  let doctor: DoctorContext

  var findings: [Finding] {
    PdmSettings.paths(in: doctor.project?.directory, doctor.context)
      .compactMap { SettingsFile($0, doctor.context) }.flatMap(findings)
  }

  private func findings(in file: SettingsFile) -> [Finding] {
    guard let root = file.toml else { return [] }
    let pypi = root["pypi"]?.table
    var found: [(key: String, table: TOMLTable?)] = [("pypi", pypi)]
    for (kind, tables) in [("pypi", pypi), ("repository", root["repository"]?.table)] {
      found += (tables?.tables ?? []).map { ("\(kind).\($0.name)", $0.table) }
    }
    return found.compactMap { key, table in table.flatMap { finding("\(key).password", $0, file) } }
  }

  private func finding(_ key: String, _ table: TOMLTable, _ file: SettingsFile) -> Finding? {
    guard let value = table["password"], let secret = value.string.map(secret), secret != .empty,
      secret.isToken || isRepository(table["url"]?.string)
    else { return nil }
    let local = file.path.hasSuffix("/pdm.toml") ? "--local " : ""
    return password(
      secret, in: key, "pdm sends it", at: file.place(value.source),
      run: "pdm config \(local)--delete \(shellWord(key))",
      repair: secret.isToken ? file.soleLine(value).map { file.replacing($0, with: []) } : nil)
  }
}
