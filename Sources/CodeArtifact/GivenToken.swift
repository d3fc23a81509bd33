import FoundationEssentials
import Platform
import TokenStores

/// A token that the environment brings along, so that a container build or a CI job needs no AWS at all.
struct GivenToken {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// The first that is there and not over. `passedOver` names those that have expired or are no tokens.
  func find(for repository: Repository) -> (token: AuthorizationToken?, passedOver: [String]) {
    var passedOver: [String] = []
    let domain = repository.domain.uppercased().replacing("-", with: "_")
    let variables = ["CODEARTIFACT_TOKEN_\(domain)", "CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN"]
    for variable in variables {
      guard let text = surroundings.environment[variable] else { continue }
      if let token = read(text, from: variable, &passedOver) { return (token, []) }
    }
    for variable in variables {
      guard let path = surroundings.environment["\(variable)_FILE"] else { continue }
      if let token = read(file: path, from: "\(variable)_FILE", isOptional: false, &passedOver) { return (token, []) }
    }
    // Where BuildKit mounts `--secret id=CODEARTIFACT_TOKEN`.
    let secret = "/run/secrets/CODEARTIFACT_TOKEN"
    return (read(file: secret, from: secret, isOptional: true, &passedOver), passedOver)
  }

  private func read(
    file path: String, from name: String, isOptional: Bool, _ passedOver: inout [String]
  ) -> AuthorizationToken? {
    do {
      let bytes = try surroundings.files.readToEnd(of: path, limit: TokenEntry.sizeLimit)
      return read(String(decoding: bytes, as: UTF8.self), from: name, &passedOver)
    } catch {
      if !isOptional || !error.isAbsence { passedOver.append("\(name) (\(error))") }
      return nil
    }
  }

  private func read(_ text: String, from name: String, _ passedOver: inout [String]) -> AuthorizationToken? {
    let value = Self.token(in: trimmed(text))
    guard TokenEntry.isToken(value) else {
      passedOver.append("\(name) (is no token)")
      return nil
    }
    let expiration = Self.expiration(of: value)
    guard expiration ?? .infinity > surroundings.clock.now() else {
      passedOver.append("\(name) (has expired)")
      return nil
    }
    return AuthorizationToken(value: value, expiration: expiration, source: .given(by: name))
  }

  /// People also put the whole answer of `aws codeartifact get-authorization-token` there.
  private static func token(in text: String) -> String {
    struct Answer: Decodable { let authorizationToken: String }
    guard text.hasPrefix("{") else { return text }
    return (try? JSONDecoder().decode(Answer.self, from: Data(text.utf8)))?.authorizationToken ?? text
  }

  /// A token is a JWE in five parts, whose first is a readable header with an `exp`.
  static func expiration(of token: String) -> Double? {
    struct Header: Decodable { let exp: Double? }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5 else { return nil }
    return WebToken.content(of: parts[0], as: Header.self)?.exp.flatMap { $0 < TokenEntry.lastMoment ? $0 : nil }
  }
}
