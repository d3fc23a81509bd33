import Platform

/// Why a file is not TOML, and where.
public struct TOMLError: Error, Equatable {
  /// What is wrong, without the position.
  struct Reason: Equatable {
    let problem: String

    static let tooLong = Reason(problem: "the file is longer than \(TOMLLimits.length >> 20) MiB")
    static let tooDeep = Reason(problem: "keys, tables or arrays are nested more than \(TOMLLimits.depth) deep")
    static let tooMany = Reason(problem: "the file has more than \(TOMLLimits.count) keys and values")
    static let notUTF8 = Reason(problem: "the file is not UTF-8")
    static let controlCharacter = Reason(problem: "a control character is not allowed here")
    static let missingKey = Reason(problem: "a key is missing or not valid")
    static let missingEquals = Reason(problem: "a key has no = after it")
    static let missingValue = Reason(problem: "a value is missing or not valid")
    static let invalidHeader = Reason(problem: "the header of a table is not valid")
    static let unterminatedString = Reason(problem: "a string is not closed")
    static let invalidEscape = Reason(problem: "a string has an escape that TOML does not know")
    static let unterminatedArray = Reason(problem: "an array is not closed, or lacks a comma")
    static let unterminatedInlineTable = Reason(problem: "an inline table is not closed, or lacks a comma")
    static let textAfterValue = Reason(problem: "there is text after the end of a value or of a table's header")

    static func duplicateKey(_ key: String) -> Reason { Reason(problem: "\(quoted(key)) is defined twice") }

    static func notATable(_ key: String) -> Reason {
      Reason(problem: "\(quoted(key)) cannot be extended: it is not a table, or is closed")
    }
  }

  let reason: Reason
  /// The line, counted from one.
  public let line: Int

  /// What is wrong, in words, without the position.
  public var problem: String { reason.problem }
}
