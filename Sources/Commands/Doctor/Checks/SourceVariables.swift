import CodeArtifact
import Platform

extension Check {
  /// What is wrong with the variables of Poetry and uv that have the user name and the password of a source:
  /// `<PREFIX>_USERNAME` and `<PREFIX>_PASSWORD`. All begin with `start`, such as `UV_INDEX_`; `known` are the prefixes of
  /// the project's sources, such as `UV_INDEX_ACME`. The client does `withoutUser` with a password without a user name, and
  /// `sendsEmpty` is whether it sends an empty one all the same. `userInFile` is the name that its files have for a prefix.
  func sourceVariables(
    of client: String, start: String, known: Set<String>, withoutUser: String, sendsEmpty: Bool,
    userInFile: (String) -> String? = { _ in nil }
  ) -> [Finding] {
    let prefixes = doctor.environment.all.keys.filter { $0.hasPrefix(start) }.flatMap { name in
      ["_USERNAME", "_PASSWORD"].filter { name.hasSuffix($0) && name.count > start.count + $0.count }
        .map { String(name.dropLast($0.count)) }
    }
    return Set(prefixes).sorted().compactMap { prefix in
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
}
