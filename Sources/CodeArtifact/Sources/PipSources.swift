import Platform

/// The indexes that pip and pipenv use in a directory: those of variables, of its requirements files, its `Pipfile`, and of
/// pip's settings.
/// Sources: pip 26.3 `_internal/configuration.py`; https://pipenv.pypa.io/en/latest/indexes.html
struct PipSources {
  private static let settings = ["index-url", "extra-index-url"]

  private let context: Context
  private(set) var all: [ProjectSource] = []

  /// Reads the files. Only a `Pipfile` that is no TOML is an error: pip itself says what else is wrong.
  init(in directory: String, _ context: Context) throws(ConfigurationFailure) {
    self.context = context
    for variable in ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
      add(context.environment[variable] ?? "", variable, line: nil)
    }
    let parent = directory == "/" ? "" : directory
    for file in RequirementsFile.all(in: directory, context) {
      for index in file.indexes { add(index.url, file.path, line: index.line) }
    }
    try readPipfile("\(parent)/Pipfile")
    let settings = PipSettingsFile.all(context)
    for file in settings.shared + [settings.named].compactMap({ $0 }) { readSettings(file.path) }
  }

  private mutating func readPipfile(_ path: String) throws(ConfigurationFailure) {
    guard let file = try TOMLFile(path, context) else { return }
    for source in try file.tables("source", in: file.root) {
      guard let url = try file.text("url", in: source) else { continue }
      let name = try file.string("name", in: source)
      all.append(
        ProjectSource(
          name: name, tool: .pip, url: url.value, isForPublishing: false, place: path, line: url.line))
    }
  }

  private mutating func readSettings(_ path: String) {
    guard let bytes = try? context.files.read(path, limit: 1 << 20) else { return }
    for setting in ConfigParserFile(bytes).settings
    where ["global", "install"].contains(setting.section)
      && Self.settings.contains(setting.name.replacing("_", with: "-"))
    {
      add(setting.value, path, line: nil)
    }
  }

  /// URLs with white space between them; a comment ends them.
  private mutating func add(_ text: some StringProtocol, _ place: String, line: Int?) {
    for url in text.split(whereSeparator: \.isWhitespace).prefix(while: { !$0.hasPrefix("#") }) {
      all.append(
        ProjectSource(name: nil, tool: .pip, url: String(url), isForPublishing: false, place: place, line: line))
    }
  }
}
