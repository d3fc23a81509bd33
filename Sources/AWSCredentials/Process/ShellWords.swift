/// Splits a line at quotes and backslashes as a shell does: so the AWS CLI reads commands and the names of sections.
/// Source: Python's `shlex.split`, in its POSIX mode.
enum ShellWords {
  /// The words; nil where a quote is not closed or nothing follows the last backslash.
  static func split(_ text: some Sequence<UInt8>) -> [String]? {
    var words: [String] = []
    // Nil between two words: `''` is a word, though an empty one.
    var word: [UInt8]?
    var quote: UInt8?
    var isEscaped = false
    for byte in text {
      if isEscaped {
        // Between double quotes, a backslash stays unless a quote or another backslash follows.
        if let quote, byte != quote, byte != UInt8(ascii: "\\") { word?.append(UInt8(ascii: "\\")) }
        word?.append(byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
        word = word ?? []
        isEscaped = true
      } else if let open = quote {
        if byte == open { quote = nil } else { word?.append(byte) }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        word = word ?? []
        quote = byte
      } else if byte == UInt8(ascii: " ") || (9...10).contains(byte) || byte == 13 {
        if let ended = word { words.append(String(decoding: ended, as: UTF8.self)) }
        word = nil
      } else {
        if word == nil { word = [byte] } else { word?.append(byte) }
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    if let word { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}
