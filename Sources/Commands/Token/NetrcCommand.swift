import ArgumentParser
import CodeArtifact
import Platform

struct NetrcCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "netrc", "Print netrc lines with tokens, for pip, uv, PDM and Poetry.",
    examples: ["codeartifact-keyring netrc --duration 15m | docker build --secret id=netrc,src=/dev/stdin ."],
    exitCodes: "0 printed; 1 no token, with the reason on standard error; 2 wrong usage.")

  @OptionGroup var repositories: RepositoryOptions

  func run(in context: Context) throws {
    let selection = try repositories.selection(context)
    let tokens = try selection.tokens(context)
    for token in tokens { try checkPortable(token.token, of: "the token of \(token.domain.domain)", "netrc") }
    try context.writeOutput(try Self.lines(selection, tokens))
  }

  /// Two lines for each host: with `aws@` in the URL pip before 25 looks up the machine `aws@HOST` (measured with 23.1
  /// and 24.0). Throws if one host would need two passwords, as with PrivateLink.
  static func lines(_ selection: RepositorySelection, _ tokens: [DomainToken]) throws(FailureRecord) -> String {
    var lines: [(host: String, token: String)] = []
    for item in selection.items {
      guard let token = tokens.token(for: item.repository) else { continue }
      if let known = lines.first(where: { $0.host == item.url.host }) {
        guard known.token == token else { throw .ambiguous("\(item.url.host) would need two values, for two domains") }
      } else {
        lines.append((item.url.host, token))
      }
    }
    let user = AuthorizationToken.username
    return lines.map { line in
      ["", "\(user)@"].map { "machine \($0)\(line.host) login \(user) password \(line.token)\n" }.joined()
    }.joined()
  }
}
