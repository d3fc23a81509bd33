import Platform

/// The indexes that pip and pipenv use in a directory: those of variables, of its requirements files, its `Pipfile`, and of
/// pip's settings.
/// Sources: pip 26.3 `_internal/configuration.py`; https://pipenv.pypa.io/en/latest/indexes.html
struct PipSources {
  private(set) var found = FoundSources()

  /// Reads the files. Only a `Pipfile` that is not TOML is an error: pip itself reports other mistakes.
  init(in directory: String, _ context: Context) {
    for variable in ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
      add(context.environment[variable] ?? "", variable)
    }
    found.all += RequirementsFiles.sources(in: directory, context)
    found.add { () throws(FailureRecord) in
      guard let file = try TOMLFile(FileSystem.path(of: "Pipfile", in: directory), context) else { return [] }
      return try file.sources(inTables: "source", of: file.root, .pip)
    }
    for file in PipSettings.files(context).map(\.file) {
      for setting in file.ini.settings
      where ["global", "install"].contains(setting.section) && PipSettings.indexes.contains(setting.name) {
        add(setting.value, file.path)
      }
    }
  }

  /// Adds URLs that are separated by white space, up to a comment.
  private mutating func add(_ text: String, _ place: String) {
    for url in text.split(whereSeparator: \.isWhitespace).prefix(while: { !$0.hasPrefix("#") }) {
      found.all.append(ProjectSource(tool: .pip, url: String(url), place: place))
    }
  }
}
