import ClientConfig
import Platform

/// What Poetry's settings say about its package sources: the URL behind the name that it asks a keyring for.
/// Source: Poetry 2.5 `config/config.py` and `factory.py`
public struct PoetrySources {
  private let context: Context

  /// The settings of this user, in this directory.
  public init(_ context: Context) { self.context = context }

  /// The source's name in a service `poetry-repository-NAME`; nil for every other service.
  public static func name(in service: String) -> String? {
    let prefix = "poetry-repository-"
    guard service.utf8.starts(with: prefix.utf8), service.utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: service.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// The URL of a source: the first that Poetry finds, if all settings that know the name lead to the same place, since
  /// nobody says which of them an answer would be sent to. Nil where they do not, and where no setting knows the name.
  /// A file that cannot be read or understood is passed over.
  public func url(of name: String) -> String? {
    let urls = urls(of: name)
    guard let first = urls.first, urls.dropFirst().allSatisfy({ Self.isSamePlace(first, $0) }) else { return nil }
    return first
  }

  /// All URLs that settings give a name, in the order in which Poetry looks them up.
  private func urls(of name: String) -> [String] {
    let project = context.files.nearestDirectory(upFrom: ".", having: "pyproject.toml")
    let local = table("\(project ?? ".")/poetry.toml")?["repositories"]?.table
    let user = userConfiguration.flatMap { table("\($0)/config.toml") }?["repositories"]?.table
    let settings = project.flatMap { table("\($0)/pyproject.toml") }?["tool"]?.table?["poetry"]?.table
    var urls: [String] = []
    if let variable = Self.variable(of: name), let url = context.environment[variable] { urls.append(url) }
    for repositories in [local, user] {
      if let url = repositories?[name]?.table?["url"]?.string { urls.append(url) }
    }
    if let sources = settings?["source"]?.array {
      for source in sources where source.table?["name"]?.string == name {
        if let url = source.table?["url"]?.string { urls.append(url) }
      }
    }
    return urls
  }

  /// Whether both lead to one host, equally encrypted, and into one domain where the host has many.
  private static func isSamePlace(_ one: String, _ other: String) -> Bool {
    guard let first = ServiceAddress(one), let second = ServiceAddress(other), first.host == second.host,
      first.isEncrypted == second.isEncrypted
    else { return false }
    guard case .repository(let left) = Repository.recognise(one),
      case .repository(let right) = Repository.recognise(other)
    else { return true }
    return left.isInDomain(of: right)
  }

  /// The variable Poetry reads for a name; it can spell letters and hyphens alone.
  private static func variable(of name: String) -> String? {
    var spelled = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "a"..."z": spelled += String(scalar).uppercased()
      case "-": spelled += "_"
      default: return nil
      }
    }
    return "POETRY_REPOSITORIES_\(spelled)_URL"
  }

  /// The name of the repository whose URL a variable holds, as Poetry reads it; nil for every other variable.
  static func name(inVariable variable: String) -> String? {
    guard variable.hasPrefix("POETRY_REPOSITORIES_"), variable.hasSuffix("_URL") else { return nil }
    let spelled = variable.dropFirst("POETRY_REPOSITORIES_".count).dropLast("_URL".count)
    guard !spelled.isEmpty, spelled.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_") }) else {
      return nil
    }
    return String(spelled.lowercased().map { $0 == "_" ? "-" : $0 })
  }

  /// The directory of the user's own `config.toml` for Poetry.
  var userConfiguration: String? {
    context.environment["POETRY_CONFIG_DIR"]
      ?? context.directories.sharedConfiguration.map { $0 + "/pypoetry" }
  }

  private func table(_ path: String) -> TOMLTable? {
    guard let bytes = try? context.files.read(path, limit: 1 << 20) else { return nil }
    return try? TOMLDocument(bytes).root
  }
}
