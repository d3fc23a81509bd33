/// A place where tokens rest.
public protocol TokenStore: Sendable {
  /// Which one it is.
  var kind: StoreKind { get }
  /// The bytes kept under a key; nil when there are none. Never prompts, never waits long.
  func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]?
  /// Keeps bytes under a key until `expiration` (epoch seconds), in place of what was there.
  func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure)
  /// Forgets what is kept under a key; nothing there is as good as forgotten.
  func remove(_ key: EntryKey) throws(StoreFailure)
  /// All entries that can be read, whatever they belong to.
  func entries() throws(StoreFailure) -> [[UInt8]]
  /// Forgets all entries whose key has these attributes; with none given, all of ours, damaged ones too.
  func removeAll(matching attributes: [String: String]) throws(StoreFailure)
}

/// The three stores, by the names the configuration uses.
public enum StoreKind: String, Sendable, CaseIterable {
  /// The kernel's key retention service, in memory until the machine is restarted.
  case kernel
  /// The desktop's Secret Service.
  case secretService = "secret-service"
  /// A file that is open to nobody else.
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

/// Why a store did not do as asked. The reason never holds a secret.
public enum StoreFailure: Error, Equatable, CustomStringConvertible {
  /// It is not there at all, which on many machines is as it should be.
  case absent(StoreKind, reason: String)
  /// It is there but unfit for now: locked, full, silent.
  case unusable(StoreKind, reason: String)
  /// It is open to others, so nothing is read from it or written to it.
  case unsafe(StoreKind, reason: String)
  /// An entry could have been touched by others, so it was removed: a new one takes its place.
  case dropped(StoreKind, reason: String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .absent(let kind, let reason): "\(kind.title) is not there: \(reason)"
    case .unusable(let kind, let reason): "\(kind.title) cannot be used: \(reason)"
    case .unsafe(let kind, let reason), .dropped(let kind, let reason): "\(kind.title) was refused: \(reason)"
    }
  }
}
