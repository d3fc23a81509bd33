import CCurl
import Glibc

/// HTTP through the machine's own libcurl, which is loaded when the first request is sent.
struct CurlClient: HTTPClient {
  static let bodyLimit = 1 << 20
  /// Seconds that libcurl may take beyond its timeout.
  private static let grace = 1.0

  let environment: Environment
  /// What is trusted, a file or a directory; nil for the system's own certificates.
  let certificates: Certificates?

  /// Waits at most a second longer than the request says: libcurl's timeouts do not cover the files that it opens.
  func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    try checkCertificates(for: request)
    let sent: Boxed<Result<HTTPResponse, HTTPFailure>>?
    do {
      sent = try withTimeout(seconds: request.timeout + Self.grace) {
        Boxed(Result { () throws(HTTPFailure) in try exchange(request) })
      }
    } catch { return try exchange(request) }
    guard let sent else {
      throw HTTPFailure(
        .stuck, host: hostName(of: request.url), reason: "libcurl did not return in time",
        LibraryFiles.remedy(environment))
    }
    return try sent.value.get()
  }

  /// Throws if the certificates are neither a file nor a directory: libcurl would wait for the end of a pipe.
  private func checkCertificates(for request: HTTPRequest) throws(HTTPFailure) {
    guard let certificates, let status = FileSystem.system.status(certificates.path),
      !status.isFileOrDirectory
    else { return }
    throw HTTPFailure(
      .unreadableCertificates, host: hostName(of: request.url),
      reason: "\(oneLine(certificates.path)) is neither a file nor a directory", at: certificates.setBy)
  }

  private func exchange(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let host = hostName(of: request.url)
    if let reason = ccurl_load() {
      throw HTTPFailure(
        .noLibrary, host: host, reason: String(cString: reason), SystemPackage.curl.installation(on: path))
    }
    guard let handle = ccurl_easy_init() else {
      throw HTTPFailure(.malformed, host: host, reason: "libcurl has no memory left")
    }
    // Without this option, cleanup waits for the thread that resolves names, up to half a minute.
    let endsAtOnce = ccurl_set_long(handle, ccurl_option_quick_exit, 1) == CURLE_OK
    var code = CURLE_OK
    // A libcurl without that option is not cleaned up while the thread may still run, since the process ends soon.
    defer { if endsAtOnce || code != CURLE_OPERATION_TIMEDOUT { ccurl_easy_cleanup(handle) } }

    let exchange = Exchange()
    var headers: UnsafeMutablePointer<curl_slist>?
    // curl would add these two headers, which are not signed.
    for line in ["Content-Type:", "Expect:"] + request.headers.map({ "\($0.name): \($0.value)" }) {
      headers = ccurl_slist_append(headers, line)
    }
    defer { ccurl_slist_free_all(headers) }

    code = withExtendedLifetime(exchange) {
      configure(handle, for: request, exchange)
      ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, headers)
      let code = ccurl_easy_perform(handle)
      return retriesForIPv4(after: code, handle, request) ? ccurl_easy_perform(handle) : code
    }
    let isPart = code == CURLE_WRITE_ERROR && exchange.isFull && request.acceptsPartialBody
    guard code == CURLE_OK || isPart else {
      var connected = 0.0
      _ = ccurl_get_double(handle, CURLINFO_CONNECT_TIME, &connected)
      throw failure(code, exchange, request, host: host, wasConnected: connected > 0)
    }
    var status = 0
    _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    return HTTPResponse(status: status, headers: exchange.headers, body: exchange.body)
  }

  private func configure(_ handle: UnsafeMutableRawPointer, for request: HTTPRequest, _ exchange: Exchange) {
    ccurl_set_string(handle, CURLOPT_URL, request.url)
    if request.method != "GET" {
      ccurl_set_long(handle, CURLOPT_POST, 1)
      ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, request.body.count)
      // With one byte more than is sent, since there is no pointer to nothing.
      var body = request.body + [0]
      ccurl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, &body)
    }
    ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
    if ccurl_set_string(handle, ccurl_option_protocols, "https,http") != CURLE_OK {
      ccurl_set_long(handle, ccurl_option_protocols_before_7_85, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    }
    ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    ccurl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    for option in [CURLOPT_SSLVERSION, CURLOPT_PROXY_SSLVERSION] {
      ccurl_set_long(handle, option, Int(CURL_SSLVERSION_TLSv1_2))
    }
    ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(request.connectTimeout * 1000)))
    ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout * 1000)))

    let proxy = ProxySettings(for: request, environment: environment)
    let (address, user, password) = proxy.connection
    ccurl_set_string(handle, CURLOPT_PROXY, address)
    ccurl_set_string(handle, CURLOPT_PROXYUSERNAME, user)
    ccurl_set_string(handle, CURLOPT_PROXYPASSWORD, password)
    ccurl_set_string(handle, CURLOPT_NOPROXY, proxy.exceptions)
    if let certificates {
      let isDirectory = FileSystem.system.status(certificates.path)?.isDirectory ?? false
      // The second is for a proxy that is itself reached over TLS.
      for option in isDirectory ? [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] : [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO] {
        ccurl_set_string(handle, option, certificates.path)
      }
    }

    let context = Unmanaged.passUnretained(exchange).toOpaque()
    ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    ccurl_set_sink(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Exchange.from(context)?.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    ccurl_set_sink(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Exchange.from(context)?.receive(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, exchange.message)
  }

  /// Sets up another attempt for IPv4 only, if a name was not resolved in time: when a name server never responds for
  /// IPv6, the system waits for both addresses, though it has the other one. False if there is nothing to retry.
  private func retriesForIPv4(after code: CURLcode, _ handle: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
    var microseconds = 0
    guard code == CURLE_OPERATION_TIMEDOUT, request.timeout > request.connectTimeout,
      ccurl_get_long(handle, CURLINFO_NAMELOOKUP_TIME_T, &microseconds) == CURLE_OK, microseconds == 0
    else { return false }
    ccurl_set_long(handle, CURLOPT_IPRESOLVE, Int(CURL_IPRESOLVE_V4))
    ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int((request.timeout - request.connectTimeout) * 1000)))
    return true
  }

  private func failure(
    _ code: CURLcode, _ exchange: Exchange, _ request: HTTPRequest, host: String, wasConnected: Bool
  ) -> HTTPFailure {
    let settings = ProxySettings(for: request, environment: environment)
    let isExcepted = settings.isExcepted(URLParts(request.url).host, exchange.errorText)
    let proxy = isExcepted ? nil : settings.title
    let kind: HTTPFailure.Kind =
      switch code {
      case CURLE_OPERATION_TIMEDOUT: .timeout
      case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
      case CURLE_SSL_CACERT_BADFILE: certificates == nil ? .noCertificates : .unreadableCertificates
      case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CIPHER:
        .tls
      case CURLE_COULDNT_CONNECT: proxy == nil ? .unreachable : .proxy
      case CURLE_COULDNT_RESOLVE_HOST: .unreachable
      default: exchange.proxyRefused ? .proxy : .malformed
      }
    let reason = settings.safeReason(exchange.errorText, otherwise: String(cString: ccurl_easy_strerror(code)))
    return HTTPFailure(
      kind, host: host, reason: oneLine(reason), proxy: proxy, wasConnected: wasConnected,
      at: kind == .unreadableCertificates ? certificates?.setBy : nil,
      kind == .noCertificates
        ? SystemPackage.certificates.installation(on: path)
        : isExcepted ? .advice("Check NO_PROXY, by which the proxy is not used for this host") : nil)
  }

  private var path: SearchPath { SearchPath(environment, .system) }
}

