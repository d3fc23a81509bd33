import FoundationEssentials
import Platform

/// `keyringrc.cfg`: what Python's keyring is told. Poetry, twine, hatch, flit and PDM ask it.
/// Source: keyring 25.7 `keyring/core.py` and `keyring/util/platform_.py`
public struct PythonKeyringSettings: Codable, Equatable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case defaultKeyring = "default-keyring"
    case keyringPath = "keyring-path"
  }

  /// The class of this program's backend.
  public static let backend = "codeartifact_keyring.backend.Keyring"
  /// The variable that goes before the file, in which also the place of a backend is.
  public static let variable = "PYTHON_KEYRING_BACKEND"
  private static let section = "backend"

  /// The class that is chosen; nil where the choice is left to keyring.
  public var defaultKeyring: String?
  /// The directory from which backends are loaded, too.
  public var keyringPath: String?

  /// Nothing is said.
  public init() {}

  /// What a file says.
  public init(_ file: INIDocument) {
    defaultKeyring = file.value(["default-keyring"], in: Self.section)?.value
    keyringPath = file.value(["keyring-path"], in: Self.section)?.value
  }

  /// Where the file is, or would be; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.directories.sharedConfiguration.map { "\($0)/python_keyring/keyringrc.cfg" }
  }

  /// Where `configure` keeps what was said before: the Python backend reads there where other people's services go. Nil
  /// without a home directory.
  public static func formerPath(_ context: Context) -> String? {
    context.directories.configuration.map { "\($0)/previous-keyring.json" }
  }

  /// What was said before `configure`; nil where that is not known.
  public static func former(_ context: Context) -> PythonKeyringSettings? {
    guard let bytes = formerPath(context).flatMap({ try? context.files.read($0) }) else { return nil }
    return try? JSONDecoder().decode(PythonKeyringSettings.self, from: Data(bytes))
  }

  /// Whether a class is of this program's backend.
  public static func isOurs(_ name: String) -> Bool { name.hasPrefix("codeartifact_keyring.") }

  /// Puts this program's backend first, and returns what stood there.
  /// Both options are needed: a path alone makes keyring print a warning at every use.
  public static func set(in file: inout EditableFile, pythonPath: String) -> PythonKeyringSettings {
    var former = PythonKeyringSettings()
    let path = "keyring-path = \(pythonPath)"
    let backend = "default-keyring = \(Self.backend)"
    let before = INIDocument(file.bytes)
    let pathOption = before.option(["keyring-path"], in: section)
    let defaultOption = before.option(["default-keyring"], in: section)
    former.defaultKeyring = defaultOption?.value
    former.keyringPath = pathOption?.value
    switch (pathOption, defaultOption) {
    case (nil, nil):
      before.set([path, backend], in: section, of: &file)
    case (let option?, nil), (nil, let option?):
      file.replace(lines: option.lines, with: [path, backend])
    case (let pathOption?, .some):
      file.replace(lines: pathOption.lines, with: [path])
      if let option = INIDocument(file.bytes).option(["default-keyring"], in: section) {
        file.replace(lines: option.lines, with: [backend])
      }
    }
    return former
  }
}
