import TestSupport
import Testing

@testable import Platform

@Suite struct ProxySettingsTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let variables: [String: String]
    var url = "https://aws.example/"
    var mayUseProxy = true
    let proxy: String
    var exceptions = ""

    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(name: "none", variables: [:], proxy: ""),
    Case(name: "https_proxy", variables: ["https_proxy": "http://p:1"], proxy: "http://p:1"),
    Case(name: "HTTPS_PROXY", variables: ["HTTPS_PROXY": "http://p:2"], proxy: "http://p:2"),
    Case(
      name: "lower case first", variables: ["HTTPS_PROXY": "http://b", "https_proxy": "http://a"], proxy: "http://a"),
    Case(name: "an empty one switches off", variables: ["HTTPS_PROXY": "http://b", "https_proxy": ""], proxy: ""),
    Case(
      name: "all_proxy too", variables: ["HTTPS_PROXY": "http://b", "https_proxy": "", "all_proxy": "http://c"],
      proxy: ""),
    Case(
      name: "in capitals it is not set", variables: ["HTTPS_PROXY": "", "all_proxy": "http://c"], proxy: "http://c"),
    Case(
      name: "the same for http", variables: ["HTTP_PROXY": "http://b", "http_proxy": ""], url: "http://a.example/",
      proxy: ""),
    Case(name: "the same for all", variables: ["ALL_PROXY": "http://b", "all_proxy": ""], proxy: ""),
    Case(
      name: "no exceptions", variables: ["https_proxy": "http://p", "NO_PROXY": "*", "no_proxy": ""],
      proxy: "http://p"),
    Case(
      name: "http_proxy is not for https", variables: ["http_proxy": "http://p", "HTTP_PROXY": "http://q"], proxy: ""),
    Case(
      name: "https_proxy is not for http", variables: ["https_proxy": "http://p"], url: "http://a.example/", proxy: ""),
    Case(name: "http_proxy", variables: ["http_proxy": "http://p"], url: "http://a.example/", proxy: "http://p"),
    Case(name: "HTTP_PROXY too", variables: ["HTTP_PROXY": "http://p"], url: "http://a.example/", proxy: "http://p"),
    Case(name: "all_proxy last", variables: ["all_proxy": "http://all", "HTTPS_PROXY": "http://p"], proxy: "http://p"),
    Case(name: "all_proxy", variables: ["all_proxy": "http://all"], proxy: "http://all"),
    Case(name: "ALL_PROXY", variables: ["ALL_PROXY": "http://all"], url: "http://a.example/", proxy: "http://all"),
    Case(
      name: "no_proxy", variables: ["https_proxy": "http://p", "no_proxy": "a,b"], proxy: "http://p", exceptions: "a,b"),
    Case(
      name: "NO_PROXY", variables: ["https_proxy": "http://p", "NO_PROXY": "*"], proxy: "http://p", exceptions: "*"),
    Case(
      name: "lower case of no_proxy first", variables: ["NO_PROXY": "a", "no_proxy": "b"], proxy: "", exceptions: "b"),
    Case(
      name: "what must not go through a proxy", variables: ["http_proxy": "http://p", "all_proxy": "http://p"],
      url: "http://169.254.169.254/", mayUseProxy: false, proxy: "", exceptions: "*"),
  ])
  func settings(_ given: Case) {
    let request = HTTPRequest(method: "GET", url: given.url, mayUseProxy: given.mayUseProxy)
    let settings = ProxySettings(for: request, environment: Environment(given.variables))
    #expect(settings.proxy == given.proxy)
    #expect(settings.exceptions == given.exceptions)
  }

  @Test(
    arguments: [
      ("http://user:hunter2@proxy.example:3128", "http://proxy.example:3128"),
      ("proxy.example:3128", "http://proxy.example:3128"),
      ("user:hunter2@proxy.example", "http://proxy.example"), ("socks5h://u:hunter2@p:1/x", "socks5h://p:1"), ("", nil),
      ("http://user:hunter2@[::1]:3128/", "http://[::1]:3128"), ("http://user:hun@ter2@p:1", "http://p:1"),
    ] as [(String, String?)])
  func aMessageNamesTheProxyWithoutItsPassword(_ proxy: String, _ title: String?) {
    let request = HTTPRequest(method: "GET", url: "https://aws.example/")
    #expect(ProxySettings(for: request, environment: Environment(["https_proxy": proxy])).title == title)
  }

  @Test(
    arguments: [
      ("http://u:p@ss@host:3128", "http://host:3128", "u", "p@ss"), ("u:p%40s%73@host", "http://host", "u", "p@ss"),
      ("http://user@host", "http://host", "user", ""), ("http://u:p:q%@host/", "http://host", "u", "p:q%"),
      ("socks5h://u:%C3%BC@[::1]:1", "socks5h://[::1]:1", "u", "ü"),
      ("http://host:3128/x", "http://host:3128/x", nil, nil),
      ("", "", nil, nil), ("http://u:p/q@host", "http://u:p/q@host", nil, nil),
    ] as [(String, String, String?, String?)])
  func aPasswordMayHoldAnAt(_ proxy: String, _ address: String, _ user: String?, _ password: String?) {
    let request = HTTPRequest(method: "GET", url: "https://aws.example/")
    let connection = ProxySettings(for: request, environment: Environment(["https_proxy": proxy])).connection
    #expect(connection.address == address && connection.user == user && connection.password == password)
  }

  /// Where it cannot be told which part is the password, nothing is shown, nor what libcurl says of it.
  @Test(
    arguments: [
      "http://user:hunter2/x@p:1", "http://user:hunter2?x@p:1", "http://user:x#hunter2@p:1", "http://user:hunter2@",
      "http://user:hunter2", "http://user:hunter2@p:99999", "http://user:hunter2@[::1", "http://u:hunter2@a b:1",
      "http://u:hun ter2@p:1", "//user:hunter2@p:1", "http://p:1:hunter2",
      "user:hunter2://x@p:1",
    ])
  func aMalformedProxyIsNotShown(_ proxy: String) throws {
    let request = HTTPRequest(method: "GET", url: "https://aws.example/")
    let settings = ProxySettings(for: request, environment: Environment(["https_proxy": proxy]))
    let title = try #require(settings.title)
    #expect(!title.contains("hunter2") && !title.contains("ter2") && !title.contains("user"), "\(title)")
    #expect(settings.safeReason("Unsupported proxy syntax in '\(proxy)'", otherwise: "plain") == "plain")
  }

  @Test func wordsThatShowAProxyArePassedOver() {
    let request = HTTPRequest(method: "GET", url: "https://aws.example/")
    let proxy = "foo://user:hunter2@p:1"
    let settings = ProxySettings(for: request, environment: Environment(["https_proxy": proxy]))
    #expect(settings.safeReason("Unsupported proxy scheme for '\(proxy)'", otherwise: "plain") == "plain")
    #expect(settings.safeReason("", otherwise: "plain") == "plain")
    #expect(settings.safeReason("no route", otherwise: "plain") == "no route")
    let none = ProxySettings(for: request, environment: Environment([:]))
    #expect(none.safeReason("no route", otherwise: "plain") == "no route")
  }
}

