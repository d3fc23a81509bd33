import CSecret
import Glibc
import Platform

/// Checks for a session bus without connecting to it: GLib would start one, or wait for one that is dead.
/// Source: https://dbus.freedesktop.org/doc/dbus-specification.html, "Server Addresses"
enum SessionBus {
  /// Why there is no session bus; nil when there seems to be one.
  static func absenceReason(_ context: Context) -> String? {
    guard let addresses = context.environment["DBUS_SESSION_BUS_ADDRESS"] else {
      let path = context.environment["XDG_RUNTIME_DIR"].map { "\($0)/bus" }
      return path.map { isThere($0, context) } ?? false ? nil : "there is no session bus"
    }
    let isAnyThere = addresses.split(separator: ";").contains { mayListen(at: $0, context) }
    return isAnyThere ? nil : "there is no session bus at DBUS_SESSION_BUS_ADDRESS"
  }

  private static func mayListen(at address: Substring, _ context: Context) -> Bool {
    guard let colon = address.firstIndex(of: ":") else { return false }
    guard address[..<colon] == "unix" else { return address[..<colon] == "tcp" }
    for pair in address[address.index(after: colon)...].split(separator: ",") {
      if pair.hasPrefix("abstract=") { return true }
      if pair.hasPrefix("path=") { return isThere(percentDecoded(pair.dropFirst(5)), context) }
    }
    return false
  }

  /// Whether this user's bus may listen at a path. Below `su` and `sudo -E` it is another's, which must store no token.
  private static func isThere(_ path: String, _ context: Context) -> Bool {
    context.files.status(path)?.owner == geteuid()
  }
}

/// A connection to the session bus through libsecret's GLib. Every call may block.
struct BusConnection {
  static let secrets = "org.freedesktop.secrets"
  /// Longer than the timeout of a whole session, so that no call ends by its own timeout.
  private static let milliseconds: Int32 = 5000

  let library: csecret_functions
  private let bus: OpaquePointer

  init() throws(StoreFailure) {
    var reason: UnsafePointer<CChar>?
    guard let functions = csecret_load(&reason) else {
      throw .absent(.secretService, reason: reason.map { String(cString: $0) } ?? "libsecret cannot be loaded")
    }
    library = functions.pointee
    // GLib and libsecret would write to standard error about invalid responses.
    _ = library.g_log_set_default_handler({ _, _, _, _ in }, nil)
    bus = try library.checked { [library] in library.g_bus_get_sync(Int32(CSECRET_SESSION_BUS), nil, &$0) }
    library.g_dbus_connection_set_exit_on_close(bus, 0)
  }

  /// Whether a service runs or can be started. The bus responds at once; a call to a missing service would time out.
  func provides(_ name: String) throws(StoreFailure) -> Bool {
    let daemon = "org.freedesktop.DBus"
    let path = "/org/freedesktop/DBus"
    let isOwned = try call(daemon, path, daemon, "NameHasOwner", [library.text(name)]) { reply in
      library.withChild(reply, 0, ofType: "b") { library.g_variant_get_boolean($0) != 0 }
    }
    if isOwned == true { return true }
    let names = try call(daemon, path, daemon, "ListActivatableNames", []) { library.list($0, 0, ofType: "as") }
    return names?.contains(name) ?? false
  }

  func call<Value>(
    _ name: String, _ object: String, _ interface: String, _ method: String, _ parameters: [OpaquePointer?],
    _ read: (OpaquePointer) -> Value
  ) throws(StoreFailure) -> Value {
    let tuple = library.g_variant_new_tuple(parameters, parameters.count)
    let reply = try library.checked {
      library.g_dbus_connection_call_sync(
        bus, name, object, interface, method, tuple, nil, 0, Self.milliseconds, nil, &$0)
    }
    defer { library.g_variant_unref(reply) }
    return read(reply)
  }

  func close() { library.g_object_unref(UnsafeMutableRawPointer(bus)) }
}

extension csecret_functions {
  /// The result of a call that reports an error; throws where there is none.
  func checked(_ call: (inout OpaquePointer?) -> OpaquePointer?) throws(StoreFailure) -> OpaquePointer {
    var error: OpaquePointer?
    guard let result = call(&error) else { throw failure(error) }
    return result
  }

  /// What an error says, which is freed.
  func failure(_ error: OpaquePointer?) -> StoreFailure {
    guard let error else { return .unusable(.secretService, reason: "it failed without a reason") }
    defer { g_error_free(error) }
    return .unusable(
      .secretService, reason: oneLine(csecret_error_message(error).map { String(cString: $0) } ?? "no reason given"))
  }
}
