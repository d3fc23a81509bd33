import ArgumentParser
import ClientConfig
import CodeArtifact
import Platform

struct AddSourceCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "add-source", "Add a CodeArtifact repository to the project in this folder, for Poetry, uv or PDM.",
    notes: [
      """
      The source is appended to the project's file; a second run changes nothing. Where it cannot be appended (the \
      sources are a list in brackets), it is printed for you to add.
      """
    ],
    examples: ["codeartifact-keyring add-source --domain acme --repository internal"],
    exitCodes: "0 added or already there; 1 failure, with the reason on standard error; 2 wrong usage.")

  @Option(help: .domain)
  var domain: String

  @Option(help: "The CodeArtifact repository.")
  var repository: String

  @Option(help: "The name of the source. Default: the domain's name.")
  var name: String?

  @Option(help: "The tool to add it for; can be repeated. Default: those that the project uses.")
  var tool: [ProjectEditor.Tool] = []

  @OptionGroup var options: CatalogOptions

  func validate() throws {
    guard name?.isASCIILettersDigits(or: "_-") ?? true, name != "" else {
      throw ValidationError(
        "--name can have letters, digits, hyphens and underscores: it becomes part of variables' names")
    }
  }

  func run(in context: Context) throws {
    let configuration = try options.profileOption.configuration(context)
    guard let directory = try ProjectSources.read(context).directory else {
      throw FailureRecord(
        "there is no pyproject.toml in this folder or above", remedy: .advice("Run: poetry init, uv init or pdm init"))
    }
    let catalog = try RepositoryCatalog(context, configuration: configuration, region: options.region)
    let url = try catalog.endpoint(of: repository, domain: domain, owner: options.owner)
    let name = self.name ?? (Self.isPyPI(domain) ? "\(domain)-codeartifact" : domain)
    let editor = ProjectEditor(context: context, directory: directory, name: name, url: url)
    let tools = tool.isEmpty ? try editor.toolsInUse() : tool
    guard !tools.isEmpty else {
      throw FailureRecord(
        "pyproject.toml has no table of Poetry, uv or PDM", remedy: .advice("Name the tool with --tool"))
    }
    // Every command of Poetry fails in a project that gives its own source another URL.
    guard !tools.contains(.poetry) || !Self.isPyPI(name) else {
      throw FailureRecord(
        "\(name) is Poetry's name for the public index", remedy: .advice("Choose another with --name"))
    }
    for tool in tools {
      for line in try editor.add(for: tool) { try context.writeOutput("\(line)\n") }
    }
  }

  /// Whether Poetry considers a source of this name the public index, and PDM replaces the public index with it.
  private static func isPyPI(_ name: String) -> Bool { name.lowercased() == "pypi" }
}
