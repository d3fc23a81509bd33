/// How long a token is valid.
public enum TokenDuration: Sendable, Equatable {
  /// Twelve hours, the most that CodeArtifact gives.
  public static let standard = TokenDuration.seconds(43_200)

  /// Seconds, 900 to 43200, independent of the credentials.
  case seconds(Int)
  /// As long as the role's own credentials.
  case session

  /// `12h`, `90m`, `900s` or `session`; nil for anything else, and for less than 15 minutes or more than 12 hours.
  public init?(_ text: String) {
    if text == "session" {
      self = .session
      return
    }
    let unit: Int
    switch text.utf8.last {
    case UInt8(ascii: "h"): unit = 3600
    case UInt8(ascii: "m"): unit = 60
    case UInt8(ascii: "s"): unit = 1
    default: return nil
    }
    guard let count = Int(text.dropLast()), (1...43_200).contains(count), (900...43_200).contains(count * unit) else {
      return nil
    }
    self = .seconds(count * unit)
  }

  /// The API's parameter; zero means as long as the session.
  public var parameter: Int {
    switch self {
    case .seconds(let seconds): seconds
    case .session: 0
    }
  }
}
