import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

/// Files of all clients, the project's sources, and the Pythons on PATH.
@Suite struct DoctorFilesTests {
  private static let (host, index, token) = (DoctorCase.host, DoctorCase.index, DoctorCase.token)

  private static let pypirc: [DoctorCase] = [
    DoctorCase(
      "of two sections, each with its own address", [:],
      [
        ".pypirc":
          "[b]\nrepository = https://pypi.example/\npassword = hunter2\n[a]\nrepository = \(index)\npassword = \n"
      ],
      [
        "HOME/.pypirc:6: [a] holds an empty password: twine sends it instead of asking keyring | sed -i '6d' HOME/.pypirc | fixable"
      ]),
    DoctorCase(
      "an empty password of somebody else's", [:], [".pypirc": "[a]\nrepository = https://a.example/\npassword =\n"], []
    ),
    DoctorCase(
      "a token without an address", [:], [".pypirc": "[a]\npassword = \(token)\n"],
      [
        "HOME/.pypirc:2: [a] holds a token that expired 0 min ago: twine and hatch send it instead of asking keyring | "
          + "sed -i '2d' HOME/.pypirc | fixable"
      ]),
    DoctorCase(
      "another password of a repository", [:], [".pypirc": "[a]\nrepository = \(index)\npassword = hunter2\n"],
      [
        "HOME/.pypirc:3: [a] holds a password that is not a CodeArtifact token: twine and hatch send it instead of asking keyring "
          + "| sed -i '3d' HOME/.pypirc"
      ]),
    // Both lines of `default` go, or the line before would be given its password.
    DoctorCase(
      "a default entry over three lines", [:],
      [".netrc": "machine pypi.example login a\ndefault\n  login b\n  password c\n"],
      ["HOME/.netrc:2: the default entry is sent to every host, including CodeArtifact's | sed -i '2,4d' HOME/.netrc"]),
    DoctorCase(
      "a default entry that shares its line", [:],
      [".netrc": "machine pypi.example login a password b default login c\n  password d\n"],
      ["HOME/.netrc:1: the default entry is sent to every host, including CodeArtifact's | ${EDITOR:-vi} HOME/.netrc"]),
    // The next line is another host's.
    DoctorCase(
      "an entry whose password is missing", [:],
      [".netrc": "machine \(host) login aws password \nmachine git.example login me password x\n"],
      [
        "HOME/.netrc:1: machine \(host) ends with a word without a value: clients cannot read this file, and other hosts get no password "
          + "| sed -i '1d' HOME/.netrc"
      ]),
    DoctorCase(
      "a token before a word whose value is missing", [:],
      [".netrc": "machine \(host) password \(token) login\nmachine git.example login me password x\n"],
      [
        "HOME/.netrc:1: machine \(host) ends with a word without a value: clients cannot read this file, and other hosts get no password "
          + "| sed -i '1d' HOME/.netrc"
      ]),
    DoctorCase(
      "an empty password at the end", [:], [".netrc": "machine \(host) login aws password\n"],
      [
        "HOME/.netrc:1: machine \(host) holds an empty password: uv, pip and older Poetry send it instead of asking keyring "
          + "| sed -i '1d' HOME/.netrc"
      ]),
    DoctorCase(
      "an entry for older pip", [:], [".netrc": "machine aws@\(host) login aws password \(token)\n"],
      [
        "HOME/.netrc:1: machine aws@\(host) holds a token that expired 0 min ago: uv, pip and older Poetry send it instead of asking keyring "
          + "| sed -i '1d' HOME/.netrc | fixable"
      ]),
    DoctorCase(
      "an entry in the midst of a line", [:],
      [".netrc": "\t machine \(host) login aws password \(token) \nmachine pypi.example login a password b\n"],
      [
        "HOME/.netrc:1: machine \(host) holds a token that expired 0 min ago: uv, pip and older Poetry send it instead of asking keyring "
          + "| sed -i '1d' HOME/.netrc | fixable"
      ]),
  ]

