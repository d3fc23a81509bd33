import ClientConfig
import CodeArtifact
import Platform

/// A command that changes a file, for a person to run: it names the exact lines, or opens the file where no command would
/// change the right place alone.
enum EditCommand {
  /// Opens a file.
  static func open(_ path: String) -> String { "${EDITOR:-vi} \(shellWord(path))" }

  /// Deletes whole lines, counted from zero.
  static func delete(_ lines: ClosedRange<Int>, of path: String) -> String {
    let (first, last) = (lines.lowerBound + 1, lines.upperBound + 1)
    return sed([first == last ? "\(first)d" : "\(first),\(last)d"], path)
  }

  /// Applies `sed` scripts to one line, counted from zero.
  static func change(_ line: Int, of path: String, _ scripts: [String]) -> String {
    sed(scripts.map { "\(line + 1)\($0)" }, path)
  }

  /// Replaces a URL in a line, counted from zero. `scripts` do that in a line with one URL, and are easier to read.
  static func replace(
    _ url: URLParts, by right: String, in line: Int, of file: SettingsFile, _ scripts: [String]
  ) -> String {
    guard file.document.lines.indices.contains(line), file.document.text(line).contains(url.text) else {
      return open(file.path)
    }
    if URLParts.all(in: withoutComment(file.document.text(line))).count == 1 {
      return change(line, of: file.path, scripts)
    }
    guard let script = url.replacement(by: right) else { return open(file.path) }
    return change(line, of: file.path, [script])
  }

  /// A line without a comment at its end. A line that is all comment may be part of a script's metadata.
  private static func withoutComment(_ line: String) -> String {
    line.firstRange(of: " #").map { String(line[..<$0.lowerBound]) } ?? line
  }

  private static func sed(_ scripts: [String], _ path: String) -> String {
    // Always in quotes, which are easier to read.
    "sed -i \(quotedForShell(scripts.joined(separator: "; "))) \(shellWord(path))"
  }
}

extension URLParts {
  /// The `sed` script that replaces the URL in a line, whatever other URLs are there; nil for a URL with special characters,
  /// which may have been chosen to do harm.
  fileprivate func replacement(by right: String) -> String? {
    guard !prefix.isEmpty, [bare, right].allSatisfy({ $0.isASCIILettersDigits(or: "-_./:@") }) else { return nil }
    let place = bare.dropFirst(prefix.count).replacing(".", with: "\\.")
    let information = text == bare ? "" : "[^/]*@"
    // Another repository's name may begin with this one's.
    return "s#\(prefix)\(information)\(place)\\([^-A-Za-z0-9._/]\\|$\\)#\(right)\\1#"
  }
}
