import AWSCredentials
import ClientConfig
import CodeArtifact
import Platform

/// The variables that give clients a token without a keyring.
/// Sources: Poetry 2.5 `config/config.py`; https://docs.astral.sh/uv/reference/environment/;
/// https://twine.readthedocs.io/en/stable/#environment-variables; https://pip.pypa.io/en/stable/topics/configuration/
struct ClientVariables {
  /// A variable with its value, which is secret.
  struct Variable: Equatable {
    let name: String
    let value: String
  }

  /// In the order of output; each name once.
  private(set) var list: [Variable] = []
  /// Names of variables to remove: a token that was set before would be used for these domains.
  private(set) var removed: [String] = []
  /// Messages about variables that are not set, or not read, with the reasons.
  private(set) var skipped: [String] = []

  /// The variables for a selection, with `PIP_INDEX_URL` only on request. Throws if one variable would need two values,
  /// or if pip's index is ambiguous.
  init(_ selection: RepositorySelection, _ tokens: [DomainToken], includingPip: Bool = false) throws(FailureRecord) {
    try setTokens(tokens)
    try setSources(selection, tokens)
    try setPublishing(selection, tokens)
    if includingPip { try setPip(selection, tokens) }
  }

  /// The variable of each domain, so that its token is used for no other domain; with one domain also the variable
  /// without a name, which a build's secret is made of.
  private mutating func setTokens(_ tokens: [DomainToken]) throws(FailureRecord) {
    if tokens.count == 1, let only = tokens.first { try set(EnvironmentToken.variable, only.token) }
    for variable in tokens.map({ EnvironmentToken.variable(of: $0.domain) }).distinct() {
      let own = tokens.filter { EnvironmentToken.variable(of: $0.domain) == variable }
      if own.count > 1 {
        let domains = own.map(\.domain.domainTitle).joined(separator: " and ")
        skipped.append("\(variable) is not set: it would be the variable of both \(domains)")
      } else if variable.hasSuffix("_FILE") {
        skipped.append("\(variable) is not set: a variable with such a name holds the path of a file")
      } else if let only = own.first {
        try set(variable, only.token)
      }
    }
    let names = [EnvironmentToken.variable] + tokens.map { EnvironmentToken.variable(of: $0.domain) }.distinct()
    removed = names.filter { name in !name.hasSuffix("_FILE") && !list.contains { $0.name == name } }
  }

  /// Poetry and uv look these up by a source's name, for any URL.
  private mutating func setSources(_ selection: RepositorySelection, _ tokens: [DomainToken]) throws(FailureRecord) {
    var refused: Set<String> = []
    for found in selection.sources {
      guard let name = found.source.name, let prefix = Self.prefix(found.source),
        let token = tokens.token(for: found.repository), !refused.contains(prefix)
      else { continue }
      guard Repository.isName(name) else {
        skipped.append(
          "no variable is set for \(Self.description(found.source)): a name can have only letters, digits, dots, "
            + "underscores and hyphens. Rename it")
        continue
      }
      if let reason = Self.reasonNotToSet(prefix, found, selection) {
        refused.insert(prefix)
        skipped.append("\(prefix)_PASSWORD is not set: \(reason)")
      } else {
        try setPair(prefix, token)
        if found.source.tool == .poetry, name.contains(".") {
          skipped.append(
            "Poetry 2.5 does not read \(prefix)_PASSWORD, older versions do: the name of "
              + "\(Self.description(found.source)) has a dot. Rename it")
        }
      }
    }
  }

