import CodeArtifact
import Platform

/// The variables of Poetry and uv with the user name and the password of a source: `<PREFIX>_USERNAME` and
/// `<PREFIX>_PASSWORD`.
struct SourceVariablesCheck: Check {
  let area: Finding.Area
  let doctor: DoctorContext
  let client: String
  /// What all of the variables begin with, such as `UV_INDEX_`.
  let start: String
  /// The prefixes of the project's sources, such as `UV_INDEX_ACME`.
  let known: Set<String>
  /// What the client does with a password without a user name.
  let withoutUser: String
  /// Whether it sends an empty password, with or without a user name.
  let sendsEmpty: Bool
  /// The user name that the client's files have for a prefix.
  var userInFile: (String) -> String? = { _ in nil }

  var findings: [Finding] {
    let prefixes = doctor.environment.all.keys.filter { $0.hasPrefix(start) }.flatMap { name in
      ["_USERNAME", "_PASSWORD"].filter { name.hasSuffix($0) && name.count > start.count + $0.count }
        .map { String(name.dropLast($0.count)) }
    }
    return Set(prefixes).sorted().compactMap(finding)
  }

  private func finding(_ prefix: String) -> Finding? {
    let (userName, passwordName) = ("\(prefix)_USERNAME", "\(prefix)_PASSWORD")
    let (user, isKnown) = (doctor.environment[userName], known.contains(prefix))
    guard let text = doctor.environment[passwordName] else {
      guard isKnown else { return nil }
      if sendsEmpty, doctor.environment.isSet(passwordName) {
        return problem(
          "\(passwordName) is empty: \(client) sends that instead of asking keyring",
          run: "unset \(shellWord(passwordName))")
      }
      return user == nil || user == AuthorizationToken.username
        ? nil : problem("\(userName) is not aws: only the user aws gets a token", run: "unset \(shellWord(userName))")
    }
    let secret = secret(text)
    guard isKnown || secret.isToken else { return nil }
    guard let sent = user ?? userInFile(prefix) else {
      return problem(
        "\(passwordName) is set and \(userName) is not: \(client) \(withoutUser)",
        run: "unset \(shellWord(passwordName))")
    }
    let isRightUser = sent == AuthorizationToken.username
    return password(
      secret, in: passwordName, "\(client) sends it\(isRightUser ? "" : " with a user name other than aws,")",
      isProblem: !isRightUser, run: "unset \(shellWord(userName)) \(shellWord(passwordName))")
  }
}
