import Platform

extension ProviderContext {
  /// Does something to a sign-in's file while no other process of this user does it: a refresh token serves once, and
  /// whoever comes second finds what the first has got. When the others take too long, it is done all the same.
  func alone<Value>(
    with path: String, _ work: () throws(CredentialFailure) -> Value
  ) throws(CredentialFailure) -> Value {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let lock = try? InterProcessLock.acquire("renewal-\(name)", surroundings, deadline: deadline, lease: .standard)
    defer { withExtendedLifetime(lock) {} }
    return try work()
  }

  /// Writes such a file back for AWS's other tools: it stays whose it was, and where a link leads.
  func keep(_ content: JSONValue, at path: String) {
    guard let bytes = content.encoded else { return }
    let target = surroundings.files.resolved(path) ?? path
    do { try surroundings.files.replace(target, with: bytes, mode: 0o600, keepingOwner: true) } catch {
      surroundings.trace("a renewed sign-in was not kept: \(error)")
    }
  }
}
