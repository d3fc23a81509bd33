import Platform
import FastPath

/// Responses for the fast path, which repeats them as long as the kernel keyring stores the token in them.
public enum CachedResponses {
  /// Stores a response until a moment (epoch seconds). Where that is not possible, the next lookup is only slower.
  public static func store(
    _ response: [UInt8], containing token: String, of key: EntryKey, until end: Double, fingerprint: Fingerprint,
    clock: Clock
  ) {
    let seconds = end - clock.now()
    guard fingerprint.isSettled, seconds >= 1, seconds <= TokenEntry.longestLife else { return }
    let description = KernelStore.description(key)
    let serial = UserKey.find(description)
    guard serial > 0 else { return }
    let (content, count) = UserKey.read(serial, limit: TokenEntry.sizeLimit)
    let secret = Array(token.utf8)
    guard count == content.count, let place = content.firstRange(of: secret),
      let inside = response.firstRange(of: secret)
    else { return }
    let entry = CachedResponse(
      fingerprint: fingerprint.text, end: Int64(end * 1e9), key: Array(description.utf8CString), keyContent: content,
      token: place,
      before: Array(response[..<inside.lowerBound]), after: Array(response[inside.upperBound...]))
    guard let bytes = entry.bytes else { return }
    _ = UserKey.store(bytes, slotToReplace(for: fingerprint.text), seconds: Int(seconds))
  }

  /// The slot of an earlier response with this fingerprint, else a free slot, else a random one: with a fixed slot, two
  /// responses could replace each other all the time.
  private static func slotToReplace(for fingerprint: [UInt8]) -> [CChar] {
    let slots = CachedResponse.slots(for: fingerprint)
    let stored = slots.map { CachedResponse(storedIn: $0)?.fingerprint }
    let index = stored.firstIndex { $0 == fingerprint } ?? stored.firstIndex { $0 == nil }
    return slots[index ?? .random(in: slots.indices)]
  }

  /// Removes all cached responses, to free quota.
  static func removeAll() {
    for slot in 0..<CachedResponse.slotCount {
      let serial = UserKey.find(CachedResponse.description(ofSlot: slot))
      if serial > 0 { UserKey.remove(serial) }
    }
  }
}
