import Platform
import Synchronization
import TokenStores

/// A store in memory that fails when a test says so, and remembers what it was asked.
package final class ScriptedStore: TokenStore {
  private struct State {
    var kept: [String: [UInt8]] = [:]
    var failure: StoreFailure?
    var calls: [String] = []
  }

  package let kind: StoreKind
  private let state: Mutex<State>

  /// An empty store, failing with `failure` where one is given.
  package init(_ kind: StoreKind, failure: StoreFailure? = nil) {
    self.kind = kind
    state = Mutex(State(failure: failure))
  }

  /// What was called, in order.
  package var calls: [String] { state.withLock { $0.calls } }

  /// Fails from now on, or works again.
  package func fail(_ failure: StoreFailure?) { state.withLock { $0.failure = failure } }

  /// What lies under a key, read past the record of calls.
  package func content(_ key: EntryKey) -> [UInt8]? { state.withLock { $0.kept[key.name] } }

  /// Puts bytes under a key, past the record of calls.
  package func put(_ bytes: [UInt8]?, for key: EntryKey) { state.withLock { $0.kept[key.name] = bytes } }

  package func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    try call("read")
    return content(key)
  }

  package func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    try call("write")
    put(bytes, for: key)
  }

  package func remove(_ key: EntryKey) throws(StoreFailure) {
    try call("remove")
    put(nil, for: key)
  }

  package func entries() throws(StoreFailure) -> [[UInt8]] {
    try call("entries")
    return state.withLock { $0.kept.sorted { $0.key < $1.key }.map(\.value) }
  }

  package func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    try call("remove all")
    state.withLock { state in
      state.kept = state.kept.filter { kept in
        let key = TokenEntry(kept.value)?.key.attributes ?? [:]
        return !attributes.allSatisfy { key[$0.key] == $0.value }
      }
    }
  }

  private func call(_ name: String) throws(StoreFailure) {
    let failure = state.withLock { state in
      state.calls.append(name)
      return state.failure
    }
    if let failure { throw failure }
  }
}
