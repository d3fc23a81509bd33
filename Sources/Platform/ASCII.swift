extension UInt8 {
  /// `0` to `9`.
  @inlinable public var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// `a` to `z`.
  @inlinable public var isASCIILowercase: Bool { self >= 0x61 && self <= 0x7A }
  /// `A` to `Z`.
  @inlinable public var isASCIIUppercase: Bool { self >= 0x41 && self <= 0x5A }
  /// A letter or a digit of ASCII.
  @inlinable public var isASCIILetterOrDigit: Bool { isASCIIDigit || isASCIILowercase || isASCIIUppercase }
}

extension StringProtocol {
  /// Whether each character is an ASCII letter or digit, or one of `others`. Inlinable, since a generic function is specialized
  /// for callers in other modules only then, and looks up its types at run time otherwise.
  @inlinable
  public func isASCIILettersDigits(or others: String = "") -> Bool {
    utf8.allSatisfy { $0.isASCIILetterOrDigit || others.utf8.contains($0) }
  }
}
