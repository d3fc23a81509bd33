import Platform

/// AWS credentials, and where they came from. The secret parts never appear in a description.
public struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Names the caller; public.
  public let accessKeyID: String
  /// Signs; secret.
  public let secretAccessKey: String
  /// Accompanies temporary credentials; secret.
  public let sessionToken: String?
  /// When they end, in epoch seconds; nil where nobody says.
  public let expiration: Double?

  /// Credentials with these parts.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Double? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  /// Whether all parts are of one line: two of them become headers.
  var isOfOneLine: Bool {
    [accessKeyID, secretAccessKey, sessionToken ?? ""].allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
  }

  /// The access key's last four characters: enough to tell two apart.
  public var description: String { "access key …\(accessKeyID.suffix(4))" }
  /// The same: a debugger's dump must not print a secret either.
  public var debugDescription: String { description }
}

extension Environment {
  /// A variable that says who somebody is. White space is no credential, nor a part of one.
  public func credential(_ name: String) -> String? { self[name].flatMap(withoutWhiteSpace) }
}
