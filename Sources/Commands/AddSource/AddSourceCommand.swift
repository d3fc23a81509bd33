import ArgumentParser
import CodeArtifact
import Platform

struct AddSourceCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "add-source",
    abstract: "Write a CodeArtifact repository into this project's files, for Poetry, uv or PDM.",
    discussion: """
      AWS is asked for the repository's address. The source is appended to the file; a second run changes nothing. Where
      it cannot be appended (the sources are a list in brackets), it is printed, to be added by hand.

      Example: codeartifact-keyring add-source --domain acme --repository internal
      """)

  @Option(help: "The domain.")
  var domain: String

  @Option(help: "The repository.")
  var repository: String

  @Option(help: "What the tools shall call the source; the domain's name by default.")
  var name: String?

  @Option(help: "The tool to write it for, once for each; by default those that the project uses.")
  var tool: [ProjectSource.Tool] = []

  @OptionGroup var options: CatalogOptions

  func validate() throws {
    guard name?.utf8.allSatisfy(Self.isPartOfName) ?? true, name != "" else {
      throw ValidationError("--name may have letters, digits, hyphens and underscores: the tools make variables of it")
    }
  }

  func run(in context: Context) throws {
    let configuration = try options.signIn.configuration(context)
    guard let directory = try ProjectSources.read(context).directory else { throw NoProject() }
    let catalog = try RepositoryCatalog(context, configuration: configuration, region: options.region)
    let url = try catalog.endpoint(of: repository, domain: domain, owner: options.owner)
    let name = self.name ?? (Self.isPyPI(domain) ? "\(domain)-codeartifact" : domain)
    let editor = ProjectEditor(context: context, directory: directory, name: name, url: url)
    let tools = tool.isEmpty ? try editor.toolsInUse() : tool
    guard !tools.isEmpty else { throw NoTool() }
    guard !tools.contains(.poetry) || !Self.isPyPI(name) else { throw NameOfPyPI(name: name) }
    for tool in tools {
      for line in try editor.add(for: tool) { try context.answer("\(line)\n") }
    }
  }

  /// Whether a source of this name is the public index to Poetry, and takes the place of it in PDM.
  private static func isPyPI(_ name: String) -> Bool { name.lowercased() == "pypi" }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

extension ProjectSource.Tool: ExpressibleByArgument {
  /// Those that have sources with names in a project's own files: pip has none.
  private static let writable: [Self] = [.poetry, .uv, .pdm]

  /// One to write a source for.
  public init?(argument: String) {
    guard let tool = Self.writable.first(where: { $0.rawValue == argument }) else { return nil }
    self = tool
  }

  /// What may be named, for help and completions.
  public static var allValueStrings: [String] { writable.map(\.rawValue) }

  /// A choice of these.
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Poetry has a source of its own by this name, and fails at every command where a project gives it another URL.
struct NameOfPyPI: Error, CustomStringConvertible {
  let name: String

  var description: String { "\(name) is the name by which Poetry knows the public index. Choose another with --name" }
}

/// There is nothing to write into.
struct NoProject: Error, CustomStringConvertible {
  let description = "there is no pyproject.toml here or above. Run: poetry init, uv init or pdm init"
}

/// Nothing tells for whom to write.
struct NoTool: Error, CustomStringConvertible {
  let description = "pyproject.toml shows no sign of Poetry, uv or PDM. Name the tool with --tool"
}
