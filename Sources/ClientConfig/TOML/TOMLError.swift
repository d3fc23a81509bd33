/// Why a file is not TOML, and where.
public struct TOMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Error, Sendable, Equatable {
    case tooLong, tooDeep, tooMany
    case notUTF8, controlCharacter
    case missingKey, missingEquals, missingValue, invalidHeader
    case unterminatedString, invalidEscape
    case invalidNumber, invalidDate, numberTooLarge
    case unterminatedArray, unterminatedInlineTable
    case textAfterValue
    case duplicateKey(String)
    case notATable(String)
  }

  /// What is wrong.
  public let reason: Reason
  /// The line, counted from one.
  public let line: Int
  /// The column, counted in bytes from one.
  public let column: Int

  /// What is wrong, in words, without the position.
  public var problem: String {
    switch reason {
    case .tooLong: "the file is longer than \(TOMLLimits.length >> 20) MiB"
    case .tooDeep: "keys, tables or arrays are nested more than \(TOMLLimits.depth) deep"
    case .tooMany: "the file has more than \(TOMLLimits.count) keys and values"
    case .notUTF8: "the file is not UTF-8"
    case .controlCharacter: "a control character is not allowed here"
    case .missingKey: "a key is missing or not valid"
    case .missingEquals: "a key has no = after it"
    case .missingValue: "a value is missing or not valid"
    case .invalidHeader: "the header of a table is not valid"
    case .unterminatedString: "a string is not closed"
    case .invalidEscape: "a string has an escape that TOML does not know"
    case .invalidNumber: "a number is not valid"
    case .invalidDate: "a date or a time is not valid"
    case .numberTooLarge: "a number is too large"
    case .unterminatedArray: "an array is not closed, or lacks a comma"
    case .unterminatedInlineTable: "an inline table is not closed, or lacks a comma"
    case .textAfterValue: "there is text after the end of a value or of a table's header"
    case .duplicateKey(let key): "\(Self.quoted(key)) is defined twice"
    case .notATable(let key): "\(Self.quoted(key)) cannot be extended: it is not a table, or is closed"
    }
  }

  /// What is wrong, and where.
  public var description: String { "line \(line), column \(column): \(problem)" }

  /// A key for a message of one line: no control characters, not too long.
  private static func quoted(_ key: String) -> String {
    let scalars = key.unicodeScalars.prefix(60).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: Unicode.Scalar("?")
      default: scalar
      }
    }
    return "\"\(String(String.UnicodeScalarView(scalars)))\(key.unicodeScalars.count > 60 ? "…" : "")\""
  }
}
