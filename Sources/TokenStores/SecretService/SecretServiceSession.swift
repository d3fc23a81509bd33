import CSecret
import Platform

/// A session with Secret Service through libsecret. Every call may block, so it runs on a thread that can be abandoned.
/// Only libsecret's session and encryption are used. Its own search and store functions unlock collections and so may
/// prompt. The calls made here never prompt: none of them is `Unlock`, and a prompt that the service offers is not
/// started.
/// Source: https://specifications.freedesktop.org/secret-service-spec/latest/
struct SecretServiceSession {
  private static let busName = "org.freedesktop.secrets"
  private static let servicePath = "/org/freedesktop/secrets"
  private static let interface = "org.freedesktop.Secret"
  /// Longer than the timeout of the whole session, so that no call ends by its own timeout.
  private static let milliseconds: Int32 = 5000

  /// The most items with the same attributes that are read.
  private static let itemLimit = 64

  private let library: csecret_functions
  private let variants: Variants
  private let bus: OpaquePointer
  private let service: OpaquePointer

  init() throws(StoreFailure) {
    var reason: UnsafePointer<CChar>?
    guard let functions = csecret_load(&reason) else {
      throw .absent(.secretService, reason: reason.map { String(cString: $0) } ?? "libsecret cannot be loaded")
    }
    let library = functions.pointee
    self.library = library
    // GLib and libsecret would write to standard error about invalid responses.
    _ = library.g_log_set_default_handler({ _, _, _, _ in }, nil)
    variants = Variants(library: library)
    bus = try Self.checked(library) { library.g_bus_get_sync(Int32(CSECRET_SESSION_BUS), nil, &$0) }
    library.g_dbus_connection_set_exit_on_close(bus, 0)
    do throws(StoreFailure) {
      guard try Self.isProvided(variants, bus) else {
        throw StoreFailure.absent(.secretService, reason: "no program on the session bus provides it")
      }
      service = try Self.checked(library) { library.secret_service_get_sync(0, nil, &$0) }
    } catch {
      library.g_object_unref(UnsafeMutableRawPointer(bus))
      throw error
    }
  }

  /// Closes the session in the service as well, so that the next process does not open a second one beside it.
  func close() {
    if let session = library.secret_service_get_session_dbus_path(service) {
      let reply = try? call(String(cString: session), "\(Self.interface).Session", "Close", [])
      if let reply { library.g_variant_unref(reply) }
    }
    library.g_object_unref(UnsafeMutableRawPointer(service))
    // libsecret caches one service object for the whole process, and would reuse it without its session.
    library.secret_service_disconnect()
    library.g_object_unref(UnsafeMutableRawPointer(bus))
  }

  /// The unlocked items with these attributes, in all collections.
  func unlockedItems(matching attributes: [String: String]) throws(StoreFailure) -> [String] {
    try searchItems(attributes, 0)
  }

  /// The locked items with these attributes, in all collections.
  func lockedItems(matching attributes: [String: String]) throws(StoreFailure) -> [String] {
    try searchItems(attributes, 1)
  }

  /// One of the two lists in the response to a search in all collections.
  private func searchItems(_ attributes: [String: String], _ list: Int) throws(StoreFailure) -> [String] {
    let reply = try call(
      Self.servicePath, "\(Self.interface).Service", "SearchItems", [variants.dictionary(attributes)])
    defer { library.g_variant_unref(reply) }
    return try Self.items(variants.list(reply, list, ofType: "ao"))
  }

  /// The items with these attributes in the collection of an alias, locked ones too; none if the alias has no
  /// collection.
  func items(
    inCollectionAt alias: String, matching attributes: [String: String]
  ) throws(StoreFailure) -> [String] {
    guard let collection = try collection(alias) else { return [] }
    return try items(in: collection, matching: attributes)
  }

  /// The items with these attributes in one collection, locked ones too.
  func items(in collection: String, matching attributes: [String: String]) throws(StoreFailure) -> [String] {
    let reply = try call(
      collection, "\(Self.interface).Collection", "SearchItems", [variants.dictionary(attributes)])
    defer { library.g_variant_unref(reply) }
    return try Self.items(variants.list(reply, 0, ofType: "ao"))
  }

