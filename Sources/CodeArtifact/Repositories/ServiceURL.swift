import Platform

extension URLParts {
  /// The parts of a service string: an `https` or `http` URL, or a bare host with a port at most, as pip and uv ask for
  /// when the URL is unknown. Nil for anything else.
  init?(service: String) {
    // A backslash ends the host for some clients and is part of it for others, so it is unclear to which host a token
    // would be sent.
    guard service.utf8.count <= 4096,
      service.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    self.init(service)
    guard scheme.map({ ["https", "http"].contains($0) }) ?? (path.isEmpty && suffix.isEmpty),
      port.map({ $0.isEmpty || ($0.utf8.allSatisfy(\.isASCIIDigit) && UInt16($0) != nil) }) ?? true,
      !host.isEmpty, host.count <= 253, !host.hasPrefix("[")
    else { return nil }
  }

  /// Whether requests to it are encrypted.
  var isEncrypted: Bool { scheme != "http" }
}
