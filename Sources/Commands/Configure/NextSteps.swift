import ClientConfig
import CodeArtifact
import Platform

/// The last lines of `configure`: what to do next in the project of this folder, and how to undo the changes.
struct NextSteps {
  /// Stands for the user's own repository in the output.
  private static let exampleDomain = "my-domain"
  private static let exampleURL =
    "https://my-domain-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/my-repository/"

  let context: Context
  /// The clients that were named; empty if all were meant.
  let clients: [Client]
  /// The folder that the user is in.
  var directory = "."

  var lines: [String] {
    let undo = ([command, "unconfigure"] + clients.map(\.rawValue)).joined(separator: " ")
    return next + ["To undo this, run: \(undo)"]
  }

  private var next: [String] {
    // A file that cannot be read does not prevent `configure`; `doctor` reports it.
    guard let sources = try? ProjectSources.read(in: directory, context),
      let configuration = try? Configuration.load(context)
    else { return [] }
    if let known = sources.repositories(configuration).map(\.source).first(where: { !$0.isForPublishing }) {
      let place = known.place + (known.line.map { " line \($0)" } ?? "")
      return ["Next: \(place) names a CodeArtifact repository. Run: \(Self.installation(by: known.tool))"]
    }
    return sources.directory.map { inProject($0) } ?? withoutProject
  }

  private func inProject(_ directory: String) -> [String] {
    let path = FileSystem.path(of: "pyproject.toml", in: directory)
    guard let url = RepositoryURL(Self.exampleURL) else { return [] }
    let editor = ProjectEditor(
      context: context, directory: directory, name: Self.exampleDomain, url: url)
    let tools = (try? editor.toolsInUse()) ?? []
    let sources = tools.compactMap { try? editor.source(for: $0) }
    guard !sources.isEmpty else {
      return ["Next: add your repository to \(path). TOOL is poetry, uv or pdm. Run: \(addSource) --tool TOOL"]
    }
    return ["Next: add your repository to this project. Run: \(addSource)"]
      + sources.flatMap { source in
        ["or add these lines to \(source.path), with the URL of your repository:"] + source.lines.map { "    \($0)" }
      }
  }

  private var withoutProject: [String] {
    if let file = context.files.resolved(FileSystem.path(of: "requirements.txt", in: directory)) {
      let line = "--index-url \(URLParts("\(Self.exampleURL)simple/").with(user: AuthorizationToken.username))"
      return ["Next: add this line to \(file), with the URL of your repository:", "    \(line)"]
    }
    return ["Next: add your repository to a project. In its folder, run: \(addSource)"]
  }

  private var addSource: String { "\(command) add-source --domain DOMAIN --repository REPOSITORY" }

  /// The command for a shell: the program's name, or its path if PATH leads to none or to another one.
  private var command: String {
    guard let programs = ProgramPaths(context.files) else { return Installation.name }
    let path = FileSystem.path(of: Installation.name, in: programs.commandDirectory)
    let found = SearchPath(context).programs(Installation.name).first?.status.identity
    return found == context.files.status(path)?.identity ? Installation.name : shellWord(path)
  }

  /// The most frequent command of a tool's users.
  private static func installation(by tool: ProjectSource.Tool) -> String {
    switch tool {
    case .poetry: "poetry install"
    case .uv: "uv sync"
    case .pdm: "pdm install"
    case .pip: "pip install PACKAGE"
    }
  }
}
