import ClientConfig
import Platform

/// Plugins of Poetry for CodeArtifact: installed in Poetry's own Python, or required by the project in this folder.
struct PoetryPluginCheck {
  /// Poetry's own Python.
  let probe: PythonProbe
  let doctor: DoctorContext

  var findings: [Finding] { installed + required }

  private var installed: [Finding] {
    AlternativePackages.plugins.compactMap { name in
      probe.packages[name].map { version in
        finding(
          name, "\(name) \(version)", at: nil, isBroken: isBroken(name, version),
          run: "\(shellWord(probe.executable)) -m pip uninstall \(name)")
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
          name, "\(name) in requires-plugins", at: file.place(value.source), isBroken: isBroken(name, nil),
          run: line.map { EditCommand.delete($0...$0, of: file.path) } ?? EditCommand.open(file.path))
      }
    }
  }

  private func finding(
    _ name: String, _ title: String, at place: Finding.Place?, isBroken: Bool, run command: String
  ) -> Finding {
    Finding(
      .poetry, isBroken ? .problem : .note,
      isBroken
        ? "\(title) cannot be loaded by Poetry 2: every poetry command fails"
        : "\(title) is redundant: Poetry gets tokens without it", at: place, run: command)
  }

  /// 1.0.3 and older import a name that Poetry 2 does not have (semgrep/poetry-codeartifact-plugin, pull request 17).
  private func isBroken(_ name: String, _ version: String?) -> Bool {
    name == "poetry-codeartifact-plugin" && Version(probe.packages["poetry"] ?? "0") >= Version("2")
      && Version(version ?? "1.0.3") <= Version("1.0.3")
  }
}
