/// A package source that a project's files name: where a tool reads packages from, or publishes them to.
public struct ProjectSource: Sendable, Equatable {
  /// Whose setting it is.
  public enum Tool: String, Sendable {
    case poetry, uv, pdm, pip
  }

  /// The name the tool knows it by; nil for a bare URL, such as uv's `index-url`.
  public let name: String?
  /// Whose setting it is.
  public let tool: Tool
  /// The URL, as it is written.
  public let url: String
  /// Whether packages are published there, rather than read from there.
  public let isForPublishing: Bool
  /// The file that says so, or the variable.
  public let place: String
  /// The line in the file, where it is known.
  public let line: Int?
}

/// A project's source that is a repository of CodeArtifact.
public struct ProjectRepository: Sendable, Equatable {
  /// What the project's files say.
  public let source: ProjectSource
  /// The repository it names.
  public let repository: Repository
}
