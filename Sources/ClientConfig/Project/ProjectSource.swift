/// A package source that a project's files name: where a tool reads packages from, or publishes them to.
public struct ProjectSource: Sendable, Equatable {
  /// The tool that it belongs to.
  public enum Tool: String, Sendable {
    case poetry, uv, pdm, pip
  }

  /// The name the tool knows it by; nil for a bare URL, such as uv's `index-url`.
  public internal(set) var name: String?
  /// The tool that it belongs to.
  public let tool: Tool
  /// The URL, as it is written.
  public let url: String
  /// Whether packages are published there, rather than read from there.
  public internal(set) var isForPublishing = false
  /// The file or the variable that it is in.
  public let place: String
  /// The line in the file, where it is known.
  public internal(set) var line: Int?
  /// The value of `authenticate` of an index of uv; nil if it is not set.
  public internal(set) var authenticate: String?
  /// Whether it is a table `[[index]]` of uv's, which has settings of its own.
  public internal(set) var isTable = false
  /// Whether it is an index of a path dependency or a workspace member of a uv project. uv takes `authenticate` from
  /// the root project alone (measured with uv 0.13.9).
  public internal(set) var isOfDependency = false

  /// Whether uv always asks for a password for this index.
  public var authenticates: Bool { authenticate == "always" && !isOfDependency }
}
