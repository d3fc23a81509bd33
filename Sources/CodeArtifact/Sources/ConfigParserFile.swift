import Platform

/// An INI file as Python's configparser reads it: `keyringrc.cfg`, `pip.conf`, `~/.pypirc`.
/// Source: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
public struct ConfigParserFile: Sendable {
  /// A setting, or one more line of its value.
  public struct Setting: Sendable, Equatable {
    /// The section's name, as it is written.
    public let section: String
    /// The name, in small letters.
    public let name: String
    /// What is behind the `=` or `:`, or on one more line.
    public let value: String
    /// The line, counted from zero.
    public let index: Int

    /// One made of its parts.
    public init(section: String, name: String, value: String, index: Int) {
      self.section = section
      self.name = name
      self.value = value
      self.index = index
    }
  }

  /// All settings, in their order.
  public let settings: [Setting]
  private let sections: Set<String>

  /// Reads a file's content; what configparser would refuse in it is passed over.
  public init(_ bytes: [UInt8]) {
    var settings: [Setting] = []
    var sections: Set<String> = []
    var section = ""
    var current: (name: String, indent: Int)?
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = trimmed(String(decoding: line, as: UTF8.self))
      guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";") else { continue }
      let indent = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
      if let current, indent > current.indent {
        settings.append(Setting(section: section, name: current.name, value: text, index: index))
      } else if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
        // Whatever stands behind the last bracket counts for nothing.
        section = String(text[text.index(after: text.startIndex)..<end])
        sections.insert(section)
        current = nil
      } else {
        let separator = text.firstIndex { $0 == "=" || $0 == ":" }
        let name = trimmed(text[..<(separator ?? text.endIndex)]).lowercased()
        let value = separator.map { trimmed(text[text.index(after: $0)...]) } ?? ""
        settings.append(Setting(section: section, name: name, value: value, index: index))
        current = (name, indent)
      }
    }
    self.settings = settings
    self.sections = sections
  }

  /// The value of a setting; the last one of a name is in force, and `[DEFAULT]` where a section that is there has none.
  public func value(_ names: Set<String>, in section: String) -> Setting? {
    func last(_ section: String) -> Setting? {
      settings.last { $0.section == section && names.contains($0.name) }
    }
    return last(section) ?? (sections.contains(section) ? last("DEFAULT") : nil)
  }
}