/// The response to one request, as it arrives.
private final class Exchange {
  static let messageSize = 256  // CURL_ERROR_SIZE
  static let headerLimit = 64 << 10

  let message = UnsafeMutablePointer<CChar>.allocate(capacity: messageSize)
  private(set) var headers: [String: String] = [:]
  private(set) var body: [UInt8] = []
  /// Whether the body was longer than the limit.
  private(set) var isFull = false
  private var headerBytes = 0

  init() { message.initialize(repeating: 0, count: Self.messageSize) }
  deinit { message.deallocate() }

  static func from(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }

  var errorText: String { String(cString: message) }

  /// curl reports a proxy's refusal as a receive error; only its text shows the difference.
  var proxyRefused: Bool { errorText.firstRange(of: "CONNECT") != nil || errorText.firstRange(of: "proxy") != nil }

  /// Adds a part of the body. Returning fewer bytes than it received ends the transfer.
  func receive(body bytes: UnsafeRawBufferPointer) -> Int {
    guard body.count + bytes.count <= CurlClient.bodyLimit else {
      isFull = true
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  /// Adds a header line. A status line starts a new response: a proxy's own headers are not the host's.
  func receive(header bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= Self.headerLimit else { return 0 }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") { headers.removeAll() }
    if let colon = line.firstIndex(of: ":") {
      headers[line[..<colon].lowercased()] = trimmed(line[line.index(after: colon)...])
    }
    return bytes.count
  }
}
