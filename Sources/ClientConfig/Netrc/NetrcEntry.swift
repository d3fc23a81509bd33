import Platform

/// An entry of a netrc file: whose it is, and where it is, so that it can be removed.
/// Source: Python's `netrc` module, and curl's manual
public struct NetrcEntry: Equatable, Sendable {
  /// The host; nil for the entry `default`.
  public let machine: String?
  /// Secret; empty where there is none.
  public let password: String
  /// Its first line, counted from zero.
  public let line: Int
  /// Its last line.
  public let lastLine: Int
  /// Where `bytes` begin in the file.
  public let offset: Int
  /// Its bytes: whole lines if they contain nothing else.
  public let bytes: [UInt8]
  /// Whether its lines contain nothing else.
  public let hasOwnLines: Bool
  /// Whether its last word lacks its value and another entry follows, so that clients take the next word for the value and
  /// cannot read the file (measured with Python 3.11 and uv 0.13.9).
  public let isUnfinished: Bool

  /// The file that clients read: the one that `NETRC` names, or `~/.netrc`; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.environment["NETRC"] ?? context.directories.home.map { FileSystem.path(of: ".netrc", in: $0) }
  }

  /// The entries of a file, in their order.
  public static func all(in bytes: [UInt8]) -> [NetrcEntry] {
    let tokens = Token.all(in: bytes)
    let starts = tokens.indices.filter { tokens[$0].isKeyword(["machine", "default", "macdef"]) }
    return zip(starts, starts.dropFirst() + [tokens.endIndex]).compactMap { start, end in
      let entry = tokens[start..<end]
      let first = tokens[start]
      guard let last = entry.last, first.text == "default" || entry.count > 1, first.text != "macdef" else {
        return nil
      }
      let password = entry.indices.dropLast().first { tokens[$0].isKeyword(["password"]) }
      let text = first.bytes.lowerBound..<last.bytes.upperBound
      let lines = first.lineBytes.lowerBound..<last.lineBytes.upperBound
      // From the entry outward: many entries may be in one line.
      let isWhole =
        bytes[lines.lowerBound..<text.lowerBound].reversed().allSatisfy(Token.isBlank)
        && bytes[text.upperBound..<lines.upperBound].allSatisfy(Token.isBlank)
      let range = isWhole ? lines : text
      return NetrcEntry(
        machine: first.text == "machine" ? tokens[start + 1].text.lowercased() : nil,
        password: password.map { tokens[$0 + 1].text } ?? "", line: first.line, lastLine: last.line,
        offset: range.lowerBound, bytes: Array(bytes[range]), hasOwnLines: isWhole,
        isUnfinished: last.takesValue && end < tokens.endIndex)
    }
  }

  private struct Token {
    let text: String
    /// Whether it is the value of the word before it, whatever it looks like.
    let isValue: Bool
    let line: Int
    /// Where its line is in the file.
    let lineBytes: Range<Int>
    /// Where it is in the file.
    let bytes: Range<Int>

    func isKeyword(_ words: [String]) -> Bool { !isValue && words.contains(text) }

    /// Whether the next word is its value.
    var takesValue: Bool { isKeyword(["machine", "login", "password", "account", "macdef"]) }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The words of a file, without its comments and without the bodies of macros.
    static func all(in bytes: [UInt8]) -> [Token] {
      var tokens: [Token] = []
      var start = 0
      var isInMacro = false
      for (index, line) in LineDocument(bytes).lines.enumerated() {
        let lineBytes = start..<start + line.count
        start = lineBytes.upperBound
        // An empty line ends a macro.
        if line == [UInt8(ascii: "\n")] { isInMacro = false }
        for word in bytes[lineBytes].split(whereSeparator: isBlank) where !isInMacro {
          let last = tokens.last
          var text = String(decoding: word, as: UTF8.self)
          if text.hasPrefix("#"), last?.line != index || !["password", "login"].contains(last?.text) { break }
          if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = String(text.dropFirst().dropLast()) }
          isInMacro = last?.text == "macdef"
          // A value may be missing at the end of a line. The entry on the next line is another one's all the same.
          let isEntry = last?.line != index && ["machine", "default", "macdef"].contains(text)
          let isValue = !isEntry && last?.takesValue ?? false
          tokens.append(
            Token(
              text: text, isValue: isValue, line: index, lineBytes: lineBytes, bytes: word.startIndex..<word.endIndex))
        }
      }
      return tokens
    }
  }
}
