import Platform

/// A parser for TOML. Its recursion is limited by `TOMLLimits.depth`.
struct TOMLParser {
  /// A part of a key, and its range.
  private struct Part {
    let name: String
    let source: SourceRange
  }

  let bytes: [UInt8]
  var position = TOMLPosition()

  private let root: TOMLValue
  /// The table of the last header, which the next keys belong to.
  private var table: TOMLValue
  /// The number of values.
  private var count = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    root = TOMLValue("", SourceRange(start: position, end: position), depth: 0, .table(.header))
    table = root
  }

  mutating func parse() throws(TOMLError) -> TOMLValue {
    guard bytes.count <= TOMLLimits.length else { throw error(.tooLong) }
    try checkEncoding()
    // There may be a byte order mark before the first line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position.offset = 3 }
    while position.offset < bytes.count {
      skipBlanks()
      switch current {
      case UInt8(ascii: "["): try header()
      case nil, UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default:
        try keyAndValue(in: table)
        table.source.end = position
      }
      skipBlanks()
      guard try skipLineEnd() || position.offset == bytes.count else { throw error(.textAfterValue) }
    }
    return root
  }

  private mutating func checkEncoding() throws(TOMLError) {
    do throws(UTF8.ValidationError) { _ = try UTF8Span(validating: bytes.span) } catch {
      position.line += bytes[..<error.byteOffsets.lowerBound].count { $0 == UInt8(ascii: "\n") }
      throw self.error(.notUTF8)
    }
  }

  // MARK: headers and keys

  /// `[a.b]` or `[[a."b c"]]`. Source: https://toml.io/en/v1.0.0#table
  private mutating func header() throws(TOMLError) {
    let start = position
    position.offset += 1
    let isElement = take(UInt8(ascii: "["))
    let (path, last) = try key(orElse: .invalidHeader)
    guard take(UInt8(ascii: "]")), !isElement || take(UInt8(ascii: "]")) else { throw error(.invalidHeader) }
    let source = SourceRange(start: start, end: position)
    var parent = root
    for part in path {
      guard let child = parent.child(part.name) else {
        parent = try add(part, to: parent, .table(.implicit))
        continue
      }
      switch child.content {
      case .array(isOfTables: true): parent = child.children.last ?? child
      case .table(let origin) where origin != .inline: parent = child
      default: throw error(.notATable(part.name))
      }
    }
    let known = parent.child(last.name)
    if isElement {
      let array = if let known { known } else { try add(last, to: parent, .array(isOfTables: true)) }
      guard array.content == .array(isOfTables: true) else { throw error(.notATable(last.name)) }
      table = try add(Part(name: "", source: source), to: array, .table(.header))
    } else {
      table = if let known { known } else { try add(last, to: parent, .table(.implicit)) }
      guard table.content == .table(.implicit) else { throw error(.duplicateKey(last.name)) }
      table.content = .table(.header)
      table.source = source
    }
  }

  /// A key of one or more parts, with the blanks around it.
  private mutating func key(orElse reason: TOMLError.Reason) throws(TOMLError) -> (path: [Part], last: Part) {
    var path: [Part] = []
    while true {
      guard path.count < TOMLLimits.depth else { throw error(.tooDeep) }
      skipBlanks()
      let start = position
      let name: String
      switch current {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard countNext(bytes[position.offset], atMost: 3) < 3 else { throw error(reason) }
        name = try string()
      default:
        while let byte = current, Self.isBare(byte) { position.offset += 1 }
        guard position.offset > start.offset else { throw error(reason) }
        name = text(from: start.offset)
      }
      let part = Part(name: name, source: SourceRange(start: start, end: position))
      skipBlanks()
      guard take(UInt8(ascii: ".")) else { return (path, part) }
      path.append(part)
    }
  }

  /// Reads `a.b = …` into a table. Dotted keys cannot extend a table that has a header, or that was defined by dotted keys
  /// in another table.
  private mutating func keyAndValue(in start: TOMLValue) throws(TOMLError) {
    let (path, last) = try key(orElse: .missingKey)
    guard take(UInt8(ascii: "=")) else { throw error(.missingEquals) }
    let origin = TOMLValue.Origin.dotted(in: ObjectIdentifier(start))
    var parent = start
    for part in path {
      parent = if let known = parent.child(part.name) { known } else { try add(part, to: parent, .table(.implicit)) }
      guard [.table(.implicit), .table(origin)].contains(parent.content) else { throw error(.notATable(part.name)) }
      parent.content = .table(origin)
    }
    guard parent.child(last.name) == nil else { throw error(.duplicateKey(last.name)) }
    let value = try add(last, to: parent, .numberOrDate)
    skipBlanks()
    try read(value)
  }

  private mutating func add(_ part: Part, to parent: TOMLValue, _ content: TOMLValue.Content) throws(TOMLError)
    -> TOMLValue
  {
    guard parent.depth < TOMLLimits.depth else { throw error(.tooDeep) }
    guard count < TOMLLimits.count else { throw error(.tooMany) }
    count += 1
    let value = TOMLValue(part.name, part.source, depth: parent.depth + 1, content)
    parent.add(value)
    return value
  }

  // MARK: values

  /// Reads the content of a value.
  private mutating func read(_ value: TOMLValue) throws(TOMLError) {
    let start = position
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): value.content = .string(try string())
    case UInt8(ascii: "["):
      value.content = .array(isOfTables: false)
      try contents(of: value, upTo: UInt8(ascii: "]"), orElse: .unterminatedArray)
    case UInt8(ascii: "{"):
      // Its own keys may be added until its brace is closed.
      value.content = .table(.inline)
      try contents(of: value, upTo: UInt8(ascii: "}"), orElse: .unterminatedInlineTable)
    default: value.content = try scalar()
    }
    value.source = SourceRange(start: start, end: position)
  }

  /// Reads the elements of an array or the keys of an inline table, up to the bracket that closes it.
  private mutating func contents(of value: TOMLValue, upTo end: UInt8, orElse reason: TOMLError.Reason)
    throws(TOMLError)
  {
    position.offset += 1
    try skipSpace()
    while !take(end) {
      if case .table = value.content {
        try keyAndValue(in: value)
      } else {
        let place = SourceRange(start: position, end: position)
        try read(try add(Part(name: "", source: place), to: value, .numberOrDate))
      }
      try skipSpace()
      guard take(UInt8(ascii: ",")) || current == end else { throw error(reason) }
      try skipSpace()
    }
  }

  // MARK: between values

  mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { position.offset += 1 }
  }

  /// Skips blanks, line ends and comments, as in an array or an inline table.
  private mutating func skipSpace() throws(TOMLError) {
    repeat { skipBlanks() } while try skipLineEnd()
  }

  /// Skips a comment, if there is one, and the end of the line; false if something else follows, or nothing.
  private mutating func skipLineEnd() throws(TOMLError) -> Bool {
    if current == UInt8(ascii: "#") {
      while let byte = current, byte != UInt8(ascii: "\n"), !isNextLineEnd {
        guard !Self.isControl(byte) else { throw error(.controlCharacter) }
        position.offset += 1
      }
    }
    guard isNextLineEnd else { return false }
    skipNewline()
    return true
  }

  // MARK: bytes

  var current: UInt8? { position.offset < bytes.count ? bytes[position.offset] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position.offset += 1
    return true
  }

  /// Whether `\n` or `\r\n` is next.
  var isNextLineEnd: Bool {
    switch current {
    case UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): position.offset + 1 < bytes.count && bytes[position.offset + 1] == UInt8(ascii: "\n")
    default: false
    }
  }

  /// Skips the end of a line, which is next.
  mutating func skipNewline() {
    position.offset += current == UInt8(ascii: "\r") ? 2 : 1
    position.line += 1
  }

  func text(from start: Int) -> String { String(decoding: bytes[start..<position.offset], as: UTF8.self) }

  func error(_ reason: TOMLError.Reason, line: Int? = nil) -> TOMLError {
    TOMLError(reason: reason, line: line ?? position.line)
  }

  /// Whether a byte is a control character other than the tab.
  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F }

  static func isBare(_ byte: UInt8) -> Bool {
    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
