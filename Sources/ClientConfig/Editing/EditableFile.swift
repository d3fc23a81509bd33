import FoundationEssentials

/// A change to a file that can be undone: bytes that replace others.
public struct Edit: Codable, Equatable, Sendable {
  /// The new bytes.
  public let inserted: Data
  /// The old ones.
  public let replaced: Data
}

/// A file's content while it is being edited, and the edits made.
public struct EditableFile: Sendable {
  /// The content as it is now.
  public private(set) var bytes: [UInt8]
  /// The edits made, in their order.
  public private(set) var edits: [Edit] = []

  /// A file that holds these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A comment in the file that says where the lines below it come from. Do not change it: the lines of older versions
  /// must be recognised.
  public static let mark = "# set by `codeartifact-keyring configure`; `codeartifact-keyring unconfigure` takes it back"

  /// Replaces lines with the mark and settings, with the given indentation or that of the lines.
  public mutating func replace(lines range: Range<Int>, with settings: [String], indent: [UInt8]? = nil) {
    let document = LineDocument(bytes)
    let indent = indent ?? range.first.map { document.indent($0) } ?? []
    let start = max(document.offset(ofLine: range.lowerBound), textStart)
    let end = max(document.offset(ofLine: range.upperBound), start)
    replace(start..<end, with: ([Self.mark] + settings).map { indent + Array($0.utf8) })
  }

  /// Appends a section with settings.
  public mutating func append(section: String, _ settings: [String]) {
    replace(bytes.endIndex..<bytes.endIndex, with: (["[\(section)]", Self.mark] + settings).map { Array($0.utf8) })
  }

  /// The offset of the text: a byte order mark stays first.
  private var textStart: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  private mutating func replace(_ range: Range<Int>, with lines: [[UInt8]]) {
    let newline = LineDocument(bytes).newline
    let (before, replaced) = (bytes[..<range.lowerBound], Array(bytes[range]))
    var inserted = lines.flatMap { $0 + newline }
    // The last line may have no line end.
    if !replaced.isEmpty, replaced.last != UInt8(ascii: "\n") { inserted.removeLast(newline.count) }
    if replaced.isEmpty, before.count > textStart, before.last != UInt8(ascii: "\n") { inserted = newline + inserted }
    bytes.replaceSubrange(range, with: inserted)
    edits.append(Edit(inserted: Data(inserted), replaced: Data(replaced)))
  }

  /// Undoes edits, the last one first. False if one of them is no longer found in the file.
  public mutating func undo(_ edits: [Edit]) -> Bool {
    var isComplete = true
    for edit in edits.reversed() {
      guard let range = bytes.firstRange(of: Array(edit.inserted)), !edit.inserted.isEmpty else {
        isComplete = false
        continue
      }
      bytes.replaceSubrange(range, with: Array(edit.replaced))
    }
    return isComplete
  }
}
