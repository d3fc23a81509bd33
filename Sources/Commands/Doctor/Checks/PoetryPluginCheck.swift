import ClientConfig
import Platform

/// Plugins of Poetry for CodeArtifact: installed in Poetry's own Python, or required by the project in this folder.
struct PoetryPluginCheck: Check {
  /// Poetry's own Python.
  let probe: PythonProbe
  let doctor: DoctorContext
  let area = Finding.Area.poetry

  var findings: [Finding] { installed + required }

  private var installed: [Finding] {
    AlternativePackages.plugins.compactMap { name in
      probe.packages[name].map { version in
        finding(
          name, version, "\(name) \(version)", at: nil, run: "\(shellWord(probe.executable)) -m pip uninstall \(name)")
      }
    }
  }

  /// What `[tool.poetry.requires-plugins]` names, which Poetry 2 installs for the project.
  private var required: [Finding] {
    guard let file = SettingsFile("\(doctor.folder)/pyproject.toml", doctor.context),
      let table = file.toml?["tool"]?.table?["poetry"]?.table?["requires-plugins"]?.table
    else { return [] }
    return table.keys.sorted().filter(AlternativePackages.plugins.contains).compactMap { name in
      table[name].map { value in
        let line = file.soleLine(value)
        return finding(
          name, nil, "\(name) in requires-plugins", at: file.place(value.source),
          run: line.map { EditCommand.delete($0...$0, of: file.path) } ?? EditCommand.open(file.path))
      }
    }
  }

  private func finding(
    _ name: String, _ version: String?, _ title: String, at place: Location?, run command: String
  ) -> Finding {
    // 1.0.3 and older import a name that Poetry 2 does not have (semgrep/poetry-codeartifact-plugin, pull request 17).
    let isBroken =
      name == "poetry-codeartifact-plugin" && Version(probe.packages["poetry"] ?? "0") >= Version("2")
      && Version(version ?? "1.0.3") <= Version("1.0.3")
    return isBroken
      ? problem("\(title) cannot be loaded by Poetry 2: every poetry command fails", at: place, run: command)
      : note("\(title) is redundant: Poetry gets tokens without it", at: place, run: command)
  }
}
