import ArgumentParser
import CodeArtifact
import Platform

struct NetrcCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "netrc", "Print netrc lines with tokens, for pip, uv, PDM and Poetry.",
    examples: ["codeartifact-keyring netrc --duration 15m | docker build --secret id=netrc,src=/dev/stdin ."],
    exitCodes: "0 printed; 1 no token, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .repositories)
  var urls: [String] = []

  @OptionGroup var options: TokenOptions

  func run(in context: Context) throws {
    let selection = try RepositorySelection(urls, options.configuration(context), context)
    let grants = try selection.grants(context)
    for grant in grants where !isAlikeToAllReaders(grant.token) {
      throw ValueForFewReaders(holder: "the token of \(grant.domain.domain)", format: "netrc")
    }
    try context.answer(try Self.lines(selection, grants))
  }

  /// Two lines for each host: with `aws@` in the URL pip before 25 looks up the machine `aws@HOST` (measured with 23.1 and
  /// 24.0). Throws where one host would need two passwords, as behind PrivateLink.
  static func lines(_ selection: RepositorySelection, _ grants: [Grant]) throws(AmbiguousVariables) -> String {
    var lines: [(host: String, token: String)] = []
    for item in selection.items {
      guard let token = grants.first(where: { $0.domain.isInDomain(of: item.repository) })?.token else { continue }
      if let known = lines.first(where: { $0.host == item.url.host }) {
        guard known.token == token else { throw .twoValues(item.url.host) }
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
