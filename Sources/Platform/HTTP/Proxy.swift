/// The proxy of a request, from the variables that every Unix tool reads. The one in lower case takes precedence where it
/// is set: an empty one means no proxy, as for Python's `urllib`, and so for the AWS CLI.
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
    func decided(_ lower: String, _ upper: String) -> String? {
      environment.isSet(lower) ? environment[lower] ?? "" : environment[upper]
    }
    // libcurl itself ignores HTTP_PROXY in capitals; AWS's tools do not.
    let own =
      request.url.hasPrefix("https:") ? decided("https_proxy", "HTTPS_PROXY") : decided("http_proxy", "HTTP_PROXY")
    proxy = own ?? decided("all_proxy", "ALL_PROXY") ?? ""
    exceptions = decided("no_proxy", "NO_PROXY") ?? ""
  }

  /// What libcurl is given. User and password are separate: a password in the address would end at its first `@`.
  var connection: (address: String, user: String?, password: String?) {
    guard let address, let information = URLParts(proxy).userInformation else { return (proxy, nil, nil) }
    let user = information.prefix { $0 != ":" }
    return (address, percentDecoded(user), percentDecoded(information.dropFirst(user.count + 1)))
  }

  /// The proxy as a message may show it: without the user and password it may carry. Nil for none.
  var title: String? { proxy.isEmpty ? nil : address ?? "(its address is malformed)" }

  /// libcurl's reason, as a message may show it: it quotes an address that it cannot read, with the password.
  func safeReason(_ reason: String, otherwise plain: String) -> String {
    let isSafe = proxy.isEmpty || (address != nil && reason.firstRange(of: proxy) == nil)
    return reason.isEmpty || !isSafe ? plain : reason
  }

  /// Whether a host was reached directly because of `exceptions`, by libcurl's reason, which names what it looked up or
  /// connected to. Newer versions name the host for a proxy too: "connect to HOST port 443 via PROXY".
  func isExcepted(_ host: String, _ reason: String) -> Bool {
    guard !proxy.isEmpty, !exceptions.isEmpty, reason.firstRange(of: " via ") == nil else { return false }
    return ["resolve host: \(host)", "connect to \(host) port"].contains { reason.firstRange(of: $0) != nil }
  }

  /// Scheme, host and port; nil if it is not certain which part is the password, which may hold any of `/?#@`.
  private var address: String? {
    let parts = URLParts(proxy)
    guard !parts.prefix.dropLast(3).contains(":"), !parts.authority.isEmpty,
      parts.authority.isASCIILettersDigits(or: "-._:[]%"),
      parts.port.map({ UInt16($0) != nil }) ?? true, parts.suffix.isEmpty || !parts.path.isEmpty,
      !parts.path.contains("@"), !parts.suffix.contains("@"),
      parts.userInformation?.contains(where: \.isWhitespace) != true
    else { return nil }
    return "\(parts.prefix.isEmpty ? "http://" : parts.prefix)\(parts.authority)"
  }
}
