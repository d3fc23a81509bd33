/// What a lookup may do in Secret Service: nothing that changes, unlocks or prompts.
protocol SecretReader {
  /// The items with these attributes in all collections that are unlocked themselves.
  func unlockedItems(matching attributes: [String: String]) throws(StoreFailure) -> [String]
  /// The items with these attributes in the collection that an alias stands for, locked ones too; none where it stands
  /// for no collection.
  func items(inCollectionAt alias: String, matching attributes: [String: String]) throws(StoreFailure) -> [String]
  /// The secret of an unlocked item.
  func secret(of item: String) throws(StoreFailure) -> [UInt8]
  /// The attributes of an item.
  func attributes(of item: String) throws(StoreFailure) -> [String: String]
  /// Whether an item can be read without asking anybody.
  func isUnlocked(item: String) -> Bool
}
