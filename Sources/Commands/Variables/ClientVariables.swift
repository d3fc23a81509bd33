import AWSCredentials
import CodeArtifact
import Platform

/// The variables by which clients are given tokens without asking a keyring.
/// Sources: Poetry 2.5 `config/config.py`; https://docs.astral.sh/uv/reference/environment/;
/// https://twine.readthedocs.io/en/stable/#environment-variables; https://pip.pypa.io/en/stable/topics/configuration/
struct ClientVariables {
  /// A variable with its value, which is secret.
  struct Variable: Equatable {
    let name: String
    let value: String
  }

  private static let user = "aws"
  /// In the order in which they are shown; no name comes twice.
  private(set) var list: [Variable] = []
  /// The sources that no variable can be spelled for, as lines for a person.
  private(set) var passedOver: [String] = []

  /// The variables for an errand, with `PIP_INDEX_URL` only where it is asked for.
  /// Throws where one variable would need two values, or where it is not clear which index pip shall have.
  init(_ errand: Errand, _ grants: [Grant], includingPip: Bool = false) throws(AmbiguousVariables) {
    for grant in grants {
      let suffix = grants.count == 1 ? "" : "_\(grant.domain.domain.uppercased().replacing("-", with: "_"))"
      try set("CODEARTIFACT_TOKEN\(suffix)", grant.token)
    }
    for found in errand.sources {
      guard let name = found.source.name, let token = Self.token(for: found.repository, grants) else { continue }
      switch found.source.tool {
      case .poetry: try setPair(Self.poetryPrefix(name), name, token)
      case .uv: try setPair(Self.uvPrefix(name), name, token)
      // PDM reads no such variable; a netrc serves it.
      case .pdm: break
      }
    }
    if let target = Self.publishTarget(errand), let url = target.url.publish,
      let token = Self.token(for: target.repository, grants)
    {
      // With its address: without it, twine would send the token to the public index.
      try set("TWINE_REPOSITORY_URL", url)
      try setPair("TWINE", "", token)
      // uv takes no address beside the one that `uv publish --index` finds in the project.
      if !errand.sources.contains(where: { $0.source.tool == .uv && $0.source.isForPublishing }) {
        try set("UV_PUBLISH_URL", url)
      }
      try setPair("UV_PUBLISH", "", token)
    }
    if includingPip { try setPip(errand, grants) }
  }

  private mutating func setPip(_ errand: Errand, _ grants: [Grant]) throws(AmbiguousVariables) {
    let items = errand.items.filter { !$0.isForPublishing && $0.url.index != nil }
    let indexes = Set(items.compactMap(\.url.index))
    guard indexes.count == 1, let item = items.first, let token = Self.token(for: item.repository, grants),
      let url = item.url.index(user: Self.user, password: percentEncoded(token))
    else { throw .noSingleIndex }
    try set("PIP_INDEX_URL", url)
  }

  private mutating func setPair(_ prefix: String, _ name: String, _ token: String) throws(AmbiguousVariables) {
    guard Self.isVariable(prefix) else {
      passedOver.append("no variable can be spelled for the source \"\(oneLine(name, limit: 60))\": rename it")
      return
    }
    try set("\(prefix)_USERNAME", Self.user)
    try set("\(prefix)_PASSWORD", token)
  }

  private mutating func set(_ name: String, _ value: String) throws(AmbiguousVariables) {
    if let known = list.first(where: { $0.name == name }) {
      guard known.value == value else { throw .twoValues(name) }
      return
    }
    list.append(Variable(name: name, value: value))
  }

  private static func token(for repository: Repository, _ grants: [Grant]) -> String? {
    grants.first { $0.domain.isInDomain(of: repository) }?.token
  }

  /// Where packages go: the only repository that is named for that, else the only one there is; nil where it is not clear.
  private static func publishTarget(_ errand: Errand) -> Errand.Item? {
    let items = errand.items.filter { $0.url.publish != nil }
    let own = items.filter(\.isForPublishing)
    let candidates = own.isEmpty ? items : own
    return Set(candidates.compactMap(\.url.publish)).count == 1 ? candidates.first : nil
  }

  /// Poetry looks its settings up by the words between dots, hyphens turned into underscores.
  private static func poetryPrefix(_ name: String) -> String {
    "POETRY_HTTP_BASIC_" + name.uppercased().replacing("-", with: "_").replacing(".", with: "_")
  }

  /// uv turns all but letters and digits into underscores.
  private static func uvPrefix(_ name: String) -> String {
    "UV_INDEX_"
      + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// Whether a shell can set it.
  private static func isVariable(_ name: String) -> Bool {
    name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}

/// The project or the arguments leave open what a variable shall be.
enum AmbiguousVariables: Error, Equatable, CustomStringConvertible {
  case twoValues(String)
  case noSingleIndex

  var description: String {
    switch self {
    case .twoValues(let name):
      "\(name) would need two values, for two domains. Name the URL of the one you want"
    case .noSingleIndex:
      "it is not clear which repository pip shall read from. Name the URL of the one you want"
    }
  }
}
