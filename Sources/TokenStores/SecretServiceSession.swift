import CSecret
import Glibc
import Platform

/// One conversation with Secret Service. Every call may block: it belongs on a thread that can be given up.
/// Source: https://specifications.freedesktop.org/secret-service-spec/latest/
struct SecretServiceSession {
  private static let busName = "org.freedesktop.secrets"
  private static let servicePath = "/org/freedesktop/secrets"
  private static let milliseconds: Int32 = 2000

  private let library: csecret_functions
  private let bus: OpaquePointer
  private let service: OpaquePointer

  init() throws(StoreFailure) {
    var reason: UnsafePointer<CChar>?
    guard let functions = csecret_load(&reason) else {
      throw .absent(.secretService, reason: reason.map { String(cString: $0) } ?? "libsecret cannot be loaded")
    }
    let library = functions.pointee
    self.library = library
    bus = try Self.checked(library) { library.g_bus_get_sync(Int32(CSECRET_SESSION_BUS), nil, &$0) }
    library.g_dbus_connection_set_exit_on_close(bus, 0)
    service = try Self.checked(library) { library.secret_service_get_sync(0, nil, &$0) }
  }

  /// The secrets of all unlocked items with these attributes. A locked item stays locked: it is as if it were not there.
  func secrets(matching attributes: [String: String]) throws(StoreFailure) -> [[UInt8]] {
    var secrets: [[UInt8]] = []
    try forEachItem(matching: attributes) { (item) throws(StoreFailure) in
      guard library.secret_item_get_locked(item) == 0 else { return }
      var error: OpaquePointer?
      guard library.secret_item_load_secret_sync(item, nil, &error) != 0 else { throw Self.failure(library, error) }
      guard let value = library.secret_item_get_secret(item) else { return }
      defer { library.secret_value_unref(UnsafeMutableRawPointer(value)) }
      var count = 0
      guard let bytes = library.secret_value_get(value, &count), count <= TokenEntry.sizeLimit else { return }
      secrets.append(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
    }
    return secrets
  }

  /// Deletes all unlocked items with these attributes.
  func remove(matching attributes: [String: String]) throws(StoreFailure) {
    try forEachItem(matching: attributes) { (item) throws(StoreFailure) in
      guard library.secret_item_get_locked(item) == 0, let path = csecret_item_path(item) else { return }
      // The answer may name a prompt that would have to be shown first: it is not.
      let reply = try call(String(cString: path), "org.freedesktop.Secret.Item", "Delete", [])
      library.g_variant_unref(reply)
    }
  }

  /// The default collection when it is unlocked, else the collection that lives in the daemon's memory.
  func collectionForWriting() throws(StoreFailure) -> String {
    for alias in ["default", "session"] {
      guard let collection = try path(ofAlias: alias), try isUnlocked(collection) else { continue }
      return collection
    }
    throw .unusable(.secretService, reason: "its collection is locked, and it has none in memory")
  }

  /// Puts a secret into a collection in place of one with the same attributes.
  func store(
    _ secret: [UInt8], label: String, attributes: [String: String], in collection: String
  ) throws(StoreFailure) {
    var error: OpaquePointer?
    guard library.secret_service_ensure_session_sync(service, nil, &error) != 0 else {
      throw Self.failure(library, error)
    }
    let value = secret.withUnsafeBytes { bytes in
      library.secret_value_new(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, "text/plain")
    }
    guard let value, let encoded = library.secret_service_encode_dbus_secret(service, value) else {
      throw .unusable(.secretService, reason: "the secret could not be encoded")
    }
    library.secret_value_unref(UnsafeMutableRawPointer(value))
    let properties = dictionary(
      of: "{sv}",
      [
        ("org.freedesktop.Secret.Item.Label", library.g_variant_new_variant(text(label))),
        ("org.freedesktop.Secret.Item.Attributes", library.g_variant_new_variant(dictionary(attributes))),
      ])
    let reply = try call(
      collection, "org.freedesktop.Secret.Collection", "CreateItem",
      [properties, encoded, library.g_variant_new_boolean(1)])
    defer { library.g_variant_unref(reply) }
    guard let item = child(reply, 0), item != "/" else {
      throw .unusable(.secretService, reason: "it wants to ask the user first")
    }
  }

  private func forEachItem(
    matching attributes: [String: String], _ visit: (OpaquePointer) throws(StoreFailure) -> Void
  ) throws(StoreFailure) {
    let table = library.g_hash_table_new_full(library.g_str_hash, library.g_str_equal, library.g_free, library.g_free)
    for (name, value) in attributes {
      _ = library.g_hash_table_insert(table, library.g_strdup(name), library.g_strdup(value))
    }
    defer { library.g_hash_table_unref(table) }
    var error: OpaquePointer?
    let list = library.secret_service_search_sync(
      service, nil, table, UInt32(CSECRET_SEARCH_ALL), nil, &error)
    if let error { throw Self.failure(library, error) }
    var items: [UnsafeMutableRawPointer] = []
    var rest = list
    while let node = rest {
      if let item = csecret_list_item(node) { items.append(item) }
      rest = csecret_list_rest(node)
    }
    library.g_list_free(list)
    defer { for item in items { library.g_object_unref(item) } }
    for item in items { try visit(OpaquePointer(item)) }
  }

  private func path(ofAlias alias: String) throws(StoreFailure) -> String? {
    let reply = try call(Self.servicePath, "org.freedesktop.Secret.Service", "ReadAlias", [text(alias)])
    defer { library.g_variant_unref(reply) }
    guard let path = child(reply, 0), path != "/" else { return nil }
    return path
  }

  /// A collection that cannot say so counts as locked: gnome-keyring names one that it does not have.
  private func isUnlocked(_ collection: String) throws(StoreFailure) -> Bool {
    let reply: OpaquePointer
    do {
      reply = try call(
        collection, "org.freedesktop.DBus.Properties", "Get",
        [text("org.freedesktop.Secret.Collection"), text("Locked")])
    } catch { return false }
    defer { library.g_variant_unref(reply) }
    guard let boxed = library.g_variant_get_child_value(reply, 0) else { return false }
    defer { library.g_variant_unref(boxed) }
    guard isOfType("v", boxed), let value = library.g_variant_get_variant(boxed) else { return false }
    defer { library.g_variant_unref(value) }
    return isOfType("b", value) && library.g_variant_get_boolean(value) == 0
  }

  private func call(
    _ object: String, _ interface: String, _ method: String, _ parameters: [OpaquePointer?]
  ) throws(StoreFailure) -> OpaquePointer {
    let arguments = library.g_variant_new_tuple(parameters, parameters.count)
    return try Self.checked(library) {
      library.g_dbus_connection_call_sync(
        bus, Self.busName, object, interface, method, arguments, nil, 0, Self.milliseconds, nil, &$0)
    }
  }

  private func text(_ value: String) -> OpaquePointer? { library.g_variant_new_string(value) }

  private func dictionary(_ pairs: [String: String]) -> OpaquePointer? {
    dictionary(of: "{ss}", pairs.sorted { $0.key < $1.key }.map { ($0.key, text($0.value)) })
  }

  private func dictionary(of entry: String, _ pairs: [(String, OpaquePointer?)]) -> OpaquePointer? {
    let type = library.g_variant_type_new("a" + entry)
    defer { library.g_variant_type_free(type) }
    let builder = library.g_variant_builder_new(type)
    defer { library.g_variant_builder_unref(builder) }
    for (name, value) in pairs {
      library.g_variant_builder_add_value(builder, library.g_variant_new_dict_entry(text(name), value))
    }
    return library.g_variant_builder_end(builder)
  }

  /// A text or an object path in a reply; nil when something else stands there.
  private func child(_ tuple: OpaquePointer, _ index: Int) -> String? {
    guard index < library.g_variant_n_children(tuple),
      let value = library.g_variant_get_child_value(tuple, index)
    else { return nil }
    defer { library.g_variant_unref(value) }
    guard isOfType("o", value) || isOfType("s", value) else { return nil }
    return library.g_variant_get_string(value, nil).map { String(cString: $0) }
  }

  private func isOfType(_ type: String, _ value: OpaquePointer) -> Bool {
    library.g_variant_get_type_string(value).map { String(cString: $0) } == type
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
