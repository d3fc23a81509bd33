/// The keys and values of a file, as nodes that refer to each other by number, so that neither building nor freeing the
/// tree recurses.
struct TOMLTree: Sendable {
  static let root: Int32 = 0
  private static let none: Int32 = -1

  /// How a table was defined, which decides what may be added to it.
  enum Origin: Sendable, Equatable {
    /// Named in another header (`a` in `[a.b]`); its own header may follow.
    case implicit
    /// Defined by its own header, or the root.
    case header
    /// Defined by a dotted key in this table: more keys may follow there, and tables with headers.
    case dotted(in: Int32)
    /// In braces: nothing can be added.
    case inline
  }

  enum Content: Sendable, Equatable {
    case string(String)
    case boolean(Bool)
    case numberOrDate
    /// `isOfTables` for an array of tables, which headers define and extend.
    case array(isOfTables: Bool)
    case table(Origin)
  }

  struct Node: Sendable {
    let name: String
    let keySource: SourceRange
    var source: SourceRange
    var content: Content
    let depth: Int32
    fileprivate var first = TOMLTree.none
    fileprivate var last = TOMLTree.none
    fileprivate var next = TOMLTree.none
  }

  /// A key of one table, in bytes: TOML does not normalise characters.
  private struct Key: Hashable {
    let table: Int32
    let name: [UInt8]

    init(_ name: String, in table: Int32) {
      self.table = table
      self.name = Array(name.utf8)
    }
  }

  /// A part of a key, and its range.
  struct Part {
    let name: String
    let source: SourceRange
  }

  private var nodes: [Node]
  private var index: [Key: Int32] = [:]

  /// The tree of an empty file.
  init(_ source: SourceRange) {
    nodes = [Node(name: "", keySource: source, source: source, content: .table(.header), depth: 0)]
  }

  subscript(node: Int32) -> Node {
    get { nodes[Int(node)] }
    set { nodes[Int(node)] = newValue }
  }

  func child(_ name: String, of table: Int32) -> Int32? { index[Key(name, in: table)] }

  func children(of node: Int32) -> [Int32] {
    var children: [Int32] = []
    var next = self[node].first
    while next != Self.none {
      children.append(next)
      next = self[next].next
    }
    return children
  }

  // MARK: building

  /// Adds a key to a table that does not have it.
  mutating func add(_ part: Part, to table: Int32, _ content: Content) throws(TOMLError.Reason) -> Int32 {
    let node = try append(part, to: table, content)
    index[Key(part.name, in: table)] = node
    return node
  }

  /// Adds a node: a key that has yet to be indexed, or an element of an array, which has no name.
  mutating func append(_ part: Part, to parent: Int32, _ content: Content) throws(TOMLError.Reason) -> Int32 {
    let depth = self[parent].depth + 1
    guard depth <= TOMLLimits.depth else { throw .tooDeep }
    guard nodes.count < TOMLLimits.count else { throw .tooMany }
    let node = Int32(nodes.count)
    nodes.append(Node(name: part.name, keySource: part.source, source: part.source, content: content, depth: depth))
    let last = self[parent].last
    if last == Self.none { self[parent].first = node } else { self[last].next = node }
    self[parent].last = node
    return node
  }

  /// The table that `[a.b]` or `[[a.b]]` opens. Source: https://toml.io/en/v1.0.0#table
  mutating func open(_ path: [Part], isElement: Bool, header: SourceRange) throws(TOMLError.Reason) -> Int32 {
    var table = Self.root
    for part in path.dropLast() {
      guard let child = child(part.name, of: table) else {
        table = try add(part, to: table, .table(.implicit))
        continue
      }
      switch self[child].content {
      case .array(isOfTables: true): table = self[child].last
      case .table(let origin) where origin != .inline: table = child
      default: throw .notATable(part.name)
      }
    }
    guard let last = path.last else { throw .missingKey }
    let known = child(last.name, of: table)
    if isElement {
      let array = if let known { known } else { try add(last, to: table, .array(isOfTables: true)) }
      guard self[array].content == .array(isOfTables: true) else { throw .notATable(last.name) }
      return try append(Part(name: "", source: header), to: array, .table(.header))
    }
    guard let known else {
      let opened = try add(last, to: table, .table(.header))
      self[opened].source = header
      return opened
    }
    guard self[known].content == .table(.implicit) else { throw .duplicateKey(last.name) }
    self[known].content = .table(.header)
    self[known].source = header
    return known
  }

  /// The table that the last part of a dotted key belongs to. Dotted keys cannot extend a table that has a header, or
  /// that was defined by dotted keys in another table.
  mutating func descend(_ path: ArraySlice<Part>, from start: Int32) throws(TOMLError.Reason) -> Int32 {
    var table = start
    for part in path {
      guard let child = child(part.name, of: table) else {
        table = try add(part, to: table, .table(.dotted(in: start)))
        continue
      }
      switch self[child].content {
      case .table(.implicit): self[child].content = .table(.dotted(in: start))
      case .table(.dotted(in: start)): break
      default: throw .notATable(part.name)
      }
      table = child
    }
    return table
  }
}
