import ClientConfig
import CodeArtifact
import Platform

/// A command that changes a file, for a person to run: it names the exact lines, or opens the file where no command would
/// change the right place alone.
enum EditCommand {
  static func open(_ path: String) -> String { "${EDITOR:-vi} \(shellWord(path))" }

  /// Opens the file with a mistake, or unsets the variable with it.
  static func correct(_ failure: FailureRecord) -> String? {
    switch failure.location {
    case .file(let path, _): open(path)
    case .variable(let name): Remedy.unset(name).command
    case nil: nil
    }
  }

  /// Deletes whole lines, counted from zero.
  static func delete(_ lines: ClosedRange<Int>, of file: SettingsFile) -> String {
    let (first, last) = (lines.lowerBound + 1, lines.upperBound + 1)
    return sed([first == last ? "\(first)d" : "\(first),\(last)d"], file)
  }

  /// Applies `sed` scripts to one line, counted from zero.
  static func change(_ line: Int, of file: SettingsFile, _ scripts: [String]) -> String {
    sed(scripts.map { "\(line + 1)\($0)" }, file)
  }

  /// Replaces a URL in a line, counted from zero.
  static func replace(_ url: URLParts, by right: String, in line: Int, of file: SettingsFile) -> String {
    guard file.document.lines.indices.contains(line), file.document.text(line).contains(url.text) else {
      return open(file.path)
    }
    let isAlone = URLParts.all(in: withoutComment(file.document.text(line))).count == 1
    let scripts = isAlone ? url.changes(to: URLParts(right)) : url.replacement(by: right).map { [$0] }
    return scripts.map { change(line, of: file, $0) } ?? open(file.path)
  }

  /// A line without a comment at its end. A line that is all comment may be part of a script's metadata.
  private static func withoutComment(_ line: String) -> String {
    line.firstRange(of: " #").map { String(line[..<$0.lowerBound]) } ?? line
  }

  private static func sed(_ scripts: [String], _ file: SettingsFile) -> String {
    // Without the option, sed puts a file in the place of a link. Always in quotes, which are easier to read.
    "sed -i \(file.isLink ? "--follow-symlinks " : "")\(quotedForShell(scripts.joined(separator: "; "))) "
      + shellWord(file.path)
  }
}

extension URLParts {
  /// Whether it may stand in a script: special characters may have been chosen to do harm.
  private var isPlain: Bool { bare.isASCIILettersDigits(or: "-_./:") }

  /// The `sed` scripts that change the parts in which another URL differs, in a line that has only this one: they are easier
  /// to read than the whole URL. Nil if that takes characters that are special.
  fileprivate func changes(to right: URLParts) -> [String]? {
    var scripts: [String] = []
    if prefix != right.prefix { scripts.append("s|\(prefix)|\(right.prefix)|") }
    if userInformation != right.userInformation {
      let user = right.userInformation.map { "\($0)@" } ?? ""
      guard user.isASCIILettersDigits(or: "-_.@") else { return nil }
      scripts.append("s|//\(userInformation == nil ? "" : "[^/]*@")|//\(user)|")
    }
    if path != right.path {
      guard isPlain, right.isPlain else { return nil }
      scripts.append("s|\(authority)\(path)|\(right.authority)\(right.path)|")
    }
    // Where the URL itself is right, it is the quotes around it that are wrong.
    return scripts.isEmpty ? ["s/[\"']//g"] : scripts
  }

  /// The `sed` script that replaces the URL in a line, whatever other URLs are there; nil for one with special characters.
  fileprivate func replacement(by right: String) -> String? {
    guard !prefix.isEmpty, isPlain, right.isASCIILettersDigits(or: "-_./:@") else { return nil }
    let place = bare.dropFirst(prefix.count).replacing(".", with: "\\.")
    let information = text == bare ? "" : "[^/]*@"
    // Another repository's name may begin with this one's.
    return "s#\(prefix)\(information)\(place)\\([^-A-Za-z0-9._/]\\|$\\)#\(right)\\1#"
  }
}
