/// Writes keys and strings in TOML 1.0, which all clients read.
public enum TOMLWriter {
  /// A key of these parts, quoted where necessary.
  public static func key(_ parts: [String]) -> String {
    parts.map { $0.isEmpty || !$0.utf8.allSatisfy(TOMLParser.isBare) ? string($0) : $0 }.joined(separator: ".")
  }

  /// A basic string. Source: https://toml.io/en/v1.0.0#string
  public static func string(_ text: String) -> String {
    var quoted = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += ["\\", scalar]
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
      default: quoted.append(scalar)
      }
    }
    return String(quoted) + "\""
  }
}
