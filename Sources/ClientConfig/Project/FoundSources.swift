import Platform

/// Sources from several files. One that cannot be read or parsed does not stop the others from being read.
struct FoundSources {
  var all: [ProjectSource] = []
  /// The first mistake.
  private(set) var failure: FailureRecord?

  /// Adds the sources of a file.
  mutating func add(_ read: () throws(FailureRecord) -> [ProjectSource]) {
    do { all += try read() } catch { failure = failure ?? error }
  }

  mutating func add(_ other: FoundSources) {
    all += other.all
    failure = failure ?? other.failure
  }

  mutating func fail(_ failure: FailureRecord) { self.failure = self.failure ?? failure }
}
