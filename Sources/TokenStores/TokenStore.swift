import Platform

/// A store of tokens.
public protocol TokenStore: Sendable {
  /// Its kind.
  var kind: StoreKind { get }
  /// The bytes stored under a key; nil if there are none. Never prompts, never waits long.
  func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]?
  /// Stores bytes under a key until `expiration` (epoch seconds), in place of earlier ones.
  func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure)
  /// Removes the bytes under a key; it succeeds where there are none.
  func remove(_ key: EntryKey) throws(StoreFailure)
  /// All entries that can be read.
  func entries() throws(StoreFailure) -> [[UInt8]]
  /// Removes all entries whose key has these attributes; without any, all of this program's, damaged ones too.
  func removeAll(matching attributes: [String: String]) throws(StoreFailure)
}

/// The three stores, by the names the configuration uses.
public enum StoreKind: String, Sendable, CaseIterable {
  /// The kernel's key retention service, in memory until the machine is restarted.
  case kernel
  /// The desktop's Secret Service.
  case secretService = "secret-service"
  /// A file that no other user can read.
  case file

  /// Its name in a sentence.
  public var title: String {
    switch self {
    case .kernel: "the kernel keyring"
    case .secretService: "Secret Service"
    case .file: "the private file"
    }
  }
}

/// Why a store failed. The reason never holds a secret.
public enum StoreFailure: Failure, Equatable {
  /// This machine does not have it, which is normal on many machines.
  case absent(StoreKind, reason: String)
  /// It cannot be used at the moment: it is locked, full, or does not respond.
  case unusable(StoreKind, reason: String, Remedy? = nil)
  /// Other users have access to it, so nothing is read from it or written to it.
  case unsafe(StoreKind, reason: String, Remedy? = nil)
  /// Other users had access to an entry, so it was removed: a new one replaces it.
  case dropped(StoreKind, reason: String)

  /// The reason alone.
  public var reason: String {
    switch self {
    case .absent(_, let reason), .unusable(_, let reason, _), .unsafe(_, let reason, _), .dropped(_, let reason): reason
    }
  }

  /// What to do.
  public var remedy: Remedy? {
    switch self {
    case .unusable(_, _, let remedy), .unsafe(_, _, let remedy): remedy
    case .absent, .dropped: nil
    }
  }

  /// What happened.
  public var problem: String {
    switch self {
    case .absent(let kind, let reason): "\(kind.title) is not available: \(reason)"
    case .unusable(let kind, let reason, _): "\(kind.title) cannot be used: \(reason)"
    case .unsafe(let kind, let reason, _), .dropped(let kind, let reason):
      "\(kind.title) was refused: \(reason)"
    }
  }
}
