import FoundationEssentials

/// A change to a file that can be taken back: some bytes stand where others stood.
struct Edit: Codable, Equatable {
  /// What was put in.
  let inserted: Data
  /// What stood there before.
  let replaced: Data
}

/// A file's content while it is being edited, and the edits made.
struct EditableFile {
  private(set) var bytes: [UInt8]
  private(set) var edits: [Edit] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A comment that tells a reader of the file who wrote the lines below it.
  static let mark = "# set by `codeartifact-keyring configure`; `codeartifact-keyring unconfigure` takes it back"

  /// Puts lines in the place of others, under our mark, indented as those were or as is said.
  mutating func replace(lines range: Range<Int>, with settings: [String], indent: [UInt8]? = nil) {
    let document = LineDocument(bytes)
    let indent = indent ?? range.first.map { document.indent($0) } ?? []
    // A byte order mark stays what comes first.
    let first = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let start = max(document.offset(ofLine: range.lowerBound), first)
    let end = max(document.offset(ofLine: range.upperBound), start)
    let (before, replaced, after) = (Array(bytes[..<start]), Array(bytes[start..<end]), Array(bytes[end...]))
    var inserted = ([Self.mark] + settings).flatMap { indent + Array($0.utf8) + document.newline }
    let endedWithNewline = replaced.last == UInt8(ascii: "\n")
    if !replaced.isEmpty, !endedWithNewline { inserted.removeLast(document.newline.count) }
    // A line without an end must not run into ours.
    if replaced.isEmpty, start > first, before.last != UInt8(ascii: "\n") { inserted = document.newline + inserted }
    bytes = before + inserted + after
    edits.append(Edit(inserted: Data(inserted), replaced: Data(replaced)))
  }

  /// Puts a section with settings at the end.
  mutating func append(section: String, _ settings: [String]) {
    let document = LineDocument(bytes)
    var inserted = ["[\(section)]", Self.mark].map { Array($0.utf8) + document.newline }.flatMap { $0 }
    inserted += settings.flatMap { Array($0.utf8) + document.newline }
    if let last = bytes.last, last != UInt8(ascii: "\n") { inserted = document.newline + inserted }
    bytes += inserted
    edits.append(Edit(inserted: Data(inserted), replaced: Data()))
  }

  /// Takes edits back, the last one first. False when one of them is no longer there to be found.
  mutating func undo(_ edits: [Edit]) -> Bool {
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
