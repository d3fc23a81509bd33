import Platform

/// The lines of a text file, each with its own line end, so that unchanged lines stay the same to the byte.
public struct LineDocument: Sendable {
  /// The lines, each with its end.
  public let lines: [[UInt8]]

  /// The lines of a file's content.
  public init(_ bytes: [UInt8]) {
    var lines: [[UInt8]] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(Array(bytes[start...index]))
      start = index + 1
    }
    if start < bytes.count { lines.append(Array(bytes[start...])) }
    self.lines = lines
  }

  /// The line end this file uses.
  public var newline: [UInt8] {
    lines.first?.suffix(2) == [0x0D, 0x0A] ? [0x0D, 0x0A] : [0x0A]
  }

  /// A line as text, without white space at its ends.
  public func text(_ index: Int) -> String { trimmed(String(decoding: lines[index], as: UTF8.self)) }

  /// The offset of a line in bytes; for the index after the last line, the length of the file.
  public func offset(ofLine index: Int) -> Int { lines[..<index].reduce(0) { $0 + $1.count } }

  /// The blanks at the beginning of a line.
  public func indent(_ index: Int) -> [UInt8] { Array(lines[index].prefix { $0 == 0x20 || $0 == 0x09 }) }
}
