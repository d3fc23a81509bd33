import Platform

/// Secrets of other services in Secret Service, in the exact form of Python's keyring: each can read, replace and delete
/// what the other stored. Like it, this uses the default collection only; unlike it, this never unlocks or prompts.
/// Source: keyring 25.7, keyring/backends/SecretService.py
public struct OtherServiceSecrets: Sendable {
  private static let application = "Python keyring library"
  /// Seconds to wait for other processes. It is long, because no other store can have the secret.
  private static let lockTimeout = 10.0

  private let access: SecretServiceAccess

  /// The secrets of this session's user.
  public init(_ context: Context) {
    access = SecretServiceAccess(context, lockTimeout: Self.lockTimeout, minimumTimeout: SecretServiceAccess.timeout)
  }

  /// The first secret of a service, of this user or, with nil, of any; nil when there is none.
  /// Throws `locked` when it is there but locked, and something else when the service does not work.
  public func find(
    service: String, username: String?
  ) throws(StoreFailure) -> (username: String, password: [UInt8])? {
    guard let query = Self.query(service, username) else { return nil }
    return try access.withSession { (session) throws(StoreFailure) -> (username: String, password: [UInt8])? in
      guard let item = try Self.firstItem(query, session) else { return nil }
      let password = try session.secret(of: item)
      if let username { return (username, password) }
      return (try session.attributes(of: item)["username"] ?? "", password)
    }
  }

  /// Stores a secret, in place of one of the same service and user.
  public func store(_ password: [UInt8], service: String, username: String) throws(StoreFailure) {
    guard var attributes = Self.query(service, username) else {
      throw .unusable(.secretService, reason: "a service or user name with a NUL in it cannot be stored")
    }
    attributes["application"] = Self.application
    let label = "Password for '\(username)' on '\(service)'"
    try access.withSession { [attributes] (session) throws(StoreFailure) in
      guard let collection = try session.collection("default") else {
        throw .unusable(
          .secretService, reason: "it has no default collection",
          .advice("Create one with your desktop's password manager"))
      }
      guard session.isUnlocked(collection, "Collection") else { throw Self.locked }
      try session.store(password, label: label, attributes: attributes, findingBy: attributes, in: collection)
    }
  }

  /// Deletes the first secret of a service and user. False when there is none.
  public func remove(service: String, username: String) throws(StoreFailure) -> Bool {
    guard let query = Self.query(service, username) else { return false }
    return try access.withSession { (session) throws(StoreFailure) in
      guard let item = try Self.firstItem(query, session) else { return false }
      try session.remove(item: item)
      return true
    }
  }

  /// A secret is there but locked.
  public static let locked = StoreFailure.unusable(
    .secretService, reason: "it is locked", .unlock)

  /// The attributes to look for; nil for names that cannot be sent, and so cannot be stored.
  private static func query(_ service: String, _ username: String?) -> [String: String]? {
    var query = ["service": service]
    query["username"] = username
    return query.values.contains { $0.utf8.contains(0) } ? nil : query
  }

  /// The item that Python's keyring would use.
  private static func firstItem(
    _ query: [String: String], _ session: SecretServiceSession
  ) throws(StoreFailure) -> String? {
    guard let collection = try session.collection("default"),
      let item = try session.items(in: collection, matching: query).first
    else { return nil }
    guard session.isUnlocked(item, "Item") else { throw locked }
    return item
  }
}

extension Remedy {
  /// For a locked collection.
  static let unlock = Remedy.advice("Unlock it with your desktop's password manager")
}
