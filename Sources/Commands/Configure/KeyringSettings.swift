/// The settings of Python's keyring before `configure`: the backend that other services continue to use.
struct KeyringSettings: Equatable {
  static let backend = "codeartifact_keyring.backend.Keyring"
  private static let section = "backend"

  var formerDefault: String?
  var formerPath: String?

  /// Makes this program's backend the default, and returns what was set before.
  /// Both options are needed: a path alone makes keyring print a warning at every use.
  static func set(in file: inout EditableFile, pythonPath: String) -> KeyringSettings {
    var former = KeyringSettings()
    let path = "keyring-path = \(pythonPath)"
    let backend = "default-keyring = \(Self.backend)"
    func ini() -> IniDocument { IniDocument(document: LineDocument(file.bytes)) }

    let pathLines = ini().option(["keyring-path"], in: section)
    let defaultLines = ini().option(["default-keyring"], in: section)
    if let defaultLines { former.formerDefault = ini().value(defaultLines) }
    if let pathLines { former.formerPath = ini().value(pathLines) }
    switch (pathLines, defaultLines) {
    case (nil, nil):
      ini().set([path, backend], in: section, of: &file)
    case (let lines?, nil), (nil, let lines?):
      file.replace(lines: lines, with: [path, backend])
    case (let pathLines?, .some):
      file.replace(lines: pathLines, with: [path])
      if let lines = ini().option(["default-keyring"], in: section) { file.replace(lines: lines, with: [backend]) }
    }
    return former
  }
}
