/// Which proxy a request goes through: the variables every Unix tool reads, lower case first.
struct ProxySettings {
  /// The proxy's address; empty for none.
  let proxy: String
  /// The hosts that are reached directly, as libcurl reads `NO_PROXY`.
  let exceptions: String

  init(for request: HTTPRequest, environment: Environment) {
    guard request.mayUseProxy else {
      (proxy, exceptions) = ("", "*")
      return
    }
    // libcurl itself ignores HTTP_PROXY in capitals; AWS's tools do not.
    let names =
      request.url.hasPrefix("https:")
      ? ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
      : ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    proxy = names.lazy.compactMap { environment[$0] }.first ?? ""
    exceptions = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
  }

  /// The proxy as a message may show it: without the user and password it may carry. Nil for none.
  var title: String? { proxy.isEmpty ? nil : address ?? "(its address is malformed)" }

  /// What libcurl says of a failure, as a message may show it: of an address that it cannot read it shows all of it.
  func presentable(_ reason: String, otherwise plain: String) -> String {
    let isSafe = proxy.isEmpty || (address != nil && reason.firstRange(of: proxy) == nil)
    return reason.isEmpty || !isSafe ? plain : reason
  }

  /// Scheme, host and port; nil where it cannot be told for certain which part is the password.
  private var address: String? {
    let scheme = proxy.firstRange(of: "://")
    var rest = scheme.map { proxy[$0.upperBound...] } ?? proxy[...]
    if let at = rest.lastIndex(of: "@") {
      guard !rest[..<at].contains(where: { "/?#".contains($0) || $0.isWhitespace }) else { return nil }
      rest = rest[rest.index(after: at)...]
    }
    let host = String(rest.prefix { $0 != "/" })
    let colon = host.hasSuffix("]") ? nil : host.lastIndex(of: ":")
    let port = colon.map { host[host.index(after: $0)...] }
    guard !host.isEmpty, host.utf8.allSatisfy(Self.isOfHost), port.map({ UInt16($0) != nil }) ?? true else {
      return nil
    }
    return (scheme.map { proxy[..<$0.upperBound] } ?? "http://") + host
  }

  private static func isOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._:[]%".utf8.contains(byte)
    }
  }
}
