import Platform

/// Whether a store can be used now, or why not. It calls the real stores, and takes no longer than a lookup.
public struct StoreCheck: Sendable, Equatable {
  /// Which store.
  public let kind: StoreKind
  /// Why it cannot be used; nil when it can.
  public let failure: StoreFailure?
  /// Where it would store a token: a directory, a collection; nil where there is only one place.
  public let place: String?

  /// The stores of a policy, in the order in which they are tried.
  public static func all(_ policy: StorePolicy, _ context: Context) -> [StoreCheck] {
    StoreKind.allCases.filter(policy.uses).map { of($0, context) }
  }

  private static func of(_ kind: StoreKind, _ context: Context) -> StoreCheck {
    do throws(StoreFailure) {
      let place: String? =
        switch kind {
        case .kernel where !context.hasKernelKeyring: throw .absent(.kernel, reason: "it is not to be used")
        case .kernel: try KernelStore(clock: context.clock).check()
        case .secretService: try SecretServiceStore(context).check()
        case .file: try FileStore(context).check()
        }
      return StoreCheck(kind: kind, failure: nil, place: place)
    } catch {
      return StoreCheck(kind: kind, failure: error, place: nil)
    }
  }
}

extension KernelStore {
  /// Adds a key without meaning and removes it: only that shows whether the kernel allows it.
  func check(with key: EntryKey = .ofCheck) throws(StoreFailure) -> String? {
    try write([0], for: key, until: clock.now() + 10)
    try remove(key)
    return nil
  }
}

extension EntryKey {
  /// A key of its own for each check: two at the same time, in two containers too, do not remove each other's.
  static var ofCheck: EntryKey { EntryKey(["check": "\(UInt64.random(in: 0 ... .max))"]) }
}

extension SecretServiceStore {
  /// Finds a collection that can store a token.
  func check() throws(StoreFailure) -> String? {
    try access.withSession { (session) throws(StoreFailure) in
      try Self.collectionForWriting(session).alias == "default" ? "the default collection" : "the collection in memory"
    }
  }
}

extension FileStore {
  /// Checks the directories without creating any.
  func check() throws(StoreFailure) -> String? {
    var failure = Self.nowhere
    for path in directories {
      do throws(StoreFailure) {
        _ = try directory(path)
        if let obstacle = files.obstacle(toWritingIn: path) { throw .unusable(.file, reason: obstacle.problem) }
        return path
      } catch {
        if case .unsafe = error { throw error }
        failure = error
      }
    }
    throw failure
  }
}
