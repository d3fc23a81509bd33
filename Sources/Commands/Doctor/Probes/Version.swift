/// A version as packages have it: the numbers before anything else.
struct Version: Comparable, Sendable {
  /// Without zeros at the end.
  private let numbers: [Int]

  init(_ text: some StringProtocol) {
    var numbers = text.split(separator: ".").prefix { $0.first?.isNumber ?? false }
      .map { Int($0.prefix { $0.isNumber }) ?? 0 }
    while numbers.last == 0 { numbers.removeLast() }
    self.numbers = numbers
  }

  static func < (left: Version, right: Version) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }
}
