import FoundationEssentials
import Platform
import TokenStores

/// A token in the environment, so that a container build or a CI job needs no AWS credentials.
public struct EnvironmentToken {
  /// An environment token that cannot be used, without the token itself.
  public struct Skipped: Sendable, Equatable, CustomStringConvertible {
    /// The variable with the token or with the path of its file, or the file that BuildKit mounts.
    public let place: Location
    let reason: String

    /// As messages name it.
    public var description: String { "\(place) (\(reason))" }
  }

  private let context: Context

  /// The environment tokens of this process.
  public init(_ context: Context) { self.context = context }

  /// The variable for tokens of any domain.
  public static let variable = "CODEARTIFACT_TOKEN"

  /// The variable for the tokens of one domain, whoever owns it.
  public static func variable(of domain: Repository) -> String {
    "\(variable)_\(domain.domain.uppercased().replacing("-", with: "_"))"
  }

  /// The first token that can be used, which takes precedence over any other; if there is none, those that cannot be.
  public func find(for repository: Repository) -> (token: AuthorizationToken?, skipped: [Skipped]) {
    var skipped: [Skipped] = []
    let own = Self.variable(of: repository)
    let variables = [own, Self.variable, "CODEARTIFACT_AUTH_TOKEN"]
    for variable in variables {
      guard let text = context.environment[variable] else { continue }
      if variable != own, let other = variableOfAnotherDomain(with: text, than: own) {
        skipped.append(Skipped(place: .variable(variable), reason: "is the token of \(other)"))
        continue
      }
      if let token = read(text, from: .variable(variable), &skipped) { return (token, []) }
    }
    for variable in variables.map({ "\($0)_FILE" }) {
      guard let path = context.environment[variable] else { continue }
      if let token = read(file: path, from: .variable(variable), isOptional: false, &skipped) { return (token, []) }
    }
    // Where BuildKit mounts `--secret id=CODEARTIFACT_TOKEN`.
    let secret = "/run/secrets/\(Self.variable)"
    return (read(file: secret, from: .file(secret), isOptional: true, &skipped), skipped)
  }

  /// The variable of another domain that has the same token: `exec` and `env` set both.
  private func variableOfAnotherDomain(with text: String, than own: String) -> String? {
    let token = Self.token(in: trimmed(text))
    return context.environment.all.first { name, value in
      name.hasPrefix("\(Self.variable)_") && name != own && Self.token(in: trimmed(value)) == token
    }?.key
  }

  private func read(
    file path: String, from place: Location, isOptional: Bool, _ skipped: inout [Skipped]
  ) -> AuthorizationToken? {
    do {
      let bytes = try context.files.readToEnd(of: path, limit: TokenEntry.sizeLimit)
      return read(String(decoding: bytes, as: UTF8.self), from: place, &skipped)
    } catch {
      if !isOptional || !error.isAbsence { skipped.append(Skipped(place: place, reason: error.problem)) }
      return nil
    }
  }

  private func read(_ text: String, from place: Location, _ skipped: inout [Skipped]) -> AuthorizationToken? {
    let value = Self.token(in: trimmed(text))
    // The AWS CLI prints these words where it has no token.
    guard TokenEntry.isToken(value), !["None", "null"].contains(value) else {
      skipped.append(Skipped(place: place, reason: "is not a token"))
      return nil
    }
    let expiration = Self.expiration(of: value)
    guard expiration ?? .infinity > context.clock.now() else {
      skipped.append(Skipped(place: place, reason: "has expired"))
      return nil
    }
    return AuthorizationToken(value: value, expiration: expiration, source: .environment(place))
  }

  /// The token in quotes, which Docker's `--env-file` keeps, or in the JSON output of the AWS CLI, which some people use.
  private static func token(in text: String) -> String {
    struct Response: Decodable { let authorizationToken: String }
    for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote) {
      return String(text.dropFirst().dropLast())
    }
    guard text.hasPrefix("{") else { return text }
    return (try? JSONDecoder().decode(Response.self, from: Data(text.utf8)))?.authorizationToken ?? text
  }

  /// A token is a JWE of five parts; the first is a readable header with an `exp`.
  static func expiration(of token: String) -> Double? {
    struct Header: Decodable { let exp: Double? }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5 else { return nil }
    return WebToken.content(of: parts[0], as: Header.self)?.exp.flatMap { $0 < TokenEntry.lastMoment ? $0 : nil }
  }
}

extension Location {
  /// What removes an environment token from here.
  public var removal: Remedy {
    switch self {
    case .variable(let name): .unset(name)
    case .file(let path, _): .run("rm \(shellWord(path))")
    }
  }
}

/// The readable parts of JSON web tokens. Sources: RFC 7515, section 2; RFC 4648, section 5
enum WebToken {
  /// The content of a part; nil where it is something else.
  static func content<Content: Decodable>(of part: Substring, as _: Content.Type) -> Content? {
    var base64 = part.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: String(base64)).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
  }
}