/// libcurl's reasons, of several versions.
@Suite struct ProxyExceptionTests {
  private static let proxied = ["https_proxy": "socks5h://p.example:1080", "no_proxy": "localhost"]

  @Test(arguments: [
    (proxied, "Failed to connect to aws.example port 443 after 0 ms: Couldn't connect to server", true),
    (proxied, "Failed to connect to aws.example port 443: Connection refused", true),
    (proxied, "Could not resolve host: aws.example", true),
    (proxied, "Failed to connect to p.example port 1080 after 0 ms: Couldn't connect to server", false),
    (proxied, "Failed to connect to aws.example port 443 via p.example after 0 ms: Could not connect to server", false),
    // A SOCKS proxy is a host to libcurl.
    (proxied, "Could not resolve host: p.example", false), (proxied, "Could not resolve proxy: p.example", false),
    (proxied, "Connection timed out after 5001 milliseconds", false), (proxied, "", false),
    (["https_proxy": "http://p.example"], "Could not resolve host: aws.example", false),
    (["no_proxy": "*"], "Could not resolve host: aws.example", false),
  ])
  func theProxyIsBlamedUnlessTheHostIsExcepted(_ variables: [String: String], _ reason: String, _ isExcepted: Bool) {
    let request = HTTPRequest(method: "GET", url: "https://aws.example/")
    let settings = ProxySettings(for: request, environment: Environment(variables))
    #expect(settings.isExcepted("aws.example", reason) == isExcepted)
  }
}

@Suite struct HTTPTests {
  @Test(arguments: [
    ("https://aws.example/path?q#f", "aws.example"), ("https://aws.example", "aws.example"),
    ("https://aws.example:8443/x", "aws.example:8443"), ("https://user:secret@aws.example/x", "aws.example"),
    ("https://a@b@aws.example/", "aws.example"), ("https://aws.example?x=@y", "aws.example"),
    ("https://aws.example#@evil", "aws.example"), ("http://[::1]:80/", "[::1]:80"), ("plain", "plain"), ("", ""),
    ("user:secret@aws.example/x", "aws.example"),
  ])
  func hosts(_ url: String, _ host: String) {
    #expect(hostName(of: url) == host)
  }

