import CSecret

/// A session with Secret Service. Every call may block, so it runs on a thread that can be abandoned. Only libsecret's
/// session and encryption are used: its functions to search and store unlock collections and so may prompt. No call made
/// here does: none is `Unlock`, and a prompt that the service offers is not started.
/// Source: https://specifications.freedesktop.org/secret-service-spec/latest/
struct SecretServiceSession {
  private static let servicePath = "/org/freedesktop/secrets"
  private static let interface = "org.freedesktop.Secret"

  /// The most items with the same attributes that are read.
  private static let itemLimit = 64

  private let bus: BusConnection
  private let service: OpaquePointer
  private var library: csecret_functions { bus.library }

  init() throws(StoreFailure) {
    bus = try BusConnection()
    do throws(StoreFailure) {
      guard try bus.provides(BusConnection.secrets) else {
        throw StoreFailure.absent(.secretService, reason: "no program on the session bus provides it")
      }
      // An object of its own: the one that libsecret keeps for the process would be reused without its session.
      service = try bus.library.checked { [library = bus.library] in
        library.secret_service_open_sync(library.secret_service_get_type(), nil, 0, nil, &$0)
      }
    } catch {
      bus.close()
      throw error
    }
  }

  /// Closes the session in the service as well, so that the next process does not open a second one beside it.
  func close() {
    if let session = library.secret_service_get_session_dbus_path(service) {
      try? call(String(cString: session), "Session", "Close", []) { _ in }
    }
    library.g_object_unref(UnsafeMutableRawPointer(service))
    bus.close()
  }

  /// The items with these attributes: in one collection, locked ones too; in all, either the unlocked or the locked ones.
  func items(
    in collection: String? = nil, matching attributes: [String: String], areLocked: Bool = false
  ) throws(StoreFailure) -> [String] {
    let (object, kind) = collection.map { ($0, "Collection") } ?? (Self.servicePath, "Service")
    let found = try call(object, kind, "SearchItems", [library.dictionary(attributes)]) {
      library.list($0, areLocked ? 1 : 0, ofType: "ao")
    }
    return Array(try Self.validated(found).prefix(Self.itemLimit))
  }

  func secret(of item: String) throws(StoreFailure) -> [UInt8] {
    let session = try openSession()
    let secret: [UInt8]? = try call(item, "Item", "GetSecret", [library.g_variant_new_object_path(session)]) { reply in
      library.withChild(reply, 0, ofType: "(oayays)") { encoded in
        guard library.path(encoded, 0) == session,
          let value = library.secret_service_decode_dbus_secret(service, encoded)
        else { return nil }
        defer { library.secret_value_unref(UnsafeMutableRawPointer(value)) }
        var count = 0
        guard let bytes = library.secret_value_get(value, &count) else { return nil }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
      }
    }
    return try Self.validated(secret)
  }

  func attributes(of item: String) throws(StoreFailure) -> [String: String] {
    try property("Attributes", of: item, "Item", ofType: "a{ss}", library.pairs) ?? [:]
  }

  /// When an item was last changed, in epoch seconds; nil where the service does not say.
  func modified(_ item: String) -> Double? {
    let moment = try? property("Modified", of: item, "Item", ofType: "t") { library.g_variant_get_uint64($0) }
    return moment.flatMap { $0 == 0 ? nil : Double($0) }
  }

  /// The collection of an alias; nil if it has none.
  func collection(_ alias: String) throws(StoreFailure) -> String? {
    let path = try call(Self.servicePath, "Service", "ReadAlias", [library.text(alias)]) { library.path($0, 0) }
    return path == "/" ? nil : path
  }

  /// Stores a secret, in the item with these attributes if there is one: replacing it makes some services prompt.
  func store(
    _ secret: [UInt8], label: String, attributes: [String: String], findingBy search: [String: String],
    in collection: String
  ) throws(StoreFailure) {
    if let item = try items(in: collection, matching: search).first {
      guard isUnlocked(item, "Item") else { throw .unusable(.secretService, reason: "the item is locked") }
      try replace(secret, of: item)
      return
    }
    let encoded = try self.encoded(secret)
    let properties = library.dictionary(
      of: "{sv}",
      [
        ("\(Self.interface).Item.Label", library.g_variant_new_variant(library.text(label))),
        ("\(Self.interface).Item.Attributes", library.g_variant_new_variant(library.dictionary(attributes))),
      ])
    let item = try call(
      collection, "Collection", "CreateItem", [properties, encoded, library.g_variant_new_boolean(1)]
    ) {
      library.path($0, 0)
    }
    guard let item, item != "/" else { throw Self.prompt }
  }

  func replace(_ secret: [UInt8], of item: String) throws(StoreFailure) {
    let encoded = try self.encoded(secret)
    try call(item, "Item", "SetSecret", [encoded]) { _ in }
  }

  func remove(item: String) throws(StoreFailure) {
    guard try call(item, "Item", "Delete", [], { library.path($0, 0) }) == "/" else { throw Self.prompt }
  }

  private static let prompt = StoreFailure.unusable(.secretService, reason: "it requires a prompt")

  private func openSession() throws(StoreFailure) -> String {
    var error: OpaquePointer?
    guard library.secret_service_ensure_session_sync(service, nil, &error) != 0,
      let path = library.secret_service_get_session_dbus_path(service)
    else { throw library.failure(error) }
    return String(cString: path)
  }

  private func encoded(_ secret: [UInt8]) throws(StoreFailure) -> OpaquePointer {
    _ = try openSession()
    let value = secret.withUnsafeBytes { bytes in
      library.secret_value_new(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, "text/plain")
    }
    defer { if let value { library.secret_value_unref(UnsafeMutableRawPointer(value)) } }
    guard let value, let encoded = library.secret_service_encode_dbus_secret(service, value) else {
      throw .unusable(.secretService, reason: "the secret could not be encoded")
    }
    return encoded
  }

  private static func validated<Value>(_ value: Value?) throws(StoreFailure) -> Value {
    guard let value else { throw .unusable(.secretService, reason: "it gave an invalid response") }
    return value
  }

  /// Whether an item or a collection can be used without a prompt. An object that does not have the property counts as
  /// locked: gnome-keyring names a collection that does not exist.
  func isUnlocked(_ object: String, _ kind: String) -> Bool {
    let isLocked = try? property("Locked", of: object, kind, ofType: "b") { library.g_variant_get_boolean($0) != 0 }
    return isLocked == false
  }

  private func property<Value>(
    _ name: String, of object: String, _ kind: String, ofType type: String, _ value: (OpaquePointer) -> Value?
  ) throws(StoreFailure) -> Value? {
    try bus.call(
      BusConnection.secrets, object, "org.freedesktop.DBus.Properties", "Get",
      [library.text("\(Self.interface).\(kind)"), library.text(name)]
    ) { library.withBoxed($0, 0, ofType: type, value) }
  }

  /// Calls a method of an object of this kind, and reads its reply.
  private func call<Value>(
    _ object: String, _ kind: String, _ method: String, _ parameters: [OpaquePointer?],
    _ read: (OpaquePointer) -> Value
  ) throws(StoreFailure) -> Value {
    try bus.call(BusConnection.secrets, object, "\(Self.interface).\(kind)", method, parameters, read)
  }
}
