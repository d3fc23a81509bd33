import Platform

/// Other people's secrets, kept in Secret Service exactly as Python's keyring keeps them, so that either reads, replaces
/// and deletes what the other stored. Like it, this looks into the default collection and no other; unlike it, this
/// neither unlocks nor prompts.
/// Source: keyring 25.7, keyring/backends/SecretService.py
public struct OtherServiceSecrets: Sendable {
  private static let application = "Python keyring library"
  /// Seconds to wait for other processes: here nothing else could answer.
  private static let turn = 10.0

  private let access: SecretServiceAccess

  /// The secrets of this session's user.
  public init(_ context: Context) {
    access = SecretServiceAccess(context, turn: Self.turn, minimum: SecretServiceAccess.patience)
  }

  /// The first secret of a service, of this user or, with nil, of any; nil when there is none.
  /// Throws `locked` when it is there but locked, and something else when the service does not work.
  public func find(
    service: String, username: String?
  ) throws(StoreFailure) -> (username: String, password: [UInt8])? {
    guard let query = Self.query(service, username) else { return nil }
    return try access.converse { (session) throws(StoreFailure) -> (username: String, password: [UInt8])? in
      guard let item = try Self.firstItem(query, session) else { return nil }
      let password = try session.secret(of: item)
      if let username { return (username, password) }
      return (try session.attributes(of: item)["username"] ?? "", password)
    }
  }

  /// Keeps a secret, in place of one of the same service and user.
  public func store(_ password: [UInt8], service: String, username: String) throws(StoreFailure) {
    guard var attributes = Self.query(service, username) else {
      throw .unusable(.secretService, reason: "a service or user name with a NUL in it cannot be stored")
    }
    attributes["application"] = Self.application
    let label = "Password for '\(username)' on '\(service)'"
    try access.converse { [attributes] (session) throws(StoreFailure) in
      guard let collection = try session.collection("default") else {
        throw .unusable(
          .secretService, reason: "it has no default collection. Make one with your desktop's password manager")
      }
      guard session.isUnlocked(collection: collection) else { throw Self.locked }
      try session.store(password, label: label, attributes: attributes, findingBy: attributes, in: collection)
    }
  }

  /// Deletes the first secret of a service and user. False when there is none.
  public func remove(service: String, username: String) throws(StoreFailure) -> Bool {
    guard let query = Self.query(service, username) else { return false }
    return try access.converse { (session) throws(StoreFailure) in
      guard let item = try Self.firstItem(query, session) else { return false }
      try session.remove(item: item)
      return true
    }
  }

  /// Why nothing is done with a secret that is there.
  public static let locked = StoreFailure.unusable(
    .secretService, reason: "it is locked. Unlock it with your desktop's password manager")

  /// The attributes to look for; nil for names that cannot be sent, which nobody can have stored.
  private static func query(_ service: String, _ username: String?) -> [String: String]? {
    var query = ["service": service]
    query["username"] = username
    return query.values.contains { $0.utf8.contains(0) } ? nil : query
  }

  /// The item that Python's keyring would take.
  private static func firstItem(
    _ query: [String: String], _ session: SecretServiceSession
  ) throws(StoreFailure) -> String? {
    guard let item = try session.items(inCollectionAt: "default", matching: query).first else { return nil }
    guard session.isUnlocked(item: item) else { throw locked }
    return item
  }
}
