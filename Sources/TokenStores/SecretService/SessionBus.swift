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

  /// Whether this user's bus may listen at a path. Below `su` and `sudo -E` the variables name the bus of another user,
  /// which must not store a token.
  private static func isThere(_ path: String, _ context: Context) -> Bool {
    context.files.status(path)?.owner == geteuid()
  }
}
