@testable import TokenStores

/// A key that no other test and no user has.
func randomKey() -> EntryKey {
  EntryKey(["domain": "test", "random": "\(UInt64.random(in: 0 ... .max))"])
}
