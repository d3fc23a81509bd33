import Platform
import Testing

@Suite struct URLPartsTests {
  @Test(arguments: [
    ("https://a@h.example:8080/x?y#z", "https", "a", "h.example", "8080", "/x"),
    ("HTTP://H.Example./", "http", nil, "h.example", nil, "/"),
    ("https://a:b@c@h.example", "https", "a", "h.example", nil, ""),
    ("h.example:443", nil, nil, "h.example", "443", ""), ("https://[::1]:80/x", "https", nil, "[::1]", "80", "/x"),
    ("https://[::1]", "https", nil, "[::1]", nil, ""), ("https://h.example:?a@b", "https", nil, "h.example", "", ""),
    ("", nil, nil, "", nil, ""),
  ])
  func aURLIsTakenApart(
    _ text: String, _ scheme: String?, _ user: String?, _ host: String, _ port: String?, _ path: String
  ) {
    let url = URLParts(text)
    #expect((url.scheme, url.user, url.host) == (scheme, user, host))
    #expect((url.port.map { String($0) }, String(url.path)) == (port, path))
    let information = url.userInformation.map { "\($0)@" } ?? ""
    #expect("\(url.prefix)\(information)\(url.authority)\(url.path)\(url.suffix)" == text)
  }

  @Test(arguments: [
    ("http://localhost:1/", true), ("http://LOCALHOST./", true), ("http://127.0.0.1/", true),
    ("http://127.9.8.7/", true),
    ("http://[::1]:80/", true), ("http://127.1/", false), ("http://127.0.0.+1/", false), ("http://128.0.0.1/", false),
    ("http://localhost.example/", false), ("http://127.0.0.1.example/", false),
    ("http://x@localhost@h.example/", false),
  ])
  func aLoopbackAddressIsThisMachine(_ url: String, _ isLoopback: Bool) {
    #expect(URLParts(url).isLoopback == isLoopback)
  }
}
