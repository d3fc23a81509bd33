import TestSupport
import Testing

@testable import Commands
@testable import Platform

/// The settings of a user, and the problems that doctor has to report about them.
struct DoctorCase: CustomTestStringConvertible, Sendable {
  static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
  static let index = "https://\(host)/pypi/internal/simple/"
  static let token = DoctorParsingTests.token(endingAt: 1)
  static let uvFile = ".config/uv/uv.toml"

  let testDescription: String
  let variables: [String: String]
  let files: [String: String]
  /// What is wrong, each with its place and its command; `HOME` stands for the home directory.
  let problems: [String]

  init(_ name: String, _ variables: [String: String] = [:], _ files: [String: String] = [:], _ problems: [String]) {
    (testDescription, self.variables, self.files, self.problems) = (name, variables, files, problems)
  }

  /// A world whose variables may name places below `HOME`, with a program in `bin` for each of these first lines.
  func world(
    programs: [String: String] = [:], pythons: [String: String] = [:]
  ) throws -> World {
    let directory = try TemporaryDirectory()
    for (name, python) in programs { try directory.file(name, "#!\(python)\n", mode: 0o755) }
    let answers = pythons.mapValues { $0.replacing("HOME", with: "\(directory.path)/home") }
    return try World(
      variables.mapValues { $0.replacing("HOME", with: "\(directory.path)/home") },
      files: files, time: ManualClock(now: 1), directory: directory,
      programs: { request throws(FailureRecord) in
        guard let answer = answers[request.program] else { throw FailureRecord("failed to start: it is not there") }
        return ProcessResult(code: 0, output: Array("codeartifact-keyring doctor: \(answer)\n".utf8), errorLine: "")
      })
  }
}

extension [Finding] {
  /// The problems and warnings, each with its place and its command.
  func problems(in world: World) -> [String] {
    filter(\.isAboutFailure).map { finding in
      let place = finding.place.map { "\($0.name):\($0.line ?? 0): " } ?? ""
      return "\(place)\(finding.what) | \(finding.command ?? "-")\(finding.repair == nil ? "" : " | fixable")"
        .replacing(world.home, with: "HOME")
    }
  }
}
