import Crypto
import Platform

/// The programs that a profile's `credential_process` has started and that have not ended, as a variable tells all that they
/// start: one of them that asks for the same profile here would go round for ever.
struct ProcessCircle {
  private static let variable = "_CODEARTIFACT_CREDENTIAL_PROCESSES"

  private let environment: Environment
  private let marks: [Substring]

  init(_ environment: Environment) {
    self.environment = environment
    marks = environment[Self.variable]?.split(separator: " ") ?? []
  }

  /// Whether a profile's command is one of them.
  func includes(_ command: String, of profile: String) -> Bool {
    !marks.isEmpty && marks.contains { $0 == Self.mark(command, profile) }
  }

  /// The variables for one more.
  func adding(_ command: String, of profile: String) -> Environment {
    let value = (marks + [Substring(Self.mark(command, profile))]).joined(separator: " ")
    return Environment(environment.all.merging([Self.variable: value]) { $1 })
  }

  /// A digest, since a command may well hold a secret.
  private static func mark(_ command: String, _ profile: String) -> String {
    String(hexadecimal(SHA256.hash(data: Array("\(profile)\n\(command)".utf8))).prefix(16))
  }
}
