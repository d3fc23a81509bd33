import Platform

/// AWS credentials, and where they came from. The secret parts never appear in a description.
public struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Names the caller; public.
  public let accessKeyID: String
  /// Signs; secret.
  public let secretAccessKey: String
  /// Accompanies temporary credentials; secret.
  public let sessionToken: String?
  /// When they expire, in epoch seconds; nil if that is not known.
  public let expiration: Double?

  /// Credentials with these parts.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Double? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  /// Whether all parts are one line: two of them become headers.
  var isSingleLine: Bool {
    [accessKeyID, secretAccessKey, sessionToken ?? ""].allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
  }

  /// The access key's last four characters, to tell keys apart.
  public var description: String { "access key …\(accessKeyID.suffix(4))" }
  /// The same, so that a debugger's dump does not print a secret either.
  public var debugDescription: String { description }
}

extension Environment {
  /// A variable with a credential. White space at its ends is removed; nil if nothing is left.
  public func credential(_ name: String) -> String? { self[name].flatMap(nonBlank) }
}
