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
  var title: String? {
    guard !proxy.isEmpty else { return nil }
    let scheme = proxy.firstRange(of: "://").map { proxy[..<$0.upperBound] } ?? "http://"
    return scheme + hostName(of: proxy)
  }
}
