extension Array {
  /// The elements without those that equal an earlier one by a comparison.
  public func distinct(_ areSame: (Element, Element) -> Bool) -> [Element] {
    reduce(into: []) { known, next in if !known.contains(where: { areSame($0, next) }) { known.append(next) } }
  }
}

extension Array where Element: Equatable {
  /// The elements without those that equal an earlier one.
  public func distinct() -> [Element] { distinct(==) }
}
