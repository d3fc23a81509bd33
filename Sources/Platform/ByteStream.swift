import Glibc

/// A connection to another program of this machine, as bytes in both directions. It ends with its last holder.
public protocol ByteStream: AnyObject {
  /// Sends all of these bytes.
  func send(_ bytes: [UInt8], by deadline: Deadline) throws(StreamFailure)
  /// Waits for exactly so many bytes.
  func receive(_ count: Int, by deadline: Deadline) throws(StreamFailure) -> [UInt8]
}

/// Why nothing could be sent or received.
public enum StreamFailure: Error, Equatable, CustomStringConvertible {
  /// The deadline passed.
  case silent
  /// The other program has ended, or has closed its end.
  case ended
  /// The system's error number.
  case failed(Int32)

  /// One line for a person.
  public var description: String {
    switch self {
    case .silent: "no answer in time"
    case .ended: "the connection was closed"
    case .failed(let code): systemMessage(code)
    }
  }
}

/// Where a program of this machine listens.
public enum LocalAddress: Sendable, Equatable {
  /// A socket in the file system.
  case path(String)
  /// A name that Linux keeps beside the file system.
  case abstract([UInt8])
}

/// Bytes that may hold a secret: they are overwritten as soon as nobody has them any more.
public final class FleetingBytes {
  /// The bytes. A copy of them is the caller's own affair.
  public private(set) var content: [UInt8]

  /// Takes bytes over from somebody who keeps none.
  public init(_ content: consuming [UInt8]) { self.content = content }

  deinit { content.withUnsafeMutableBytes { if let start = $0.baseAddress { explicit_bzero(start, $0.count) } } }
}
