import Platform

/// An INI file as Python's configparser reads it (`keyringrc.cfg`, `pip.conf`, `~/.pypirc`), with the lines of each option:
/// so one can be replaced, and all else stays as it is to the byte.
/// Source: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
public struct INIDocument: Sendable {
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

  /// The first line, counted from zero, for which configparser refuses the file; nil where it reads it.
  public private(set) var brokenLine: Int?
  /// The headers of sections, in their order.
  public private(set) var headers: [(section: String, index: Int)] = []
  private var options: [Option] = []
  private let document: LineDocument

  /// Reads a file's content; what configparser would refuse in it is passed over.
  public init(_ bytes: [UInt8]) { self.init(LineDocument(bytes)) }

  /// Reads a file's lines.
  public init(_ document: LineDocument) {
    self.document = document
    var section: String?
    // How far the option is indented whose value may go on.
    var indent: Int?
    var known: Set<[String]> = []
    for index in document.lines.indices {
      let text = trimmed(document.text(index))
      guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";") else { continue }
      let ownIndent = document.indent(index).count
      // What goes on with a value is no header, whatever it looks like.
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

  /// The value of a setting; the last one of a name is in force, and `[DEFAULT]` where a section that is there has none.
  public func value(_ names: Set<String>, in section: String) -> Setting? {
    func last(_ section: String) -> Setting? { option(names, in: section)?.settings.last }
    return last(section) ?? (headers.contains { $0.section == section } ? last("DEFAULT") : nil)
  }

  /// The option in force in a section; nil when it is not set there.
  public func option(_ names: Set<String>, in section: String) -> Option? {
    options.last { $0.settings.first.map { $0.section == section && names.contains($0.name) } ?? false }
  }

  /// Sets an option that is not there yet, right below the section's header; the section is made where there is none.
  public func set(_ settings: [String], in section: String, of file: inout EditableFile) {
    guard let header = headers.first(where: { $0.section == section })?.index else {
      file.append(section: section, settings)
      return
    }
    // Indented as its neighbours are: less, and they would go on with our value.
    let neighbour = options.compactMap(\.settings.first).first { $0.index > header && $0.section == section }
    file.replace(
      lines: (header + 1)..<(header + 1), with: settings, indent: neighbour.map { document.indent($0.index) } ?? [])
  }

  /// The name in a section's header, whatever stands behind its last bracket; nil for another line.
  private static func section(_ text: String) -> String? {
    guard text.hasPrefix("["), let end = text.lastIndex(of: "]") else { return nil }
    let name = text[text.index(after: text.startIndex)..<end]
    return name.isEmpty ? nil : String(name)
  }
}
