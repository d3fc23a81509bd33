// Texts as bytes: Swift's strings would bring the Unicode tables into this small executable.

/// Appends a C string, with its NUL.
func append(_ text: UnsafePointer<CChar>, to bytes: inout [UInt8]) {
  var next = text
  while next[0] != 0 {
    bytes.append(UInt8(bitPattern: next[0]))
    next += 1
  }
  bytes.append(0)
}

/// Appends a text, without a NUL.
func append(_ text: StaticString, to characters: inout [CChar]) {
  for index in 0..<text.utf8CodeUnitCount { characters.append(CChar(bitPattern: text.utf8Start[index])) }
}

/// The path, ending in NUL, of a name with a slash before it in a directory.
func joined(_ directory: consuming [CChar], _ name: StaticString) -> [CChar] {
  append(name, to: &directory)
  directory.append(0)
  return directory
}

/// Appends a number as eight bytes, the lowest first.
func append(_ number: UInt64, to bytes: inout [UInt8]) {
  for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))) }
}

/// The bytes of a C string, without its NUL.
func characters(_ text: UnsafePointer<CChar>) -> [CChar] {
  Array(UnsafeBufferPointer(start: text, count: byteCount(text)))
}

/// The length of a C string.
func byteCount(_ text: UnsafePointer<CChar>) -> Int {
  var count = 0
  while text[count] != 0 { count += 1 }
  return count
}

/// Whether a C string begins with a prefix.
func starts(_ text: UnsafePointer<CChar>, with prefix: StaticString) -> Bool {
  for index in 0..<prefix.utf8CodeUnitCount where UInt8(bitPattern: text[index]) != prefix.utf8Start[index] {
    return false
  }
  return true
}

/// Whether a C string is equal to a text.
func equals(_ text: UnsafePointer<CChar>, _ other: StaticString) -> Bool {
  starts(text, with: other) && text[other.utf8CodeUnitCount] == 0
}

/// Whether a text ends with a suffix.
func ends(_ text: UnsafeBufferPointer<CChar>, with suffix: StaticString) -> Bool {
  let start = text.count - suffix.utf8CodeUnitCount
  return start >= 0 && matches(text, suffix, at: start)
}

/// Whether a text contains another one.
func contains(_ text: UnsafeBufferPointer<CChar>, _ part: StaticString) -> Bool {
  var start = 0
  while start + part.utf8CodeUnitCount <= text.count {
    if matches(text, part, at: start) { return true }
    start += 1
  }
  return false
}

private func matches(_ text: UnsafeBufferPointer<CChar>, _ part: StaticString, at start: Int) -> Bool {
  for index in 0..<part.utf8CodeUnitCount
  where UInt8(bitPattern: text[start + index]) != part.utf8Start[index] { return false }
  return true
}

/// Whether a path is absolute.
func isAbsolute(_ path: UnsafePointer<CChar>) -> Bool { path[0] == CChar(bitPattern: UInt8(ascii: "/")) }