  private mutating func setPublishing(_ selection: RepositorySelection, _ tokens: [DomainToken])
    throws(FailureRecord)
  {
    guard let target = Self.publishTarget(selection), let url = target.url.publish,
      let token = tokens.token(for: target.repository)
    else { return }
    // The URL is set too: without it, twine would send the token to the public index.
    try set("TWINE_REPOSITORY_URL", url)
    try setPair("TWINE", token)
    // uv would do the same. But it rejects the URL together with `--index`, and with that option it uses the
    // credentials of the index.
    let indexes = selection.sources.map(\.source).filter { $0.tool == .uv && $0.isForPublishing }
    if let name = indexes.lazy.compactMap(\.name).first {
      let command = "uv publish --index \(Repository.isName(name) ? name : "NAME")"
      skipped.append("UV_PUBLISH_PASSWORD is not set: use \(command), which needs none")
      return
    }
    try set("UV_PUBLISH_URL", url)
    try setPair("UV_PUBLISH", token)
  }

  private mutating func setPip(_ selection: RepositorySelection, _ tokens: [DomainToken]) throws(FailureRecord) {
    let items = selection.items.filter { !$0.isForPublishing && $0.url.index != nil }
    let indexes = Set(items.compactMap(\.url.index))
    guard indexes.count == 1, let item = items.first, let token = tokens.token(for: item.repository),
      let url = item.url.index(user: AuthorizationToken.username, password: percentEncoded(token))
    else { throw .ambiguous("there is more than one repository for pip, or none") }
    try set("PIP_INDEX_URL", url)
  }

  private mutating func setPair(_ prefix: String, _ token: String) throws(FailureRecord) {
    try set("\(prefix)_USERNAME", AuthorizationToken.username)
    try set("\(prefix)_PASSWORD", token)
  }

  private mutating func set(_ name: String, _ value: String) throws(FailureRecord) {
    if let known = list.first(where: { $0.name == name }) {
      guard known.value == value else { throw .ambiguous("\(name) would need two values, for two domains") }
      return
    }
    list.append(Variable(name: name, value: value))
  }

  /// The repository to publish to: the only one for publishing, else the only one; nil if that is ambiguous.
  private static func publishTarget(_ selection: RepositorySelection) -> RepositorySelection.Item? {
    let items = selection.items.filter { $0.url.publish != nil }
    let own = items.filter(\.isForPublishing)
    let candidates = own.isEmpty ? items : own
    return Set(candidates.compactMap(\.url.publish)).count == 1 ? candidates.first : nil
  }

  /// Why a client would also send these variables' values to another service; nil if it would not.
  private static func reasonNotToSet(_ prefix: String, _ found: ProjectRepository, _ selection: RepositorySelection)
    -> String?
  {
    if prefix == PoetrySettings.variables(ofSource: "pypi") {
      return "poetry publish would send it to the public index. Rename \(description(found.source))"
    }
    let other = selection.allSources.first { source in
      guard source.tool == found.source.tool, Self.prefix(source) == prefix else { return false }
      guard case .repository(let repository) = Repository.recognise(source.url, mapped: selection.configuration.hosts)
      else { return true }
      return !repository.isInDomain(of: found.repository)
    }
    return other.map {
      "\(description(found.source)) and \(description($0)) "
        + "would both get it, but it is valid for one domain, over https. Rename one"
    }
  }

  private static func description(_ source: ProjectSource) -> String {
    let line = source.line.map { ":\($0)" } ?? ""
    return "\"\(oneLine(source.name ?? "", limit: 60))\" in \(oneLine(source.place))\(line)"
  }

  /// The prefix of a source's variables; nil where its tool reads none.
  private static func prefix(_ source: ProjectSource) -> String? {
    guard let name = source.name else { return nil }
    switch source.tool {
    case .poetry: return PoetrySettings.variables(ofSource: name)
    case .uv: return UvSettings.variables(ofIndex: name)
    // They read no such variables; a netrc serves them.
    case .pdm, .pip: return nil
    }
  }
}

extension FailureRecord {
  /// A variable's value is ambiguous in the project or the arguments.
  static func ambiguous(_ problem: String) -> FailureRecord {
    FailureRecord(problem, remedy: .advice("Name the URL of the one you want"))
  }
}
