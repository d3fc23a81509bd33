/// A version as packages have it: the numbers before anything else.
struct Version: Comparable, Sendable {
  private let numbers: [Int]

  init(_ text: some StringProtocol) {
    numbers = text.split(separator: ".").prefix { $0.first?.isNumber ?? false }
      .map { Int($0.prefix { $0.isNumber }) ?? 0 }
  }

  static func < (left: Version, right: Version) -> Bool {
    for place in 0..<max(left.numbers.count, right.numbers.count) {
      let (one, other) = (left[place], right[place])
      if one != other { return one < other }
    }
    return false
  }

  static func == (left: Version, right: Version) -> Bool { !(left < right) && !(right < left) }

  private subscript(place: Int) -> Int { place < numbers.count ? numbers[place] : 0 }
}
