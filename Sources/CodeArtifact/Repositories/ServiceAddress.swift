/// A service string taken apart.
struct ServiceAddress {
  let isEncrypted: Bool
  let user: String?
  /// In lower case, without port and trailing dot.
  let host: String
  let path: Substring

  init?(_ service: String) {
    // A backslash ends the host to some clients and is part of it to others: then nobody knows whom a token would go to.
    guard service.utf8.count <= 4096,
      service.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    var rest = service[...]
    if let scheme = rest.firstRange(of: "://") {
      switch rest[..<scheme.lowerBound].lowercased() {
      case "https": isEncrypted = true
      case "http": isEncrypted = false
      default: return nil
      }
      rest = rest[scheme.upperBound...]
    } else {
      // A bare host, with a port at most: pip and uv fall back to it.
      guard !rest.contains(where: { "/?#".contains($0) }) else { return nil }
      isEncrypted = true
    }
    var authority = rest.prefix { !"/?#".contains($0) }
    path = rest[authority.endIndex...].prefix { !"?#".contains($0) }
    if let at = authority.lastIndex(of: "@") {
      user = String(authority[..<at].prefix { $0 != ":" })
      authority = authority[authority.index(after: at)...]
    } else {
      user = nil
    }
    if let colon = authority.lastIndex(of: ":") {
      let port = authority[authority.index(after: colon)...]
      guard port.isEmpty || (port.utf8.allSatisfy(CodeArtifactHost.isDigit) && UInt16(port) != nil) else { return nil }
      authority = authority[..<colon]
    }
    if authority.hasSuffix(".") { authority = authority.dropLast() }
    host = authority.lowercased()
    guard !host.isEmpty, host.count <= 253 else { return nil }
  }

  var isLoopback: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost"
      || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && !$0.hasPrefix("+") })
  }
}
