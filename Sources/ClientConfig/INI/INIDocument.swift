import Platform

/// An INI file as Python's configparser reads it (`keyringrc.cfg`, `pip.conf`, `~/.pypirc`), with the lines of each
/// option, so that one can be replaced while all others stay the same to the byte.
/// Source: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
public struct INIDocument: Sendable {
  /// A setting, or one more line of its value.
  public struct Setting: Sendable, Equatable {
    /// The section's name, as it is written.
    public let section: String
    /// The name, in lower case.
    public let name: String
    /// The text after the `=` or `:`, or a continuation line.
    public let value: String
    /// The line, counted from zero.
    public let index: Int
  }

  /// An option with all lines of its value.
  public struct Option: Sendable, Equatable {
    /// The setting, and its further lines.
    fileprivate(set) var settings: [Setting]

    /// The lines from the first to the last, counted from zero.
    public var lines: Range<Int> { (settings.first?.index ?? 0)..<((settings.last?.index ?? -1) + 1) }
    /// The whole value; a line end stands between its lines.
    public var value: String { settings.map(\.value).joined(separator: "\n") }
  }

  /// The first line, counted from zero, that configparser cannot read; nil if it can read the file.
  public private(set) var brokenLine: Int?
  /// The headers of sections, in their order.
  public private(set) var headers: [(section: String, index: Int)] = []
  private var options: [Option] = []
  private let document: LineDocument

  /// Reads a file's content. Lines that configparser cannot read are skipped.
  public init(_ bytes: [UInt8]) { self.init(LineDocument(bytes)) }

  /// Reads a file's lines.
  public init(_ document: LineDocument) {
    self.document = document
    var section: String?
    // The indentation of the option whose value may continue.
    var indent: Int?
    var known: Set<[String]> = []
    for index in document.lines.indices {
      let text = document.text(index)
      guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";") else { continue }
      let ownIndent = document.indent(index).count
      // A continuation of a value is not a header, even if it looks like one.
      if let indent, ownIndent > indent {
        guard let first = options.last?.settings.first else { continue }
        options[options.count - 1].settings.append(
          Setting(section: first.section, name: first.name, value: text, index: index))
      } else if let name = Self.section(text) {
        if !known.insert([name]).inserted, name != "DEFAULT" { brokenLine = brokenLine ?? index }
        headers.append((name, index))
        (section, indent) = (name, nil)
      } else {
        indent = ownIndent
        let separator = text.firstIndex { $0 == "=" || $0 == ":" }
        let name = trimmed(text[..<(separator ?? text.startIndex)]).lowercased()
        let value = separator.map { trimmed(text[text.index(after: $0)...]) } ?? ""
        if section == nil || name.isEmpty || !known.insert([section ?? "", name]).inserted {
          brokenLine = brokenLine ?? index
        }
        options.append(
          Option(settings: [Setting(section: section ?? "", name: name, value: value, index: index)]))
      }
    }
  }

  /// All settings, in their order.
  public var settings: [Setting] { options.flatMap(\.settings) }

  /// The value of a setting; the last one of a name counts, and the value in `[DEFAULT]` if an existing section has
  /// none.
  public func value(_ names: Set<String>, in section: String) -> Setting? {
    func last(_ section: String) -> Setting? { option(names, in: section)?.settings.last }
    return last(section) ?? (headers.contains { $0.section == section } ? last("DEFAULT") : nil)
  }

  /// The option of a section that counts; nil if it is not set there.
  public func option(_ names: Set<String>, in section: String) -> Option? {
    options.last { $0.settings.first.map { $0.section == section && names.contains($0.name) } ?? false }
  }

  /// Sets an option that does not exist yet, right below the section's header. A missing section is added.
  public func set(_ settings: [String], in section: String, of file: inout EditableFile) {
    guard let header = headers.first(where: { $0.section == section })?.index else {
      file.append(section: section, settings)
      return
    }
    // Indented like its neighbours: with less, they would continue this value.
    let neighbour = options.compactMap(\.settings.first).first { $0.index > header && $0.section == section }
    file.replace(
      lines: (header + 1)..<(header + 1), with: settings, indent: neighbour.map { document.indent($0.index) } ?? [])
  }

  /// The name in a section's header, whatever follows its last bracket; nil for another line.
  private static func section(_ text: String) -> String? {
    guard text.hasPrefix("["), let end = text.lastIndex(of: "]") else { return nil }
    let name = text[text.index(after: text.startIndex)..<end]
    return name.isEmpty ? nil : String(name)
  }
}
