import ArgumentParser
import CodeArtifact
import Platform

struct AddSourceCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-source",
    abstract: "Write a CodeArtifact repository into this project's files, for Poetry, uv or PDM.",
    discussion: """
      AWS is asked for the repository's address. What stands in the files stays as it is; a second run changes nothing.

      Example: codeartifact-keyring add-source --domain acme --repository internal
      """)

  @Option(help: "The domain.")
  var domain: String

  @Option(help: "The repository.")
  var repository: String

  @Option(help: "The account that owns the domain; yours by default.")
  var owner: String?

  @Option(help: "The region; AWS_REGION's or your profile's by default.")
  var region: String?

  @Option(help: "What the tools shall call the source; the domain's name by default.")
  var name: String?

  @Option(help: "The tool to write it for, once for each; by default those that the project uses.")
  var tool: [ProjectSource.Tool] = []

  @Option(help: "The AWS profile to sign in with.")
  var profile: String?

  func validate() throws {
    guard name?.utf8.allSatisfy(Self.isPartOfName) ?? true, name != "" else {
      throw ValidationError("--name may have letters, digits, hyphens and underscores: the tools make variables of it")
    }
  }

  func run(in surroundings: Surroundings) throws {
    let configuration = try TokenOptions.configuration(profile: profile, surroundings)
    guard let directory = try ProjectSources.read(surroundings).directory else { throw NoProject() }
    let catalog = try RepositoryCatalog(surroundings, configuration: configuration, region: region)
    let url = try catalog.endpoint(of: repository, domain: domain, owner: owner)
    let editor = ProjectEditor(surroundings: surroundings, directory: directory, name: name ?? domain, url: url)
    let tools = tool.isEmpty ? try editor.toolsInUse() : tool
    guard !tools.isEmpty else { throw NoTool() }
    for tool in tools {
      for line in try editor.add(for: tool) { try surroundings.answer("\(line)\n") }
    }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

extension ProjectSource.Tool: ExpressibleByArgument {
  /// One that has sources with names in a project's own files.
  public init?(argument: String) {
    self.init(rawValue: argument)
    if self == .pip { return nil }
  }
}

/// There is nothing to write into.
struct NoProject: Error, CustomStringConvertible {
  let description = "there is no pyproject.toml here or above. Run: poetry init, uv init or pdm init"
}

/// Nothing tells for whom to write.
struct NoTool: Error, CustomStringConvertible {
  let description = "pyproject.toml shows no sign of Poetry, uv or PDM. Name the tool with --tool"
}
