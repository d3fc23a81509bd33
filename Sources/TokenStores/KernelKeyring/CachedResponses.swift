import Platform
import FastPath

/// Responses for the fast path, which repeats them as long as the kernel keyring holds the token in them.
public struct CachedResponses: Sendable {
  private let clock: Clock

  /// The cached responses of this user.
  public init(clock: Clock) { self.clock = clock }

  /// Stores a response until a moment (epoch seconds), where it fits: it only saves time.
  public func keep(_ answer: [UInt8], holding token: String, of key: EntryKey, until end: Double, inputs: Fingerprint) {
    let seconds = end - clock.now()
    guard inputs.isSettled, seconds >= 1, seconds <= TokenEntry.longestLife else { return }
    let description = KernelStore.description(key)
    let serial = UserKey.find(description)
    guard serial > 0 else { return }
    let (held, count) = UserKey.read(serial, limit: TokenEntry.sizeLimit)
    let secret = Array(token.utf8)
    guard count == held.count, let place = held.firstRange(of: secret), let inside = answer.firstRange(of: secret)
    else { return }
    let entry = CachedResponse(
      inputs: inputs.text, end: Int64(end * 1e9), key: Array(description.utf8CString), held: held, token: place,
      before: Array(answer[..<inside.lowerBound]), after: Array(answer[inside.upperBound...]))
    guard let bytes = entry.bytes else { return }
    _ = UserKey.keep(bytes, freePlace(for: inputs.text), seconds: Int(seconds))
  }

  /// The slot of an earlier response to the same, else a free one, else a random one: with a fixed one, two responses could
  /// replace each other all the time.
  private func freePlace(for inputs: [UInt8]) -> [CChar] {
    let places = CachedResponse.places(for: inputs)
    let kept = places.map { CachedResponse(keptIn: $0)?.inputs }
    let index = kept.firstIndex { $0 == inputs } ?? kept.firstIndex { $0 == nil }
    return places[index ?? .random(in: places.indices)]
  }

  /// Removes them all, to make room.
  static func forgetAll() {
    for slot in 0..<CachedResponse.slots {
      let serial = UserKey.find(CachedResponse.description(ofSlot: slot))
      if serial > 0 { UserKey.forget(serial) }
    }
  }
}
