/// A URL in the parts of RFC 3986, each as it is written. A text without `://` begins with its host.
public struct URLParts: Sendable, Equatable {
  /// All of it; may hold a secret.
  public let text: String
  /// The scheme and `://`; empty where there is none.
  public let prefix: Substring
  /// The part before the last `@` of the authority; may hold a secret. Nil if there is none.
  public let userInformation: Substring?
  /// The host and its port.
  public let authority: Substring
  /// From the first `/` after the host up to the query or fragment.
  public let path: Substring
  /// Query and fragment, with their marks.
  public let suffix: Substring

  /// Splits a text, any text, into its parts.
  public init(_ text: some StringProtocol) {
    let text = String(text)
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    let authority = text[start...].prefix { !"/?#".contains($0) }
    let at = authority.lastIndex(of: "@")
    self.text = text
    prefix = text[..<start]
    userInformation = at.map { authority[..<$0] }
    self.authority = at.map { authority[authority.index(after: $0)...] } ?? authority
    path = text[authority.endIndex...].prefix { !"?#".contains($0) }
    suffix = text[path.endIndex...]
  }

  /// The scheme, in lower case; nil where there is none.
  public var scheme: String? { prefix.isEmpty ? nil : prefix.dropLast(3).lowercased() }

  /// The host in lower case, without port and trailing dot; an IPv6 address is in its brackets.
  public var host: String {
    let host = colon.map { authority[..<$0] } ?? authority
    return (host.hasSuffix(".") ? host.dropLast() : host).lowercased()
  }

  /// The port; nil where there is no colon.
  public var port: Substring? { colon.map { authority[authority.index(after: $0)...] } }

  private var colon: Substring.Index? { authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":") }

  /// Whether the host is this machine itself.
  public var isLoopback: Bool {
    let host = host
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost" || host == "[::1]"
      || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && !$0.hasPrefix("+") })
  }

  // MARK: user information

  /// The user's name; nil where there is no user information.
  public var user: String? { userInformation.map { String($0.prefix { $0 != ":" }) } }

  /// Secret; nil where there is none, or an empty one.
  public var password: String? { writtenPassword.flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether it has an empty password, as in `aws:@`, which results from a `$TOKEN` that is not set.
  public var hasEmptyPassword: Bool { writtenPassword?.isEmpty ?? false }

  private var writtenPassword: String? {
    userInformation.flatMap { text in text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) } }
  }

  /// Without user information.
  public var bare: String { "\(prefix)\(authority)\(path)\(suffix)" }

  /// With other user information: a user's name or, already percent-encoded, `user:password`.
  public func with(user: String) -> String { "\(prefix)\(user)@\(authority)\(path)\(suffix)" }

  /// With its user name, if any, and without a password.
  public var withoutPassword: String { user.map { with(user: $0) } ?? bare }
}

/// The host of an address, with its port, for messages: no path, no user information.
public func hostName(of url: String) -> String { String(URLParts(url).authority) }

/// A text without what may be a password: a URL loses everything before the last `@` of its authority.
public func withoutUserInformation(_ text: String) -> String {
  let url = URLParts(text)
  return url.prefix.isEmpty ? text : url.bare
}

/// A text with all but RFC 3986's unreserved characters percent-encoded.
public func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    if byte.isASCIILetterOrDigit || "-._~".utf8.contains(byte) {
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
  return encoded
}

/// A text with each `%` and two hexadecimal digits replaced by the byte that they encode.
public func percentDecoded(_ text: some StringProtocol) -> String {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    if byte == UInt8(ascii: "%"), digits.count == 2 {
      bytes.append(UInt8(digits[0] << 4 | digits[1]))
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
