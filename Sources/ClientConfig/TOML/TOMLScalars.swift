import Glibc
import Platform

/// Values without quotes or brackets: truth values, numbers, dates and times. Source: https://toml.io/en/v1.1.0#integer
extension TOMLParser {
  /// The value that is next.
  mutating func scalar() throws(TOMLError) -> TOMLValue.Content {
    let start = position.offset
    skipWord()
    // There may be a blank between a date and its time.
    if position.offset - start == 10, bytes[start + 4] == UInt8(ascii: "-"), current == UInt8(ascii: " "),
      position.offset + 1 < bytes.count, bytes[position.offset + 1].isASCIIDigit
    {
      position.offset += 1
      skipWord()
    }
    let text = text(from: start)
    switch text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default:
      guard text.utf8.count <= TOMLLimits.number, Self.numberOrDate.matches(text) else {
        throw error(.missingValue)
      }
      return .numberOrDate
    }
  }

  private mutating func skipWord() {
    while let byte = current, Self.isBare(byte) || "+.:".utf8.contains(byte) { position.offset += 1 }
  }

  private static let numberOrDate: Pattern = {
    let digits = "[0-9](_?[0-9])*"
    let decimal = "[+-]?(0|[1-9](_?[0-9])*)([.]\(digits))?([eE][+-]?\(digits))?"
    let others = "0x[0-9A-Fa-f](_?[0-9A-Fa-f])*|0o[0-7](_?[0-7])*|0b[01](_?[01])*|[+-]?(inf|nan)"
    let minute = "([01][0-9]|2[0-3]):[0-5][0-9]"
    // Second 60 is a leap second.
    let time = "\(minute)(:([0-5][0-9]|60)([.][0-9]+)?)?"
    let dayOfAnyYear = "(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31"
    let leapYear = "[0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00"
    let date = "([0-9]{4}-(\(dayOfAnyYear))|(\(leapYear))-02-29)"
    return Pattern("\(decimal)|\(others)|\(time)|\(date)([Tt ]\(time)([Zz]|[+-]\(minute))?)?")
  }()
}

/// A regular expression for whole texts.
private final class Pattern: @unchecked Sendable {
  // Not changed after it was made; `regexec` is safe in several threads. Source: regex(3)
  private var compiled = regex_t()

  init(_ expression: String) { regcomp(&compiled, "^(\(expression))$", REG_EXTENDED | REG_NOSUB) }

  deinit { regfree(&compiled) }

  func matches(_ text: String) -> Bool { regexec(&compiled, text, 0, nil, 0) == 0 }
}
