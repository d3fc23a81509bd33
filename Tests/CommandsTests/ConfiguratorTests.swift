import ArgumentParser
import ClientConfig
import Glibc
import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct ConfiguratorTests {
  private let world: World
  private var configurator: Configurator { Configurator(context: world.context) }
  private var pythonPath: String { "\(world.directory.path)/prefix/python" }
  private var copy: String { "\(world.home)/.local/share/python_keyring/codeartifact-keyring" }

  init() throws {
    world = try World()
    try world.directory.backend("prefix/python")
  }

  private func path(_ client: Client) -> String { client.path(world.context) ?? "" }
  private func content(_ client: Client) throws -> String {
    String(decoding: try world.context.files.read(path(client)), as: UTF8.self)
  }
  private func write(_ client: Client, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
    try world.directory.file(String(path(client).dropFirst(world.directory.path.count + 1)), bytes, mode: mode)
  }
  private func write(_ client: Client, _ text: String, mode: UInt32 = 0o644) throws {
    try write(client, Array(text.utf8), mode: mode)
  }
  @discardableResult
  private func configure(_ client: Client) throws -> String {
    try configurator.configure(client, pythonPath: pythonPath)
  }

  /// Less indented than their neighbours, the new lines would take these as part of their value.
  @Test func linesAreIndentedAsTheirNeighboursAre() throws {
    let before = "[global]\n    index-url = https://x/\n    timeout = 5\n"
    try write(.pip, before)
    try configure(.pip)
    let lines = try content(.pip).split(separator: "\n").map(String.init)
    #expect(lines.contains("    keyring-provider = subprocess"))
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") })
    _ = try configurator.unconfigure(.pip)
    #expect(try content(.pip) == before)
  }

  @Test(arguments: Client.allCases)
  func whereNothingWasNothingRemains(_ client: Client) throws {
    let line = try configure(client)
    #expect(line.contains(path(client)) && !line.contains("\n"))
    #expect(world.directory.mode(of: path(client)) == 0o644)
    #expect(try #require(try configurator.unconfigure(client)).contains(path(client)))
    #expect(world.context.files.names(in: world.home).isEmpty)
    #expect(try configurator.unconfigure(client) == nil)
  }

  @Test func whatIsWrittenIsWhatTheClientsRead() throws {
    for client in Client.allCases { try configure(client) }
    #expect(
      try content(.poetry)
        == "[backend]\n\(EditableFile.mark)\nkeyring-path = \(copy)\n"
        + "default-keyring = codeartifact_keyring.backend.Keyring\n")
    #expect(try content(.pip) == "[global]\n\(EditableFile.mark)\nkeyring-provider = subprocess\n")
    #expect(try content(.uv) == "\(EditableFile.mark)\nkeyring-provider = \"subprocess\"\n")
  }

  @Test(arguments: [Client.poetry, .pip], oddFiles.map(\.bytes))
  func anOddFileIsTheSameAgainToTheByte(_ client: Client, _ bytes: [UInt8]) throws {
    try write(client, bytes)
    // What Python's configparser refuses is left as it is.
    do { try configure(client) } catch is FailureRecord {}
    _ = try configurator.unconfigure(client)
    #expect(try world.context.files.read(path(client)) == bytes)
  }

  @Test(arguments: [
    "", "\n", "# mine\n", "index-url = \"https://a.example/\"", "[pip]\nindex-url = \"x\"\n",
    "[[index]]\nname = \"a\"\r\n",
    "keyring-provider = \"disabled\"\n[pip]\n", "a = 1\nkeyring-provider = 'import'",
    "[pip]\nkeyring-provider = \"disabled\"\n",
    "\u{FEFF}", "\u{FEFF}a = 1", "\u{FEFF}keyring-provider = 'import'",
    "a = [\n[1],\n]\n\"keyring-provider\" = \"x\"\n",
    "a = 1\r\n\r\n[x]\r\ny = 2", "text = \"\"\"\nkeyring-provider = 1\n\"\"\"\n",
  ])
  func aTOMLFileIsTheSameAgainToTheByte(_ text: String) throws {
    try write(.uv, text)
    try configure(.uv)
    #expect(try content(.uv).contains("keyring-provider = \"subprocess\""))
    _ = try configurator.unconfigure(.uv)
    #expect(try content(.uv) == text)
  }

  @Test func existingContentStays() throws {
    try write(.pip, "[global]\ntimeout = 60\n\n[install]\nno-binary = x\n")
    try configure(.pip)
    #expect(
      try content(.pip)
        == "[global]\n\(EditableFile.mark)\nkeyring-provider = subprocess\ntimeout = 60\n\n[install]\nno-binary = x\n")
    try write(.uv, "index-url = \"https://a.example/\"\n[pip]\nstrict = true\n")
    try configure(.uv)
    #expect(
      try content(.uv)
        == "\(EditableFile.mark)\nkeyring-provider = \"subprocess\"\nindex-url = \"https://a.example/\"\n[pip]\nstrict = true\n"
    )
  }

  @Test(arguments: Client.allCases)
  func twiceIsAsGoodAsOnce(_ client: Client) throws {
    try configure(client)
    let once = try content(client)
    let journal = try world.context.files.read("\(world.home)/.config/codeartifact-keyring/configured.json")
    try configure(client)
    #expect(try content(client) == once)
    #expect(try world.context.files.read("\(world.home)/.config/codeartifact-keyring/configured.json") == journal)
    _ = try configurator.unconfigure(client)
    #expect(world.context.files.names(in: world.home).isEmpty)
  }

  /// An upgrade that is interrupted leaves the journal of before or of after: both are the same.
  @Test(arguments: Client.allCases)
  func oneOfAllAgainChangesNothing(_ client: Client) throws {
    for client in Client.allCases { try configure(client) }
    let journal = try world.context.files.read("\(world.home)/.config/codeartifact-keyring/configured.json")
    try configure(client)
    #expect(try world.context.files.read("\(world.home)/.config/codeartifact-keyring/configured.json") == journal)
  }

  @Test func theCopyFollowsTheInstallation() throws {
    let files = world.context.files
    try configure(.poetry)
    let package = "\(copy)/codeartifact_keyring"
    #expect(files.names(in: package) == ["__init__.py", "backend.py", "installed"])
    #expect(files.target(ofLink: "\(package)/installed") == "\(pythonPath)/codeartifact_keyring")
    #expect(world.directory.mode(of: "\(package)/backend.py") == 0o644)
    // A newer version elsewhere, with other modules.
    try world.directory.backend("other/python", modules: ["__init__.py": "", "backend.py": "new", "more.py": ""])
    try files.makeDirectory("\(package)/__pycache__")
    try files.replace("\(package)/__pycache__/backend.cpython-311.pyc", with: [], mode: 0o644)
    try files.replace("\(package)/old.py", with: [], mode: 0o644)
    _ = try configurator.configure(.poetry, pythonPath: "\(world.directory.path)/other/python")
    #expect(files.names(in: package) == ["__init__.py", "__pycache__", "backend.py", "installed", "more.py"])
    #expect(try files.read("\(package)/backend.py") == Array("new".utf8))
    #expect(files.target(ofLink: "\(package)/installed") == "\(world.directory.path)/other/python/codeartifact_keyring")
    _ = try configurator.unconfigure(.poetry)
    #expect(files.names(in: world.home).isEmpty)
  }

  @Test func anInstallationWithoutTheBackendChangesNothing() throws {
    #expect(throws: FailureRecord.self) { try configurator.configure(.poetry, pythonPath: "/nowhere") }
    #expect(world.context.files.names(in: world.home).isEmpty)
  }

  @Test func whatElseIsInTheCopyStays() throws {
    try configure(.poetry)
    try world.directory.file("home/.local/share/python_keyring/codeartifact-keyring/mine", "")
    _ = try configurator.unconfigure(.poetry)
    #expect(world.context.files.names(in: copy) == ["mine"])
  }

  @Test func linesThatNoJournalKnowsTakeTheCopyAlong() throws {
    try configure(.poetry)
    try world.directory.file("home/.config/codeartifact-keyring/configured.json", "damage")
    _ = try configurator.unconfigure(.poetry)
    #expect(world.context.files.status(copy) == nil)
  }

  @Test func theEarlierKeyringIsRemembered() throws {
    let text = "[backend]\ndefault-keyring = keyring.backends.null.Keyring\nkeyring-path = /mine\n"
    try write(.poetry, text)
    let line = try configure(.poetry)
    #expect(line.contains("keyring.backends.null.Keyring"))
    #expect(try content(.poetry).contains("default-keyring = codeartifact_keyring.backend.Keyring\n"))
    #expect(try !content(.poetry).contains("null"))
    let path = "\(world.home)/.config/codeartifact-keyring/previous-keyring.json"
    let previous = String(decoding: try world.context.files.read(path), as: UTF8.self)
    #expect(previous.contains("keyring.backends.null.Keyring") && previous.contains("mine"))
    #expect(world.directory.mode(of: path) == 0o600)
    try configure(.poetry)
    #expect(String(decoding: try world.context.files.read(path), as: UTF8.self).contains("null"))
    _ = try configurator.unconfigure(.poetry)
    #expect(try content(.poetry) == text)
    #expect(world.context.files.status(path) == nil)
  }

  @Test(arguments: [(Client.pip, "[global]\nkeyring-provider = import\n"), (.uv, "keyring-provider = \"disabled\"\n")])
  func theUsersOwnChoiceIsNamedAndComesBack(_ client: Client, _ text: String) throws {
    try write(client, text)
    let line = try configure(client)
    #expect(line.contains("import") || line.contains("disabled"))
    #expect(try content(client).contains("subprocess"))
    _ = try configurator.unconfigure(client)
    #expect(try content(client) == text)
  }

  @Test(arguments: Client.allCases, [0o600, 0o644, 0o640] as [UInt32])
  func aFileKeepsItsMode(_ client: Client, _ mode: UInt32) throws {
    try write(client, client == .uv ? "a = 1\n" : "[x]\n", mode: mode)
    try configure(client)
    #expect(world.directory.mode(of: path(client)) == mode)
    _ = try configurator.unconfigure(client)
    #expect(world.directory.mode(of: path(client)) == mode)
  }

  @Test(arguments: Client.allCases)
  func aLinkStaysALink(_ client: Client) throws {
    let target = try world.directory.file("dotfiles/\(client)", "# mine\n")
    let link = path(client)
    try world.context.files.makeDirectory(try #require(FileSystem.parent(of: link)))
    try world.directory.link(String(link.dropFirst(world.directory.path.count + 1)), to: target)
    try configure(client)
    #expect(world.context.files.status(link, followingLinks: false)?.isRegularFile == false)
    #expect(try world.context.files.read(target) != Array("# mine\n".utf8))
    _ = try configurator.unconfigure(client)
    #expect(try world.context.files.read(target) == Array("# mine\n".utf8))
    #expect(world.context.files.status(link, followingLinks: false)?.isRegularFile == false)
  }

  @Test(arguments: Client.allCases)
  func whatAUserWroteIntoAFileOfThisProgramStays(_ client: Client) throws {
    try configure(client)
    try write(client, try content(client) + "# mine\n")
    _ = try configurator.unconfigure(client)
    #expect(try content(client).contains("# mine\n"))
    #expect(try !content(client).contains("subprocess"))
    #expect(try !content(client).contains("codeartifact_keyring"))
  }

  @Test func noTraceOfTheBackendRemainsWhateverAUserChanged() throws {
    try configure(.poetry)
    try write(.poetry, try content(.poetry).replacing("default-keyring = ", with: "default-keyring="))
    let line = try #require(try configurator.unconfigure(.poetry))
    #expect(line.contains("edited since"))
    #expect(world.context.files.status(path(.poetry)) == nil)
  }

  /// `pip config set` rewrites the file without comments, so the lines are no longer known as `configure`'s.
  @Test func aLineThatIsLeftIsNamed() throws {
    try configure(.pip)
    try write(.pip, "[global]\nkeyring-provider = subprocess\nindex-url = https://x.example/\n")
    let line = try #require(try configurator.unconfigure(.pip))
    #expect(line.contains("pip.conf line 2: keyring-provider = subprocess was left"))
  }

  @Test func aFileThatIsGoneIsNoFailure() throws {
    try configure(.pip)
    try world.context.files.remove(path(.pip))
    #expect(try configurator.unconfigure(.pip) != nil)
    #expect(world.context.files.status(path(.pip)) == nil)
  }

  @Test(arguments: ["keyring-provider = \n", "= 1\n", "a = 1\na = 2\n"])
  func aFileThatUvCouldNotReadIsLeftAlone(_ text: String) throws {
    try write(.uv, text)
    let failure = try #require(#expect(throws: FailureRecord.self) { try configure(.uv) })
    #expect("\(failure)".contains(path(.uv)) && "\(failure)".contains(" line "))
    #expect(try content(.uv) == text)
    #expect(try configurator.unconfigure(.uv) == nil)
  }

  @Test(arguments: Client.allCases)
  func aMistakeIsReportedInItsLine(_ client: Client) throws {
    try configure(client)
    let text = try content(client)
    try write(client, "\(text)= 1\n")
    let failure = try #require(#expect(throws: FailureRecord.self) { try configure(client) })
    #expect(failure.location == .file(path(client), line: text.split(separator: "\n").count + 1))
  }

  @Test func aDamagedJournalIsEmpty() throws {
    try world.directory.file("home/.config/codeartifact-keyring/configured.json", "damage")
    #expect(try configurator.unconfigure(.pip) == nil)
    try configure(.pip)
    #expect(try content(.pip).contains("subprocess"))
  }

  @Test(arguments: Client.allCases) func linesThatNoJournalKnowsAreTakenOut(_ client: Client) throws {
    let text = client == .uv ? "offline = false\n" : "[global]\ntimeout = 60\n"
    try write(client, text)
    try configure(client)
    try world.directory.file("home/.config/codeartifact-keyring/configured.json", "damage")
    #expect(try configurator.unconfigure(client)?.contains("the lines of codeartifact-keyring were removed") == true)
    #expect(try content(client) == text)
    // Once more, as where somebody's dotfiles came from another machine.
    try write(client, text)
    try configure(client)
    try world.context.files.remove("\(world.home)/.config/codeartifact-keyring/configured.json")
    let foreign = try content(client)
    try configure(client)
    #expect(try content(client).components(of: EditableFile.mark) == foreign.components(of: EditableFile.mark))
  }

  /// keyring before 25.7 warns of it at each use.
  @Test(
    arguments: [
      ("", nil), ("[backend]\n", nil), ("[backend]\n\n", nil), ("[backend]\n# mine\n", "[backend]\n# mine\n"),
      ("[codeartifact]\na = b\n\n[backend]\n", "[codeartifact]\na = b\n\n"),
      ("[backend]\n[codeartifact]\na = b\n", "[codeartifact]\na = b\n"),
    ] as [(String, String?)])
  func noEmptySectionRemainsWithoutAJournal(_ before: String, _ after: String?) throws {
    if !before.isEmpty { try write(.poetry, before) }
    try configure(.poetry)
    try world.context.files.remove("\(world.home)/.config/codeartifact-keyring/configured.json")
    _ = try configurator.unconfigure(.poetry)
    #expect((try? content(.poetry)) == after)
  }

  @Test func anEmptyFileThatALinkLeadsToStays() throws {
    let target = try world.directory.file("dotfiles/keyringrc.cfg", "")
    let link = path(.poetry)
    try world.context.files.makeDirectory(try #require(FileSystem.parent(of: link)))
    try world.directory.link(String(link.dropFirst(world.directory.path.count + 1)), to: target)
    try configure(.poetry)
    try world.context.files.remove("\(world.home)/.config/codeartifact-keyring/configured.json")
    _ = try configurator.unconfigure(.poetry)
    #expect(try world.context.files.read(target).isEmpty)
  }

  /// Below `sudo -E`, what root makes in a user's home that user could not change.
  @Test(
    .enabled(if: geteuid() == 0),
    arguments: [("4711", 4711, false), ("4711", 0, true), ("", 4711, true)] as [(String, UInt32, Bool)])
  func rootChangesNothingInTheHomeOfWhoRunsSudo(_ caller: String, _ owner: UInt32, _ isDone: Bool) throws {
    let world = try World(["SUDO_UID": caller])
    try world.directory.backend("prefix/python")
    try #require(chown(world.home, owner, owner) == 0)
    let command = try ConfigureCommand.parse(["poetry", "--python-path", "\(world.directory.path)/prefix/python"])
    if isDone {
      try command.run(in: world.context)
    } else {
      let failure = try #require(#expect(throws: FailureRecord.self) { try command.run(in: world.context) })
      #expect("\(failure)".contains("HOME is \(world.home)") && "\(failure)".contains("without sudo: "))
    }
    #expect(world.context.files.names(in: world.home).isEmpty == !isDone)
    let obstacle = Repair.configure(.pip).obstacle(world.context)
    #expect((obstacle?.contains("without sudo: ") ?? false) == !isDone)
  }

  @Test func theKeyringOfAnotherInstallationIsNamedAsSuch() throws {
    for prefix in ["home/.local", "other"] {
      for name in ["codeartifact-keyring", "keyring"] {
        let text = Array("\(prefix) \(name)".utf8)
        try world.directory.file("\(prefix)/libexec/codeartifact-keyring/\(name)", text, mode: 0o755)
      }
    }
    let target = "\(world.home)/.local/libexec/codeartifact-keyring/keyring"
    try world.directory.directory("home/.local/bin")
    let link = try world.directory.link("home/.local/bin/keyring", to: target)
    let program = "\(world.directory.path)/other/libexec/codeartifact-keyring/codeartifact-keyring"
    let line = try configurator.linkKeyring(try #require(ProgramPaths(.system, program: program)))
    #expect(line?.contains("\(link) is another installation's, in \(world.home)/.local, and was not changed") == true)
    #expect(world.context.files.target(ofLink: link) == target)
  }

  @Test func aJournalThatCannotBeReadIsAFailure() throws {
    try world.directory.directory("home/.config/codeartifact-keyring/configured.json")
    #expect(throws: FileFailure.self) { try configurator.unconfigure(.pip) }
    #expect(throws: FileFailure.self) { try configure(.pip) }
  }

  @Test func theJournalIsPrivate() throws {
    try configure(.pip)
    #expect(world.directory.mode(of: "\(world.home)/.config/codeartifact-keyring/configured.json") == 0o600)
  }
}

extension TemporaryDirectory {
  /// An installed Python backend below a directory.
  fileprivate func backend(_ name: String, modules: [String: String] = ["__init__.py": "", "backend.py": ""]) throws {
    for (module, text) in modules { try file("\(name)/codeartifact_keyring/\(module)", text, mode: 0o644) }
  }
}

extension String {
  /// How often a line stands in it.
  fileprivate func components(of line: String) -> Int { split(separator: "\n").count { $0 == line } }
}