  @Test(arguments: [
    (HTTPFailure.Kind.unreachable, true), (.timeout, true), (.malformed, true), (.tls, false), (.proxy, false),
    (.noLibrary, false), (.unreadableCertificates, false), (.noCertificates, false), (.stuck, false),
  ])
  func onlySomeFailuresMayPass(_ kind: HTTPFailure.Kind, _ isTransient: Bool) {
    #expect(HTTPFailure(kind, host: "h", reason: "r").isTransient == isTransient)
  }

  @Test(arguments: [
    (HTTPFailure.Kind.unreachable, ["aws.example", "no route", "http://p:1"]), (.timeout, ["aws.example"]),
    (.malformed, ["aws.example"]), (.tls, ["aws.example", "AWS_CA_BUNDLE"]),
    (.proxy, ["aws.example", "http://p:1", "HTTPS_PROXY"]),
    (.noLibrary, ["no route"]), (.stuck, ["aws.example", "no route"]),
    (.unreadableCertificates, ["aws.example", "no route"]),
    (.noCertificates, ["aws.example", "no route"]),
  ])
  func failuresNameHostAndRemedy(_ kind: HTTPFailure.Kind, _ parts: [String]) {
    let line = "\(HTTPFailure(kind, host: "aws.example", reason: "no route", proxy: "http://p:1"))"
    for part in parts { #expect(line.contains(part)) }
    #expect(!line.contains("\n"))
  }

  /// In the words of OpenSSL and of curl with GnuTLS.
  @Test(arguments: [
    ("SSL certificate problem: certificate has expired", true),
    ("SSL certificate problem: certificate is not yet valid", true),
    ("server certificate expiration date has passed.", true), ("server certificate not activated yet.", true),
    ("SSL certificate problem: self-signed certificate in certificate chain", false),
  ])
  func aCertificateThatIsNotValidNowMayBeTheClocksFault(_ reason: String, _ isClock: Bool) {
    let failure = HTTPFailure(.tls, host: "h", reason: reason)
    #expect("\(failure)".contains("Check this machine's clock") == isClock)
    #expect("\(failure)".contains("AWS_CA_BUNDLE"))
  }

  @Test(arguments: [
    (
      Location.variable("REQUESTS_CA_BUNDLE"), "REQUESTS_CA_BUNDLE: ",
      "Correct its path, or run: unset REQUESTS_CA_BUNDLE"
    ),
    (.file("~/.aws/config", line: 3), "~/.aws/config line 3: ", "Correct ca_bundle"),
  ])
  func theSettingOfCertificatesIsNamed(_ location: Location, _ start: String, _ remedy: String) {
    let failure = HTTPFailure(.unreadableCertificates, host: "h", reason: "not there: /x", at: location)
    #expect("\(failure)" == "\(start)cannot check the certificate of h: not there: /x. \(remedy)")
  }
}

@Suite struct SystemPackageTests {
  @Test(arguments: [
    (["bin/apt"], "apt install libcurl4", "apt install ca-certificates", "apt install awscli"),
    (["bin/dnf"], "dnf install libcurl", "dnf install ca-certificates", "dnf install /usr/bin/aws"),
    (["bin/zypper"], "zypper install libcurl4", "zypper install ca-certificates", "zypper install aws-cli"),
    (["bin/pacman"], "pacman -S curl", "pacman -S ca-certificates", "pacman -S aws-cli-v2"),
    // Debian has a package of dnf, too.
    (["bin/apt", "bin/dnf"], "apt install libcurl4", "apt install ca-certificates", "apt install awscli"),
  ])
  func theManagerOnPathInstallsIt(
    _ programs: [String], _ curl: String, _ certificates: String, _ awsCLI: String
  ) throws {
    let world = try World()
    for program in programs { try world.directory.file(program, "", mode: 0o755) }
    let path = SearchPath(world.context)
    let commands = [SystemPackage.curl, .certificates, .awsCLI].map { $0.installation(on: path) }
    #expect(commands == [.run(curl), .run(certificates), .run(awsCLI)])
  }

  @Test func withoutAManagerThePackageIsNamed() throws {
    let path = SearchPath(try World().context)
    #expect(SystemPackage.curl.installation(on: path) == .advice("Install libcurl"))
    #expect(SystemPackage.certificates.installation(on: path) == .advice("Install the package ca-certificates"))
  }
}
