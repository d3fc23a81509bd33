import Platform
import TestSupport
import Testing

@testable import ClientConfig

private let url = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"

@Suite struct PipSourcesTests {
  @Test(arguments: [
    ("project/requirements.txt", "--index-url \(url)\nacme-one\n", 1),
    ("project/requirements.txt", "# --index-url https://no.example/\r\n-i \(url)  # the team's\r\n", 2),
    ("project/requirements.txt", "a==1\n  --extra-index-url=\(url)", 2),
    ("project/Pipfile", "[[source]]\nname = 'acme'\nurl = '\(url)'\n", 3),
    (".config/pip/pip.conf", "[global]\nindex-url = \(url)\n", nil),
    (".config/pip/pip.conf", "[install]\nextra_index_url =\n  \(url)\n", nil),
    (".pip/pip.conf", "[global]\nindex-url = \(url)\n", nil),
    ("project/requirements.in", "acme-one\n--extra-index-url '\(url)'\n", 2),
    ("project/requirements/dev.txt", "-i\t\(url)\n", 1),
    ("project/test-requirements.txt", "-i\(url)\n", 1),
    ("project/requirements.txt", "--index-url \\\n  \(url)\nacme-one\n", 2),
    ("project/requirements.txt", "--index-url=https://\\\r\n\(url.dropFirst(8)) \\", 1),
    ("project/requirements.txt", "# not continued \\\n-i \(url)\\\n# a comment \\\nx --index-url=y\n", 2),
    ("project/constraints.txt", "--index-url=\(url)\n", 1),
  ])
  func aFileNamesIt(_ name: String, _ text: String, _ line: Int?) throws {
    let world = try World(files: [name: text, "project/acme.py": ""])
    let found = try ProjectSources.read(in: "\(world.home)/project", world.context).all
    #expect(
      found == [
        ProjectSource(
          name: name.hasSuffix("Pipfile") ? "acme" : nil, tool: .pip, url: url, isForPublishing: false,
          place: "\(world.home)/\(name)", line: line)
      ])
  }

  @Test func variablesNameThem() throws {
    let world = try World(["PIP_INDEX_URL": url, "PIP_EXTRA_INDEX_URL": "https://a.example/ https://b.example/"])
    let found = try ProjectSources.read(in: world.home, world.context).all
    #expect(found.map(\.url) == [url, "https://a.example/", "https://b.example/"])
    #expect(found.map(\.place) == ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"])
  }

  @Test(arguments: ["-r deps/base.lst", "-rdeps/base.lst", "--requirement=deps/base.lst", "-c deps/../deps/base.lst"])
  func aFileThatAnotherNamesIsRead(_ option: String) throws {
    let world = try World(files: [
      "requirements.txt": "\(option)\n-r https://a.example/r.txt\n-r gone.txt\n",
      "deps/base.lst": "# here\n-i \(url)\n-r ../requirements.txt\n",
    ])
    let found = try ProjectSources.read(in: world.home, world.context).all
    #expect(found.map(\.url) == [url])
    #expect(found.map(\.line) == [2])
  }

  @Test func severalOptionsInALine() throws {
    let world = try World(files: [
      "requirements.txt": "-i https://a.example/ --extra-index-url=\(url) # --index-url x\n"
    ])
    #expect(try ProjectSources.read(in: world.home, world.context).all.map(\.url) == ["https://a.example/", url])
  }

  @Test(arguments: [("named", ["https://named.example/"]), ("gone", ["https://own.example/"]), (nil, [])])
  func aNamedFileTakesThePlaceOfTheUsers(_ name: String?, _ urls: [String]) throws {
    let directory = try TemporaryDirectory()
    let world = try World(
      ["PIP_CONFIG_FILE": name.map { "\(directory.path)/home/\($0)" } ?? "/dev/null"],
      files: [
        ".config/pip/pip.conf": "[global]\nindex-url = https://own.example/\n",
        "named": "[global]\nindex-url = https://named.example/\n",
      ], directory: directory)
    #expect(try ProjectSources.read(in: world.home, world.context).all.map(\.url) == urls)
  }

  @Test func nothingIsLookedForInTheDirectoriesAbove() throws {
    let world = try World(files: ["requirements.txt": "-i \(url)\n", "project/x": ""])
    #expect(try ProjectSources.read(in: "\(world.home)/project", world.context).all.isEmpty)
  }

  @Test(arguments: ["-r other.txt\n--index-urls x\n-c\n-i\n--index-url\n", "\u{FFFD}\0", ""])
  func whatIsNoIndexIsPassedOver(_ text: String) throws {
    let world = try World(files: ["requirements.txt": text, ".config/pip/pip.conf": "broken\n[global\nindex-url\n"])
    #expect(try ProjectSources.read(in: world.home, world.context).all.isEmpty)
  }
}
