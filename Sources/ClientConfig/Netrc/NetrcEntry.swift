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

  /// The file that clients read: the one that `NETRC` names, or `~/.netrc`; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.environment["NETRC"] ?? context.directories.home.map { FileSystem.path(of: ".netrc", in: $0) }
  }

  /// The entries of a file, in their order.
  public static func all(in bytes: [UInt8]) -> [NetrcEntry] {
    let tokens = Token.all(in: bytes)
    let starts = tokens.indices.filter {
      ["machine", "default", "macdef"].contains(tokens[$0].text) && !isValue($0, tokens)
    }
    return zip(starts, starts.dropFirst() + [tokens.endIndex]).compactMap { start, end in
      let entry = tokens[start..<end]
      let kind = tokens[start].text
      guard kind != "macdef", let last = entry.last, kind == "default" || entry.count > 1 else { return nil }
      func value(_ name: String) -> String? {
        entry.indices.dropLast().first { tokens[$0].text == name && !isValue($0, tokens) }.map { tokens[$0 + 1].text }
      }
      let range = wholeLines(tokens[start].start..<last.end, bytes)
      return NetrcEntry(
        machine: kind == "machine" ? tokens[start + 1].text.lowercased() : nil, password: value("password") ?? "",
        line: tokens[start].line, lastLine: last.line, offset: range.lowerBound, bytes: Array(bytes[range]),
        hasOwnLines: (range.lowerBound == 0 || bytes[range.lowerBound - 1] == UInt8(ascii: "\n"))
          && (range.upperBound == bytes.count || bytes[range.upperBound - 1] == UInt8(ascii: "\n")))
    }
  }

  /// Whether a token is the value of the one before it, whatever it looks like.
  private static func isValue(_ index: Int, _ tokens: [Token]) -> Bool {
    guard index > 0, ["machine", "login", "password", "account", "macdef"].contains(tokens[index - 1].text) else {
      return false
    }
    return !isValue(index - 1, tokens)
  }

  /// A range, extended to whole lines if they contain nothing else.
  private static func wholeLines(_ range: Range<Int>, _ bytes: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]
    while start > 0, blanks.contains(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, blanks.contains(bytes[end]) { end += 1 }
    let isWhole =
      (start == 0 || bytes[start - 1] == UInt8(ascii: "\n")) && (end == bytes.count || bytes[end] == UInt8(ascii: "\n"))
    guard isWhole else { return range }
    return start..<min(bytes.count, end + 1)
  }

  private struct Token {
    let text: String
    let line: Int
    let start: Int
    let end: Int

    /// The words of a file, without its comments and without the bodies of macros.
    static func all(in bytes: [UInt8]) -> [Token] {
      var tokens: [Token] = []
      var position = 0
      var line = 0
      var isInMacro = false
      func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "\n") {
          line += 1
          position += 1
          // An empty line ends a macro.
          if isInMacro, position >= bytes.count || bytes[position] == UInt8(ascii: "\n") { isInMacro = false }
          continue
        }
        if isBlank(byte) {
          position += 1
          continue
        }
        let start = position
        while position < bytes.count, !isBlank(bytes[position]) { position += 1 }
        if isInMacro { continue }
        var text = String(decoding: bytes[start..<position], as: UTF8.self)
        if text.hasPrefix("#"),
          tokens.last.map({ $0.line != line || !["password", "login"].contains($0.text) }) ?? true
        {
          while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
          continue
        }
        if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") { text = String(text.dropFirst().dropLast()) }
        if tokens.last?.text == "macdef" { isInMacro = true }
        tokens.append(Token(text: text, line: line, start: start, end: position))
      }
      return tokens
    }
  }
}
