import Platform

/// Looks things up in Secret Service over a connection of its own: nothing is loaded for it, no thread is started, and
/// every wait ends at the connection's deadline. Its session is a plain one: what encryption would hide, it would hide
/// from this user's own programs, which can all ask the service themselves.
/// Source: https://specifications.freedesktop.org/secret-service-spec/latest/
final class BusSecretReader: SecretReader {
  private static let busName = "org.freedesktop.secrets"
  private static let servicePath = "/org/freedesktop/secrets"
  private static let interface = "org.freedesktop.Secret"
  /// Nobody has so many items of one description; the rest are not looked at.
  private static let itemLimit = 64

  /// Whether the service opens no session but an encrypted one.
  private(set) var isEncryptionWanted = false
  private let bus: BusConnection
  private var session: String?

  /// A reader on a bus. Throws when no program there provides the service.
  init(_ bus: BusConnection) throws(StoreFailure) {
    self.bus = bus
    guard try Self.told({ () throws(BusFailure) in try bus.introduce(wanting: Self.busName) }) else {
      throw .absent(.secretService, reason: "no program on the session bus provides it")
    }
  }

  /// Ends the conversation in the service as well, so that the next process does not open one beside it.
  func close() {
    guard let session else { return }
    _ = try? call(session, "Session", "Close", answer: "")
    self.session = nil
  }

  func unlockedItems(matching attributes: [String: String]) throws(StoreFailure) -> [String] {
    try Self.told { () throws(BusFailure) in
      try search(Self.servicePath, "Service", matching: attributes, answer: "aoao")
    }
  }

  func items(
    inCollectionAt alias: String, matching attributes: [String: String]
  ) throws(StoreFailure) -> [String] {
    try Self.told { () throws(BusFailure) in
      // An alias is an object itself, which spares a question; where it is none, its collection is asked for.
      do throws(BusFailure) {
        return try search("\(Self.servicePath)/aliases/\(alias)", matching: attributes)
      } catch {
        guard case .refused = error else { throw error }
      }
      var reply = try call(Self.servicePath, "Service", "ReadAlias", signature: "s", answer: "o") {
        $0.write(text: alias)
      }
      let path = try reply.objectPath()
      return path == "/" ? [] : try search(path, matching: attributes)
    }
  }

  func secret(of item: String) throws(StoreFailure) -> [UInt8] {
    try Self.told { () throws(BusFailure) in
      let session = try openSession()
      var reply = try call(item, "Item", "GetSecret", signature: "o", answer: "(oayays)") { $0.write(text: session) }
      try reply.align(to: 8)
      guard try reply.objectPath() == session else { throw .malformed }
      // A plain session has no parameters.
      _ = try reply.bytes()
      return try reply.bytes()
    }
  }

  func attributes(of item: String) throws(StoreFailure) -> [String: String] {
    try Self.told { () throws(BusFailure) in
      var value = try property("Attributes", ofItem: item, type: "a{ss}")
      return try value.pairs()
    }
  }

  /// What cannot say so counts as locked.
  func isUnlocked(item: String) -> Bool {
    guard var value = try? property("Locked", ofItem: item, type: "b"), let isLocked = try? value.flag() else {
      return false
    }
    return !isLocked
  }

  private func search(
    _ object: String, _ kind: String = "Collection", matching attributes: [String: String], answer: String = "ao"
  ) throws(BusFailure) -> [String] {
    var reply = try call(object, kind, "SearchItems", signature: "a{ss}", answer: answer) {
      $0.write(pairs: attributes)
    }
    var members = try reply.array(membersAlignedTo: 4)
    var items: [String] = []
    while !members.isAtEnd, items.count < Self.itemLimit { items.append(try members.objectPath()) }
    return items
  }

  private func openSession() throws(BusFailure) -> String {
    if let session { return session }
    do throws(BusFailure) {
      var reply = try call(Self.servicePath, "Service", "OpenSession", signature: "sv", answer: "vo") {
        $0.write(text: "plain")
        $0.write(boxed: "", as: "s")
      }
      // Some say more here than that there is nothing to say.
      try reply.skipBox()
      let path = try reply.objectPath()
      session = path
      return path
    } catch {
      if case .refused(name: "org.freedesktop.DBus.Error.NotSupported", reason: _) = error { isEncryptionWanted = true }
      throw error
    }
  }

  private func property(_ name: String, ofItem item: String, type: String) throws(BusFailure) -> BusReader {
    let interface = "org.freedesktop.DBus.Properties"
    var reply = try call(item, interface: interface, "Get", signature: "ss", answer: "v") {
      $0.write(text: "\(Self.interface).Item")
      $0.write(text: name)
    }
    try reply.open(boxOf: type)
    return reply
  }

  private func call(
    _ object: String, _ kind: String, _ method: String, signature: String = "", answer: String,
    _ body: @escaping (inout BusWriter) -> Void = { _ in }
  ) throws(BusFailure) -> BusReader {
    try call(object, interface: "\(Self.interface).\(kind)", method, signature: signature, answer: answer, body)
  }

  private func call(
    _ object: String, interface: String, _ method: String, signature: String, answer: String,
    _ body: @escaping (inout BusWriter) -> Void
  ) throws(BusFailure) -> BusReader {
    let call = BusCall(
      destination: Self.busName, path: object, interface: interface, member: method, signature: signature, body: body)
    return try bus.call(call, answer: answer)
  }

  /// Does something on the bus, and says of the store what came of it.
  static func told<Value>(_ work: () throws(BusFailure) -> Value) throws(StoreFailure) -> Value {
    do { return try work() } catch { throw .unusable(.secretService, reason: "\(error)") }
  }
}
