import Platform

/// A parser for TOML. Its recursion is limited by `TOMLLimits.depth`.
struct TOMLParser {
  let bytes: [UInt8]
  var position = TOMLPosition()

  private var tree: TOMLTree
  /// The table of the last header, which the next keys belong to.
  private var table = TOMLTree.root

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    tree = TOMLTree(SourceRange(from: position, to: position))
  }

  mutating func parse() throws(TOMLError) -> TOMLTree {
    guard bytes.count <= TOMLLimits.length else { throw error(.tooLong) }
    try checkEncoding()
    // There may be a byte order mark before the first line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position.offset = 3
      position.lineStart = 3
    }
    while position.offset < bytes.count {
      skipBlanks()
      switch current {
      case UInt8(ascii: "["): try header()
      case nil, UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default:
        let value = try keyAndValue(in: table)
        tree[table].source.extend(to: tree[value].source)
      }
      skipBlanks()
      guard try skipLineEnd() || position.offset == bytes.count else { throw error(.textAfterValue) }
    }
    return tree
  }

  private func checkEncoding() throws(TOMLError) {
    do throws(UTF8.ValidationError) { _ = try UTF8Span(validating: bytes.span) } catch {
      var place = TOMLPosition()
      place.offset = error.byteOffsets.lowerBound
      for offset in 0..<place.offset where bytes[offset] == UInt8(ascii: "\n") {
        place.line += 1
        place.lineStart = offset + 1
      }
      throw self.error(.notUTF8, at: place)
    }
  }

  // MARK: headers and keys

  /// `[a.b]` or `[[a."b c"]]`
  private mutating func header() throws(TOMLError) {
    let start = position
    position.offset += 1
    let isElement = take(UInt8(ascii: "["))
    let path = try key(orElse: .invalidHeader)
    guard take(UInt8(ascii: "]")), !isElement || take(UInt8(ascii: "]")) else { throw error(.invalidHeader) }
    let source = SourceRange(from: start, to: position)
    do throws(TOMLError.Reason) { table = try tree.open(path, isElement: isElement, header: source) } catch {
      throw self.error(error, at: start)
    }
  }

  /// A key of one or more parts, with the blanks around it.
  private mutating func key(orElse reason: TOMLError.Reason) throws(TOMLError) -> [TOMLTree.Part] {
    var parts: [TOMLTree.Part] = []
    repeat {
      guard parts.count < TOMLLimits.depth else { throw error(.tooDeep) }
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
      parts.append(TOMLTree.Part(name: name, source: SourceRange(from: start, to: position)))
      skipBlanks()
    } while take(UInt8(ascii: "."))
    return parts
  }

  /// Reads `a.b = …` into a table, and returns the node of its value.
  private mutating func keyAndValue(in table: Int32) throws(TOMLError) -> Int32 {
    let start = position
    let path = try key(orElse: .missingKey)
    guard take(UInt8(ascii: "=")) else { throw error(.missingEquals) }
    guard let last = path.last else { throw error(.missingKey) }
    let node: Int32
    do throws(TOMLError.Reason) {
      let table = try tree.descend(path.dropLast(), from: table)
      guard tree.child(last.name, of: table) == nil else { throw .duplicateKey(last.name) }
      node = try tree.add(last, to: table, .boolean(false))
    } catch { throw self.error(error, at: start) }
    skipBlanks()
    try value(of: node)
    return node
  }

  // MARK: values

  private mutating func value(of node: Int32) throws(TOMLError) {
    let start = position
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): tree[node].content = .string(try string())
    case UInt8(ascii: "["): try array(node)
    case UInt8(ascii: "{"): try inlineTable(node)
    default: tree[node].content = try scalar()
    }
    tree[node].source = SourceRange(from: start, to: position)
  }

  private mutating func array(_ node: Int32) throws(TOMLError) {
    tree[node].content = .array(isOfTables: false)
    position.offset += 1
    try skipSpace()
    while !take(UInt8(ascii: "]")) {
      let element: Int32
      do throws(TOMLError.Reason) {
        let place = SourceRange(from: position, to: position)
        element = try tree.append(TOMLTree.Part(name: "", source: place), to: node, .boolean(false))
      } catch { throw self.error(error) }
      try value(of: element)
      try skipSpace()
      guard take(UInt8(ascii: ",")) || current == UInt8(ascii: "]") else { throw error(.unterminatedArray) }
      try skipSpace()
    }
  }

  private mutating func inlineTable(_ node: Int32) throws(TOMLError) {
    // Its own keys may be added until its brace is closed.
    tree[node].content = .table(.inline)
    position.offset += 1
    try skipSpace()
    while !take(UInt8(ascii: "}")) {
      _ = try keyAndValue(in: node)
      try skipSpace()
      guard take(UInt8(ascii: ",")) || current == UInt8(ascii: "}") else { throw error(.unterminatedInlineTable) }
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
    position.lineStart = position.offset
  }

  func text(from start: Int) -> String { String(decoding: bytes[start..<position.offset], as: UTF8.self) }

  func error(_ reason: TOMLError.Reason, at place: TOMLPosition? = nil) -> TOMLError {
    let place = place ?? position
    return TOMLError(reason: reason, line: place.line, column: place.column)
  }

  /// Whether a byte is a control character other than the tab.
  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F }

  static func isBare(_ byte: UInt8) -> Bool {
    byte.isASCIILetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
