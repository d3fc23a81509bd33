import FoundationEssentials

/// The readable parts of JSON web tokens. Sources: RFC 7515, section 2; RFC 4648, section 5
enum WebToken {
  /// What a part says; nil for one that says nothing of the kind.
  static func content<Content: Decodable>(of part: Substring, as _: Content.Type) -> Content? {
    var base64 = part.replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: String(base64)).flatMap { try? JSONDecoder().decode(Content.self, from: $0) }
  }
}
