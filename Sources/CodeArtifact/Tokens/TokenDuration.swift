/// How long a token is valid.
public struct TokenDuration: Sendable, Equatable {
  /// Twelve hours, the most that CodeArtifact gives.
  public static let standard = TokenDuration(parameter: 43_200)

  /// The API's parameter: seconds, 900 to 43200; zero means as long as the role's own credentials.
  public let parameter: Int

  init(parameter: Int) { self.parameter = parameter }

  /// `12h`, `90m`, `900s` or `session`; nil for anything else, and for less than 15 minutes or more than 12 hours.
  public init?(_ text: String) {
    if text == "session" {
      parameter = 0
      return
    }
    let units: KeyValuePairs<Character, Int> = ["h": 3600, "m": 60, "s": 1]
    guard let unit = units.first(where: { $0.key == text.last })?.value, let count = Int(text.dropLast()),
      (1...43_200).contains(count), (900...43_200).contains(count * unit)
    else { return nil }
    parameter = count * unit
  }
}
