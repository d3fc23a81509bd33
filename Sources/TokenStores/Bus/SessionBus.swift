import Platform

/// Where the session's message bus listens, found out without touching it: a bus that is not there must cost nothing,
/// and GLib would start one, or hang on a dead one.
/// Source: https://dbus.freedesktop.org/doc/dbus-specification.html, "Server Addresses"
enum SessionBus {
  private enum Address {
    case socket(LocalAddress)
    /// One that only libsecret can speak to.
    case elsewhere
  }

  /// Why there is no bus to talk to; nil when there seems to be one.
  static func absence(_ surroundings: Surroundings) -> String? {
    guard addresses(surroundings).isEmpty else { return nil }
    return surroundings.environment["DBUS_SESSION_BUS_ADDRESS"] == nil
      ? "there is no session bus" : "the session bus at DBUS_SESSION_BUS_ADDRESS is not there"
  }

  /// The sockets to try, in order; nil where one of the addresses is none.
  static func sockets(_ surroundings: Surroundings) -> [LocalAddress]? {
    var sockets: [LocalAddress] = []
    for address in addresses(surroundings) {
      guard case .socket(let socket) = address else { return nil }
      sockets.append(socket)
    }
    return sockets
  }

  /// Those at which somebody may listen.
  private static func addresses(_ surroundings: Surroundings) -> [Address] {
    guard let list = surroundings.environment["DBUS_SESSION_BUS_ADDRESS"] else {
      let path = surroundings.environment["XDG_RUNTIME_DIR"].map { "\($0)/bus" }
      return path.flatMap { isThere($0, surroundings) ? [.socket(.path($0))] : nil } ?? []
    }
    return list.split(separator: ";").compactMap { address($0, surroundings) }
  }

  private static func address(_ text: Substring, _ surroundings: Surroundings) -> Address? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    guard text[..<colon] == "unix" else { return text[..<colon] == "tcp" ? .elsewhere : nil }
    for pair in text[text.index(after: colon)...].split(separator: ",") {
      if pair.hasPrefix("abstract=") { return .socket(.abstract(unescaped(pair.dropFirst(9)))) }
      if pair.hasPrefix("path=") {
        let path = String(decoding: unescaped(pair.dropFirst(5)), as: UTF8.self)
        return isThere(path, surroundings) ? .socket(.path(path)) : nil
      }
    }
    return nil
  }

  private static func isThere(_ path: String, _ surroundings: Surroundings) -> Bool {
    surroundings.files.status(path) != nil
  }

  /// Bus addresses escape bytes as `%20`.
  private static func unescaped(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
