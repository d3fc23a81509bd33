import FoundationEssentials
import Platform

/// `keyringrc.cfg`, the settings of Python's keyring. Poetry, twine, hatch, flit and PDM use it.
/// Source: keyring 25.7 `keyring/core.py` and `keyring/util/platform_.py`
public struct PythonKeyringSettings: Codable, Equatable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case defaultKeyring = "default-keyring"
    case keyringPath = "keyring-path"
  }

  /// The class of this program's backend.
  public static let backend = "codeartifact_keyring.backend.Keyring"
  /// The variable that takes precedence over the file, which also has the path of the backend.
  public static let variable = "PYTHON_KEYRING_BACKEND"
  private static let section = "backend"

  /// The chosen class; nil if keyring chooses one.
  public var defaultKeyring: String?
  /// A directory from which backends are loaded too.
  public var keyringPath: String?

  /// No settings.
  public init() {}

  /// The settings in a file.
  public init(_ file: INIDocument) {
    defaultKeyring = file.value(["default-keyring"], in: Self.section)?.value
    keyringPath = file.value(["keyring-path"], in: Self.section)?.value
  }

  /// The path of the file; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.directories.sharedConfiguration.map { "\($0)/python_keyring/keyringrc.cfg" }
  }

  /// The file in which `configure` saves the earlier settings: the Python backend reads there which keyring other
  /// services use. Nil without a home directory.
  public static func previousPath(_ context: Context) -> String? {
    context.directories.configuration.map { "\($0)/previous-keyring.json" }
  }

  /// The settings from before `configure`; nil if they are not known.
  public static func previous(_ context: Context) -> PythonKeyringSettings? {
    guard let bytes = previousPath(context).flatMap({ try? context.files.read($0) }) else { return nil }
    return try? JSONDecoder().decode(PythonKeyringSettings.self, from: Data(bytes))
  }

  /// The line of the section's header, counted from zero, if only blank lines are in the section; nil otherwise.
  public static func emptySection(in bytes: [UInt8]) -> Int? {
    let document = LineDocument(bytes)
    let headers = INIDocument(document).headers
    guard let position = headers.firstIndex(where: { $0.section == section }) else { return nil }
    let end = position + 1 < headers.count ? headers[position + 1].index : document.lines.count
    let isEmpty = (headers[position].index + 1..<end).allSatisfy { document.text($0).isEmpty }
    return isEmpty ? headers[position].index : nil
  }

  /// Whether a class belongs to this program's backend.
  public static func isThisBackend(_ name: String) -> Bool { name.hasPrefix("codeartifact_keyring.") }

  /// Sets this program's backend, and returns the earlier settings. Both options are needed: a path alone makes keyring
  /// print a warning at every use.
  public static func set(in file: inout EditableFile, pythonPath: String) -> PythonKeyringSettings {
    var previous = PythonKeyringSettings()
    let path = "keyring-path = \(pythonPath)"
    let backend = "default-keyring = \(Self.backend)"
    let before = INIDocument(file.bytes)
    let pathOption = before.option(["keyring-path"], in: section)
    let defaultOption = before.option(["default-keyring"], in: section)
    previous.defaultKeyring = defaultOption?.value
    previous.keyringPath = pathOption?.value
    if let pathOption, defaultOption != nil {
      file.replace(lines: pathOption.lines, with: [path])
      if let option = INIDocument(file.bytes).option(["default-keyring"], in: section) {
        file.replace(lines: option.lines, with: [backend])
      }
    } else if let option = pathOption ?? defaultOption {
      file.replace(lines: option.lines, with: [path, backend])
    } else {
      before.set([path, backend], in: section, of: &file)
    }
    return previous
  }
}
