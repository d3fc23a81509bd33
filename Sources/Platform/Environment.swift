import Glibc
import Synchronization

/// The variables of a process, as a value: tests hand in their own.
public struct Environment: Sendable {
  private let storage: Storage

  /// An environment with exactly these variables.
  public init(_ variables: [String: String]) { storage = Storage(variables) }

  private init() { storage = Storage(nil) }

  /// The environment of this process. Bytes that are not UTF-8 are replaced.
  public static var ofThisProcess: Environment { Environment() }

  /// The names of all variables that were read one by one, through this value or its copies.
  public var namesRead: [String] { storage.namesRead.withLock { $0 } }

  /// A variable's value; an empty one counts as not set, as it does to AWS's tools and the XDG rules.
  public subscript(name: String) -> String? { read(name).flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether a variable is set, even if it is empty: an empty proxy variable, for example, means no proxy.
  public func isSet(_ name: String) -> Bool { read(name) != nil }

  private func read(_ name: String) -> String? {
    storage.namesRead.withLock { if !$0.contains(name) { $0.append(name) } }
    return storage.variables.map { $0[name] } ?? getenv(name).map { String(cString: $0) }
  }

  /// All variables, empty ones too: what a child process is given.
  public var all: [String: String] {
    if let variables = storage.variables { return variables }
    var all: [String: String] = [:]
    for line in strings(in: environ) {
      guard let line, let equals = strchr(line, Int32(UInt8(ascii: "="))) else { continue }
      let name = UnsafeRawBufferPointer(start: line, count: equals - line)
      all[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
    }
    return all
  }

  /// An object, since a dictionary's generic types would be made at run time by whoever copies an environment.
  private final class Storage: Sendable {
    /// Nil for this process's own variables, which are looked up one by one: most lookups need a dozen of them.
    let variables: [String: String]?
    // No set, for the same reason: there are a few dozen names.
    let namesRead = Mutex<[String]>([])

    init(_ variables: [String: String]?) { self.variables = variables }
  }
}

/// The strings in a C array that ends with a null pointer.
func strings(
  in array: UnsafePointer<UnsafeMutablePointer<CChar>?>?
) -> UnsafeBufferPointer<UnsafeMutablePointer<CChar>?> {
  var count = 0
  while array?[count] != nil { count += 1 }
  return UnsafeBufferPointer(start: array, count: count)
}
