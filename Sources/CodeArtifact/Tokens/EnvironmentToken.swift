import FoundationEssentials
import Platform
import TokenStores

/// A token that the environment brings along, so that a container build or a CI job needs no AWS at all.
struct EnvironmentToken {
  private let context: Context

  init(_ context: Context) { self.context = context }

  /// The first that is there and not over. `skipped` names those that have expired or are no tokens.
  func find(for repository: Repository) -> (token: AuthorizationToken?, skipped: [String]) {
    var skipped: [String] = []
    let domain = repository.domain.uppercased().replacing("-", with: "_")
    let variables = ["CODEARTIFACT_TOKEN_\(domain)", "CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN"]
    for variable in variables {
      guard let text = context.environment[variable] else { continue }
      if let token = read(text, from: variable, &skipped) { return (token, []) }
    }
    for variable in variables {
      guard let path = context.environment["\(variable)_FILE"] else { continue }
      if let token = read(file: path, from: "\(variable)_FILE", isOptional: false, &skipped) { return (token, []) }
    }
    // Where BuildKit mounts `--secret id=CODEARTIFACT_TOKEN`.
    let secret = "/run/secrets/CODEARTIFACT_TOKEN"
    return (read(file: secret, from: secret, isOptional: true, &skipped), skipped)
  }

  private func read(
    file path: String, from name: String, isOptional: Bool, _ skipped: inout [String]
  ) -> AuthorizationToken? {
    do {
      let bytes = try context.files.readToEnd(of: path, limit: TokenEntry.sizeLimit)
      return read(String(decoding: bytes, as: UTF8.self), from: name, &skipped)
    } catch {
      if !isOptional || !error.isAbsence { skipped.append("\(name) (\(error))") }
      return nil
    }
  }

  private func read(_ text: String, from name: String, _ skipped: inout [String]) -> AuthorizationToken? {
    let value = Self.token(in: trimmed(text))
    guard TokenEntry.isToken(value) else {
      skipped.append("\(name) (is no token)")
      return nil
    }
    let expiration = Self.expiration(of: value)
    guard expiration ?? .infinity > context.clock.now() else {
      skipped.append("\(name) (has expired)")
      return nil
    }
    return AuthorizationToken(value: value, expiration: expiration, source: .given(by: name))
  }

  /// People also put the whole answer of `aws codeartifact get-authorization-token` there.
  private static func token(in text: String) -> String {
    struct KeyringResponse: Decodable { let authorizationToken: String }
    guard text.hasPrefix("{") else { return text }
    return (try? JSONDecoder().decode(KeyringResponse.self, from: Data(text.utf8)))?.authorizationToken ?? text
  }

  /// A token is a JWE in five parts, whose first is a readable header with an `exp`.
  static func expiration(of token: String) -> Double? {
    struct Header: Decodable { let exp: Double? }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5 else { return nil }
    return WebToken.content(of: parts[0], as: Header.self)?.exp.flatMap { $0 < TokenEntry.lastMoment ? $0 : nil }
  }
}

/// The readable parts of JSON web tokens. Sources: RFC 7515, section 2; RFC 4648, section 5
enum WebToken {
  /// What a part says; nil for one that says nothing of the kind.
  static func content<Content: Decodable>(of part: Substring, as _: Content.Type) -> Content? {
    var base64 = part.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: String(base64)).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
  }
}
