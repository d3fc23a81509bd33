/// The options of keyring's command line, in the order in which argparse lists them.
enum Option: String, CaseIterable {
  case help = "--help"
  case path = "--keyring-path"
  case backend = "--keyring-backend"
  case list = "--list-backends"
  case disable = "--disable"
  case mode = "--mode"
  case output = "--output"
  case completion = "--print-completion"

  /// What an argument is to argparse.
  enum ArgumentKind {
    case positional
    /// Looks like an option, but is none.
    case unknown
    /// An option, and the value joined to it; `isLetter` when it was named by its letter.
    case option(Option, joined: String?, isLetter: Bool)
  }

  private static let letters: [(option: Option, letter: Character)] = [(.help, "h"), (.path, "p"), (.backend, "b")]

  init?(letter: UInt8) {
    guard let named = Self.letters.first(where: { $0.letter.asciiValue == letter }) else { return nil }
    self = named.option
  }

  /// Both names, as argparse puts them into a message.
  var title: String { Self.letters.first { $0.option == self }.map { "-\($0.letter)/\(rawValue)" } ?? rawValue }

  var takesValue: Bool { self != .help && self != .list && self != .disable }

  /// Tells whether an argument before any `--` is an option: in full, by an unambiguous beginning, or by its letter. It
  /// works on bytes: in Swift, a `-` with a combining accent would be another character.
  static func find(_ argument: String) throws(UsageError) -> ArgumentKind {
    let bytes = argument.utf8
    guard bytes.first == dash, bytes.count > 1 else { return .positional }
    let second = bytes[bytes.index(after: bytes.startIndex)]
    if second != dash {
      guard let option = Option(letter: second) else { return unknown(argument) }
      let rest = bytes.dropFirst(2)
      let joined = String(decoding: rest.first == equalsSign ? rest.dropFirst() : rest, as: UTF8.self)
      return .option(option, joined: rest.isEmpty ? nil : joined, isLetter: true)
    }
    let equals = bytes.firstIndex(of: equalsSign)
    let name = equals.map { String(argument[..<$0]) } ?? argument
    let joined = equals.map { String(argument[bytes.index(after: $0)...]) }
    if let exact = Option(rawValue: name) { return .option(exact, joined: joined, isLetter: false) }
    let candidates = allCases.filter { $0.rawValue.utf8.starts(with: name.utf8) }
    if candidates.count > 1 {
      let names = candidates.map(\.rawValue).joined(separator: ", ")
      throw UsageError(problem: "ambiguous option: \(argument) could match \(names)")
    }
    guard let only = candidates.first else { return unknown(argument) }
    return .option(only, joined: joined, isLetter: false)
  }

  private static let dash = UInt8(ascii: "-")
  private static let equalsSign = UInt8(ascii: "=")

  /// A negative number, or anything with a space in it, was hardly meant as an option.
  private static func unknown(_ argument: String) -> ArgumentKind {
    argument.utf8.contains(UInt8(ascii: " ")) || isNegativeNumber(argument) ? .positional : .unknown
  }

  /// `^-\d+$|^-\d*\.\d+$`, with Python's idea of digits and of `$`.
  private static func isNegativeNumber(_ argument: String) -> Bool {
    var rest = argument.unicodeScalars.dropFirst()
    if rest.last == "\n" { rest = rest.dropLast() }
    let isDigit = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory == .decimalNumber }
    let whole = rest.prefix(while: isDigit)
    let behind = rest.dropFirst(whole.count)
    if behind.isEmpty { return !whole.isEmpty }
    return behind.first == "." && behind.count > 1 && behind.dropFirst().allSatisfy(isDigit)
  }
}
