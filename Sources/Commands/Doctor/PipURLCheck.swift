import CodeArtifact
import Platform

/// The URLs that pip is given, in its settings, in variables and in requirements files: whether it finds packages there, and
/// asks us for the password.
struct PipURLCheck {
  private static let names: Set<String> = ["index-url", "extra-index-url", "index_url", "extra_index_url"]
  private static let options = ["-i", "--index-url", "--extra-index-url"]

  let machine: Machine
  /// The settings files of all pips.
  let layers: [PipFiles.Layer]
  /// The version of a pip that asks only for a URL with a user's name; nil where there is none.
  let needsUser: String?

  var findings: [Finding] { settings + variables + requirements }

  /// Where URLs stand, and how they are changed there.
  private struct Spot {
    let what: String
    let place: Finding.Place?
    let text: String
    /// Whether quotes become part of a URL.
    let keepsQuotes: Bool
    /// The command that puts another URL there, given that and what `sed` would do on the line.
    let change: (_ right: String, _ script: [String]) -> String?
    /// The command where it holds a password; nil where it is the same.
    let unset: String?
    let repair: ([WrittenURL]) -> Repair?
  }

  private var settings: [Finding] {
    layers.flatMap { layer in
      let lines = layer.file.settings
      return lines.filter { Self.names.contains($0.name) }.compactMap { line in
        let isAlone =
          lines.count { ($0.section, $0.name) == (line.section, line.name) } == 1
          && WrittenURL.all(in: line.value).count == 1
        return finding(
          Spot(
            what: line.name, place: layer.file.place(line.index), text: line.value, keepsQuotes: true,
            change: { right, script in
              isAlone && !layer.option.isEmpty
                ? "pip config \(layer.option) set \(shellWord("\(line.section).\(line.name)")) \(shellWord(right))"
                : Self.edit(layer.file, line.index, script)
            }, unset: nil, repair: { layer.file.withoutPasswords(line.index, $0, now: machine.now) }))
      }
    }
  }

  private var variables: [Finding] {
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].compactMap { name in
      guard let value = machine.environment[name] else { return nil }
      let isAlone = WrittenURL.all(in: value).count == 1
      return finding(
        Spot(
          what: name, place: nil, text: value, keepsQuotes: true,
          change: { right, _ in isAlone ? "export \(name)=\(shellWord(right))" : nil }, unset: "unset \(name)",
          repair: { _ in nil }))
    }
  }

  /// Options in the project's requirements files.
  private var requirements: [Finding] {
    machine.surroundings.files.names(in: machine.folder)
      .filter { $0.hasPrefix("requirements") && $0.hasSuffix(".txt") }
      .compactMap { SettingsFile("\(machine.folder)/\($0)", machine.surroundings) }
      .flatMap { file in
        file.document.lines.indices.compactMap { index -> Finding? in
          let text = file.document.text(index)
          guard Self.options.contains(where: text.hasPrefix) else { return nil }
          let words = text.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
          return finding(
            Spot(
              what: "the index", place: file.place(index), text: words.joined(separator: " "), keepsQuotes: false,
              change: { _, script in Self.edit(file, index, script) }, unset: nil,
              repair: { file.withoutPasswords(index, $0, now: machine.now) }))
        }
      }
  }

  /// A command that changes a line of a file; nil where there is nothing to be done by a command.
  private static func edit(_ file: SettingsFile, _ index: Int, _ script: [String]) -> String? {
    script.isEmpty
      ? nil
      : "sed -i \(shellWord(script.map { "\(index + 1)\($0)" }.joined(separator: "; "))) \(shellWord(file.path))"
  }

  // MARK: what is wrong

  private func finding(_ spot: Spot) -> Finding? {
    let ours = WrittenURL.all(in: spot.text).filter { $0.isRepository(machine.configuration) }
    if let finding = password(ours, spot) { return finding }
    for url in ours {
      if let finding = slip(url, spot) { return finding }
    }
    guard let version = needsUser, let url = ours.first(where: { $0.user == nil }) else { return nil }
    return Finding(
      .pip, .problem, "\(spot.what) has no aws@ in its URL: pip \(version) asks only for a URL with a user's name",
      at: spot.place,
      run: spot.change(url.with(user: AuthorizationToken.username), ["s|//[^/]*@|//|", "s|//|//aws@|"]))
  }

  private func password(_ ours: [WrittenURL], _ spot: Spot) -> Finding? {
    guard let url = ours.first(where: { $0.password != nil }), let password = url.password else { return nil }
    let secret = StoredSecret(password, now: machine.now)
    return Finding(
      .pip, spot.place == nil ? secret.severityInEnvironment : secret.severityInFile,
      "\(spot.what) holds \(secret.words): pip sends it instead of asking", at: spot.place,
      run: spot.unset ?? spot.change(url.with(user: AuthorizationToken.username), ["s|//[^/]*@|//|", "s|//|//aws@|"]),
      repair: spot.repair(ours))
  }

  /// A URL that leads nowhere, or for which nobody gets a token.
  private func slip(_ url: WrittenURL, _ spot: Spot) -> Finding? {
    func problem(_ what: String, _ right: String?, _ script: [String]) -> Finding {
      let full = right.map { url.user == nil ? $0 : WrittenURL($0).with(user: AuthorizationToken.username) }
      return Finding(
        .pip, .problem, "\(spot.what) has \(what)", at: spot.place, run: full.flatMap { spot.change($0, script) })
    }
    if let user = url.user, user != AuthorizationToken.username {
      return problem(
        "another user than aws in its URL: only aws gets a token", url.bare, ["s|//[^/]*@|//aws@|"])
    }
    if case .unencrypted = Repository.recognise(url.bare, mapped: machine.configuration.hosts) {
      return problem(
        "http in its URL: no token is ever sent there",
        url.bare.firstRange(of: "://").map { "https" + url.bare[$0.lowerBound...] }, ["s|http://|https://|"])
    }
    if spot.keepsQuotes, ["\"", "'"].contains(where: { spot.text.contains("\($0)\(url.text)") }) {
      return problem("quotes around its URL: pip takes them for a part of it", url.bare, ["s/[\"']//g"])
    }
    if let format = Repository.otherFormat(in: url.bare) {
      return problem(
        "/\(format)/ in its URL, which has no packages of Python's: write /pypi/",
        url.bare.replacing("/\(format)/", with: "/pypi/"), ["s|/\(format)/|/pypi/|"])
    }
    guard !url.isIndex else { return nil }
    let change = url.toIndex
    return problem(
      "a URL that does not end in /simple/: there are no packages to be found", change?.right,
      change.map { [$0.script] } ?? [])
  }
}
