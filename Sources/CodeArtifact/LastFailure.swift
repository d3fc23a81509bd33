import FoundationEssentials
import Platform
import TokenStores

/// The last line that told a user why there was no answer, kept for `doctor` and `status`: pip 26.2 and later throw
/// away what a keyring writes to standard error. There is never a secret in it.
public struct LastFailure {
  private struct Record: Codable {
    let at: Double
    let line: String
    // Nil where it was about no domain in particular.
    let domain: String?
  }

  private static let fileName = "last-failure.json"
  private let surroundings: Surroundings

  /// The record of this user.
  public init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Keeps a line about a repository's domain, or about none in particular. Where no directory takes it, nothing is kept: that is no
  /// reason for another failure.
  public func note(_ line: String, about repository: Repository? = nil) {
    let record = Record(
      at: surroundings.clock.now(), line: oneLine(line, limit: 1000), domain: repository.map(Self.domain))
    guard let data = try? JSONEncoder().encode(record) else { return }
    for path in surroundings.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: surroundings.files, create: true) else { continue }
      if (try? directory.write(Self.fileName, Array(data))) != nil { return }
    }
  }

  /// The line that was kept last, and its moment in epoch seconds; nil when there is none.
  public var last: (at: Double, line: String)? {
    kept.map { ($0.record.at, oneLine($0.record.line, limit: 1000)) }
  }

  /// Forgets what was wrong with a domain that has just got a token.
  public func isOver(for repository: Repository) {
    guard let kept, kept.record.domain.map({ $0 == Self.domain(repository) }) ?? true else { return }
    try? kept.directory.remove(Self.fileName)
  }

  /// Forgets it, whatever it was about.
  public func forget() {
    for path in surroundings.stateDirectories {
      try? PrivateDirectory(path, files: surroundings.files, create: false).remove(Self.fileName)
    }
  }

  private static func domain(_ repository: Repository) -> String {
    "\(repository.domain)-\(repository.owner).\(repository.region)"
  }

  private var kept: (directory: PrivateDirectory, record: Record)? {
    for path in surroundings.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: surroundings.files, create: false),
        let bytes = try? directory.read(Self.fileName, limit: 16 << 10),
        let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)),
        abs(record.at) < TokenEntry.lastMoment
      else { continue }
      return (directory, record)
    }
    return nil
  }
}
