import Platform
import TOMLKit

/// TOML from a file that anybody may have written. The parser below ends the process on some texts that are not TOML, and
/// at a NUL stops reading without a word: it is shown only what the grammar allows.
public enum TOMLText {
  /// What keeps a text from being read, and where.
  public struct Mistake: Error, Equatable {
    /// The line, where it is known.
    public let line: Int?
    /// What is wrong.
    public let problem: String
  }

  /// The table that a file's content is.
  public static func table(_ bytes: [UInt8]) throws(Mistake) -> TOMLTable {
    if let nul = bytes.firstIndex(of: 0) {
      throw Mistake(line: 1 + bytes[..<nul].count { $0 == UInt8(ascii: "\n") }, problem: "a NUL byte stands in it")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Mistake(line: nil, problem: "it is not UTF-8")
    }
    var grammar = TOMLGrammar(bytes)
    try grammar.check()
    do { return try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw Mistake(line: error.source.begin.line, problem: oneLine(error.description))
    } catch { throw Mistake(line: nil, problem: oneLine("\(error)")) }
  }
}