  /// The secret of an unlocked item.
  func secret(of item: String) throws(StoreFailure) -> [UInt8] {
    let session = try openSession()
    let reply = try call(item, "\(Self.interface).Item", "GetSecret", [variants.objectPath(session)])
    defer { library.g_variant_unref(reply) }
    let secret: [UInt8]? = variants.withChild(reply, 0, ofType: "(oayays)") { encoded in
      guard variants.path(encoded, 0) == session,
        let value = library.secret_service_decode_dbus_secret(service, encoded)
      else { return nil }
      defer { library.secret_value_unref(UnsafeMutableRawPointer(value)) }
      var count = 0
      guard let bytes = library.secret_value_get(value, &count) else { return nil }
      return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
    return try Self.validated(secret)
  }

  /// The attributes of an item.
  func attributes(of item: String) throws(StoreFailure) -> [String: String] {
    try property("Attributes", of: item, "Item", ofType: "a{ss}", variants.pairs) ?? [:]
  }

  /// Whether an item can be read without a prompt.
  func isUnlocked(item: String) -> Bool { isUnlocked(item, "Item") }

  /// Whether a collection can be read and written without a prompt.
  func isUnlocked(collection: String) -> Bool { isUnlocked(collection, "Collection") }

  /// The collection of an alias; nil if it has none.
  func collection(_ alias: String) throws(StoreFailure) -> String? {
    let reply = try call(Self.servicePath, "\(Self.interface).Service", "ReadAlias", [variants.text(alias)])
    defer { library.g_variant_unref(reply) }
    guard let path = variants.path(reply, 0), path != "/" else { return nil }
    return path
  }

  /// Stores a secret in a collection. If an item with these attributes exists, its secret is set: replacing the item
  /// makes some services prompt.
  func store(
    _ secret: [UInt8], label: String, attributes: [String: String], findingBy search: [String: String],
    in collection: String
  ) throws(StoreFailure) {
    if let item = try items(in: collection, matching: search).first {
      guard isUnlocked(item: item) else { throw .unusable(.secretService, reason: "the item is locked") }
      try replace(secret, of: item)
      return
    }
    let encoded = try self.encoded(secret)
    let properties = variants.dictionary(
      of: "{sv}",
      [
        ("\(Self.interface).Item.Label", variants.boxed(variants.text(label))),
        ("\(Self.interface).Item.Attributes", variants.boxed(variants.dictionary(attributes))),
      ])
    let reply = try call(
      collection, "\(Self.interface).Collection", "CreateItem", [properties, encoded, variants.flag(true)])
    defer { library.g_variant_unref(reply) }
    guard let item = variants.path(reply, 0), item != "/" else {
      throw .unusable(.secretService, reason: "it requires a prompt")
    }
  }

  /// Sets another secret on an unlocked item.
  func replace(_ secret: [UInt8], of item: String) throws(StoreFailure) {
    let encoded = try self.encoded(secret)
    library.g_variant_unref(try call(item, "\(Self.interface).Item", "SetSecret", [encoded]))
  }

  /// Deletes an unlocked item.
  func remove(item: String) throws(StoreFailure) {
    let reply = try call(item, "\(Self.interface).Item", "Delete", [])
    defer { library.g_variant_unref(reply) }
    guard variants.path(reply, 0) == "/" else {
      throw .unusable(.secretService, reason: "it requires a prompt")
    }
  }
}

extension SecretServiceSession {
  /// Whether the service runs or can be started. The bus itself responds at once, while a call to a missing service
  /// would have to time out.
  private static func isProvided(_ variants: Variants, _ bus: OpaquePointer) throws(StoreFailure) -> Bool {
    let daemon = "org.freedesktop.DBus"
    let path = "/org/freedesktop/DBus"
    let owned = try call(
      variants, bus, daemon, path, daemon, "NameHasOwner", [variants.text(busName)])
    defer { variants.library.g_variant_unref(owned) }
    let isOwned = variants.withChild(owned, 0, ofType: "b") { variants.library.g_variant_get_boolean($0) != 0 }
    if isOwned == true { return true }
    let names = try call(variants, bus, daemon, path, daemon, "ListActivatableNames", [])
    defer { variants.library.g_variant_unref(names) }
    return variants.list(names, 0, ofType: "as")?.contains(busName) ?? false
  }

  private func openSession() throws(StoreFailure) -> String {
    var error: OpaquePointer?
    guard library.secret_service_ensure_session_sync(service, nil, &error) != 0,
      let path = library.secret_service_get_session_dbus_path(service)
    else { throw Self.failure(library, error) }
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

  private static func items(_ list: [String]?) throws(StoreFailure) -> [String] {
    Array(try validated(list).prefix(itemLimit))
  }

  private static func validated<Value>(_ value: Value?) throws(StoreFailure) -> Value {
    guard let value else { throw .unusable(.secretService, reason: "it gave an invalid response") }
    return value
  }

  /// An object that does not have the property counts as locked: gnome-keyring names a collection that does not exist.
  private func isUnlocked(_ object: String, _ kind: String) -> Bool {
    let isLocked = try? property("Locked", of: object, kind, ofType: "b") { library.g_variant_get_boolean($0) != 0 }
    return isLocked == false
  }

  private func property<Value>(
    _ name: String, of object: String, _ kind: String, ofType type: String, _ value: (OpaquePointer) -> Value?
  ) throws(StoreFailure) -> Value? {
    let reply = try call(
      object, "org.freedesktop.DBus.Properties", "Get",
      [variants.text("\(Self.interface).\(kind)"), variants.text(name)])
    defer { library.g_variant_unref(reply) }
    return variants.withBoxed(reply, 0, ofType: type, value)
  }

  private func call(
    _ object: String, _ interface: String, _ method: String, _ parameters: [OpaquePointer?]
  ) throws(StoreFailure) -> OpaquePointer {
    try Self.call(variants, bus, Self.busName, object, interface, method, parameters)
  }

  private static func call(
    _ variants: Variants, _ bus: OpaquePointer, _ name: String, _ object: String, _ interface: String, _ method: String,
    _ parameters: [OpaquePointer?]
  ) throws(StoreFailure) -> OpaquePointer {
    try checked(variants.library) {
      variants.library.g_dbus_connection_call_sync(
        bus, name, object, interface, method, variants.tuple(parameters), nil, 0, milliseconds, nil, &$0)
    }
  }

  private static func checked(
    _ library: csecret_functions, _ call: (inout OpaquePointer?) -> OpaquePointer?
  ) throws(StoreFailure) -> OpaquePointer {
    var error: OpaquePointer?
    guard let result = call(&error) else { throw failure(library, error) }
    return result
  }

  private static func failure(_ library: csecret_functions, _ error: OpaquePointer?) -> StoreFailure {
    guard let error else { return .unusable(.secretService, reason: "it failed without a reason") }
    defer { library.g_error_free(error) }
    return .unusable(
      .secretService, reason: oneLine(csecret_error_message(error).map { String(cString: $0) } ?? "no reason given"))
  }
}
