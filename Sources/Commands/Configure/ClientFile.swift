import ArgumentParser
import CodeArtifact
import Platform
import TOMLKit

/// The clients whose settings we write, and where each of them keeps its own.
enum Client: String, CaseIterable, Codable, ExpressibleByArgument {
  case poetry, pip, uv

  /// The client's file in the directory where this user keeps configuration.
  func path(in configuration: String) -> String {
    switch self {
    // Poetry asks Python's keyring, which twine, hatch, flit and PDM ask too.
    case .poetry: "\(configuration)/python_keyring/keyringrc.cfg"
    case .pip: "\(configuration)/pip/pip.conf"
    case .uv: "\(configuration)/uv/uv.toml"
    }
  }

  /// Whether it starts the `keyring` on PATH.
  var runsKeyring: Bool { self != .poetry }

  /// What we set, for a line to the user.
  var summary: String {
    switch self {
    case .poetry: "default-keyring = \(KeyringSettings.backend)"
    case .pip: "keyring-provider = subprocess"
    case .uv: "keyring-provider = \"subprocess\""
    }
  }
}

/// What Python's keyring had been told before us: where other people's services go on going.
struct KeyringSettings: Equatable {
  static let backend = "codeartifact_keyring.backend.Keyring"
  private static let section = "backend"

  var formerDefault: String?
  var formerPath: String?

  /// Puts our backend first, and keeps in mind what stood there.
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

/// pip's `keyring-provider`: with `subprocess` it asks the `keyring` on PATH, in build isolation too.
enum PipSettings {
  /// Sets it, and returns what it was before.
  static func set(in file: inout EditableFile) -> String? {
    let ini = IniDocument(document: LineDocument(file.bytes))
    let setting = ["keyring-provider = subprocess"]
    if let lines = ini.option(["keyring-provider", "keyring_provider"], in: "global") {
      file.replace(lines: lines, with: setting)
      return ini.value(lines)
    }
    ini.set(setting, in: "global", of: &file)
    return nil
  }
}

/// uv's `keyring-provider`, which stands before the first table.
enum UvSettings {
  private static let key = "keyring-provider"

  /// Sets it, and returns what it was before. A file that uv could not read is left alone.
  static func set(in file: inout EditableFile, path: String) throws(UnreadableSettings) -> String? {
    let former = try value(in: file, path)
    var edited = file
    edited.replace(lines: lines(in: file), with: ["\(key) = \"subprocess\""])
    guard try value(in: edited, path) == "subprocess" else { throw UnreadableSettings(path: path, line: nil) }
    file = edited
    return former
  }

  private static func lines(in file: EditableFile) -> Range<Int> {
    let document = LineDocument(file.bytes)
    let topLevel = document.lines.indices.prefix { !document.text($0).hasPrefix("[") }
    guard let line = topLevel.first(where: { document.text($0).hasPrefix(key) }) else { return 0..<0 }
    return line..<(line + 1)
  }

  private static func value(in file: EditableFile, _ path: String) throws(UnreadableSettings) -> String? {
    do { return try TOMLText.table(file.bytes)[key]?.string } catch {
      throw UnreadableSettings(path: path, line: error.line)
    }
  }
}

/// A client's file that the client itself could not read.
struct UnreadableSettings: Error, CustomStringConvertible {
  let path: String
  let line: Int?

  var description: String {
    path + (line.map { " line \($0)" } ?? "") + ": not valid TOML, so it was left as it is. Mend it and run: "
      + "codeartifact-keyring configure uv"
  }
}
