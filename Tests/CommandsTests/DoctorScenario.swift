import Glibc
import Platform
import TestSupport
import Testing

@testable import Commands

/// A home with a project in it, and what `doctor` finds in its files and variables alone.
struct DoctorScenario {
  static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
  static let publish = "https://\(host)/pypi/internal/"
  static let index = "\(publish)simple/"

  private static let now = 1_000_000
  /// A password that a client finds, and the words that name it.
  struct Password: Sendable, CustomTestStringConvertible {
    let text: String
    let words: String
    let inFile: String
    let inVariable: String
    let isRemovable: Bool

    var testDescription: String { words }
    /// The index's URL with it.
    var url: String { DoctorScenario.index.replacing("//", with: "//aws:\(text)@") }
  }
  static let old = Password(
    text: DoctorParsingTests.token(endingAt: now - 3 * 86_400 - 60), words: "a token that expired 3 d ago",
    inFile: "problem", inVariable: "problem", isRemovable: true)
  static let good = Password(
    text: DoctorParsingTests.token(endingAt: now + 5 * 3600 + 60), words: "a token that expires in 5 h",
    inFile: "warning", inVariable: "note", isRemovable: true)
  static let other = Password(
    text: "hunter2", words: "a password that is not a CodeArtifact token", inFile: "problem",
    inVariable: "problem", isRemovable: false)
  static let passwords = [old, good, other]

  private let directory: TemporaryDirectory
  var variables: [String: String]
  /// What `uv --version` says; nil where there is no uv.
  private let uv: String?

  /// Files are named below HOME; the project is the directory `project`. `HOME` in a variable is the home directory.
  init(_ variables: [String: String] = [:], _ files: [String: String], links: [String: String] = [:], uv: String? = nil)
    throws
  {
    let directory = try TemporaryDirectory()
    self.directory = directory
    self.uv = uv
    self.variables = variables.mapValues { $0.replacing("HOME", with: "\(directory.path)/home") }
    try directory.directory("home/project")
    for (name, text) in files { try directory.file("home/\(name)", text) }
    for (name, target) in links { try directory.link("home/\(name)", to: target) }
    if uv != nil { try directory.file("bin/uv", "", mode: 0o755) }
  }

  private var home: String { "\(directory.path)/home" }

  private func context() throws -> Context {
    try World(variables, time: ManualClock(now: Double(Self.now)), directory: directory).context
  }

  func text(_ name: String) throws -> String {
    String(decoding: try FileSystem.system.read("\(home)/\(name)"), as: UTF8.self)
  }

  /// All that the checks of files and variables find.
  func findings() throws -> [Finding] {
    let doctor = DoctorContext(try context(), in: "\(home)/project")
    let uv = UvCheck(doctor: doctor, version: uv)
    let poetry = PoetryCheck(
      doctor: doctor, pythons: PythonInterpreters(), expectingBackend: false, oldEntries: [])
    return poetry.findings + PipCheck(doctor: doctor, pythons: PythonInterpreters()).findings
      + uv.findings + PdmCheck(doctor: doctor).findings + PublishCheck(doctor: doctor).findings
      + FilesCheck(doctor: doctor).findings + ProjectCheck(doctor: doctor, uv: uv).findings
      + ExplicitSourceCheck(doctor: doctor).findings
  }

  /// What is wrong.
  func failures() throws -> [Finding] { try findings().filter(\.isAboutFailure) }

  /// A finding in one line, in which the home directory is `~`.
  func line(_ finding: Finding) -> String {
    let place = finding.place.map { "\($0.name)\($0.line.map { ":\($0)" } ?? ""): " } ?? ""
    let line = "\(finding.area) \(finding.severity): \(place)\(finding.what) | \(finding.command ?? "-")"
      .replacing(home, with: "~")
    #expect(!line.contains("eyJ") && !line.contains(Self.other.text), "a secret is shown")
    return line
  }

  func lines() throws -> [String] { try failures().map(line) }

  /// Runs the command of a finding as a user would. What it sets or unsets holds from then on.
  mutating func run(_ finding: Finding) throws {
    let command = try #require(finding.command)
    let words = command.split(separator: " ").map(String.init)
    switch words[0] {
    case "unset": for name in words.dropFirst() { variables[name] = nil }
    case "export":
      let parts = command.dropFirst("export ".count).split(separator: "=", maxSplits: 1).map(String.init)
      variables[parts[0]] = parts[1].replacing("'", with: "")
    default: #expect(system(command) == 0)
    }
  }

  /// What `doctor --fix` does.
  func repair() throws { _ = DoctorCommand.repair(try findings(), try context()) }
}