  @Test(arguments: pypirc)
  func whatIsInFilesOfAllClients(_ test: DoctorCase) throws {
    let world = try test.world()
    let findings = FilesCheck(doctor: DoctorContext(world.context)).findings
    #expect(findings.problems(in: world) == test.problems)
  }

  /// `sed -i` alone would leave the password in the link's target.
  @Test func aFileBehindALinkIsEditedThere() throws {
    var scenario = try DoctorScenario(
      [:], ["dotfiles/netrc": "default login a password b\n", "dotfiles/other": ""], links: [".netrc": "dotfiles/netrc"]
    )
    let finding = try #require(try scenario.failures().first)
    #expect(finding.command?.hasPrefix("sed -i --follow-symlinks '1d' ") ?? false)
    try scenario.run(finding)
    #expect(try scenario.text("dotfiles/netrc").isEmpty)
  }

  @Test func anEntryOfNetrcGoesWithTheBlanksAroundIt() throws {
    let rest = "machine pypi.example login a password b\n"
    let entry = " \tmachine \(DoctorCase.host) login aws password \(DoctorCase.token) \r\n"
    let world = try DoctorCase("", [:], [".netrc": entry + rest], []).world()
    _ = DoctorCommand.repair(FilesCheck(doctor: DoctorContext(world.context)).findings, world.context)
    #expect(String(decoding: try world.context.files.read("\(world.home)/.netrc"), as: UTF8.self) == rest)
  }

  // MARK: projects

  /// Only the end of the URL goes, whatever the repository is called.
  @Test(arguments: [
    ("simple-lib/simple/", "simple-lib/"), ("simple/simple", "simple"), ("internal/simple", "internal"),
  ])
  func aRepositoryMayBeCalledSimple(_ path: String, _ right: String) throws {
    let world = try DoctorCase("", ["POETRY_REPOSITORIES_A_URL": "https://\(DoctorCase.host)/pypi/\(path)"], [:], [])
      .world()
    let doctor = DoctorContext(world.context)
    let check = ProjectCheck(doctor: doctor, uv: UvCheck(doctor: doctor, version: nil))
    #expect(
      check.findings.compactMap(\.command) == [
        "export POETRY_REPOSITORIES_A_URL=https://\(DoctorCase.host)/pypi/\(right)"
      ])
  }

  @Test(arguments: [([:], 1), (["UV_INDEX_A_USERNAME": "aws"], 0)])
  func aVariableMayNameTheUserOfAnIndex(_ variables: [String: String], _ count: Int) throws {
    let world = try DoctorCase(
      "", variables, [DoctorCase.uvFile: "[[index]]\nname = \"a\"\nurl = \"\(DoctorCase.index)\"\n"], []
    ).world()
    let doctor = DoctorContext(world.context)
    let check = ProjectCheck(doctor: doctor, uv: UvCheck(doctor: doctor, version: nil))
    #expect(check.findings.filter(\.isAboutFailure).count == count)
  }

  // MARK: programs

  @Test func aPythonIsOneByItsDirectory() throws {
    let directory = try TemporaryDirectory()
    try directory.file("real/python3", "", mode: 0o755)
    for name in ["a", "b"] {
      try directory.directory(name)
      try directory.link("\(name)/python3", to: "\(directory.path)/real/python3")
    }
    try directory.link("c", to: "\(directory.path)/a")
    try directory.file("d/python", "", mode: 0o755)
    try directory.file("e/python3", "", mode: 0o644)
    let folders = ["a/", "b", "c", "d", "e"].map { "\(directory.path)/\($0)" }
    let world = try World(["PATH": folders.joined(separator: ":")], directory: directory)
    let pythons = PythonInterpreters(probing: ["\(directory.path)/c/python3"], DoctorContext(world.context))
    #expect(
      pythons.distinctOnPath.map(\.path) == ["a/python3", "b/python3", "d/python"].map { "\(directory.path)/\($0)" })
    #expect(pythons.result(of: "\(directory.path)/c/python3") != nil)
  }
}
