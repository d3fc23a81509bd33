import Platform
import TestSupport
import Testing

@testable import Commands

/// What `doctor` prints for a person.
@Suite struct ReportTests {
  private func text(
    _ findings: [Finding], repaired: [DoctorReport.Repaired] = [], style: ReportStyle = ReportStyle(),
    home: String? = "/home/anna", verbose: Bool = false
  ) -> String {
    ReportText(
      report: DoctorReport(findings: findings, repaired: repaired), style: style, home: home, isVerbose: verbose
    ).lines
  }

  private static let fine = Finding(.stores, .ok, "tokens are cached")
  private static let note = Finding(.uv, .note, "not installed")
  private static let soon = Finding(.keyring, .warning, "it expires soon")
  private static let wrong = Finding(
    .pip, .problem, "it is wrong", at: .file("/home/anna/.pip/pip.conf", line: 3),
    run: "sed -i 3d /home/anna/.pip/pip.conf", repair: .configure(.pip))

  @Test func theWorstComesFirstAndWhatIsFineInOneLine() {
    let findings = [Finding(.program, .ok, "1.0.0"), Self.soon, Self.note, Self.wrong, Self.fine]
    #expect(
      text(findings) == """
        problem  pip      ~/.pip/pip.conf line 3: it is wrong
            sed -i 3d ~/.pip/pip.conf

        warning  keyring  it expires soon
        note     uv       not installed
        ok       2 checks passed: program, stores (--verbose lists them)

        1 problem, 1 warning
        Next: codeartifact-keyring doctor --fix (fixes 1 of 2 and shows what is left)

        """)
  }

  @Test func verboseShowsEachCheck() {
    #expect(
      text([Self.fine, Self.note], verbose: true) == """
        note     uv      not installed
        ok       stores  tokens are cached

        All checks passed. Nothing needs to be done.

        """)
  }

  @Test func aTerminalHasColoursSymbolsAndAWidth() {
    let finding = Finding(.pip, .problem, "one two three four five six seven", run: "a command that is wider than this")
    let style = ReportStyle(columns: 40, isColoured: true, hasSymbols: true)
    #expect(
      text([finding, Self.fine], style: style) == """
        \u{1B}[31m✗ problem  \u{1B}[0mpip  one two three four five
                        six seven
            a command that is wider than this

        \u{1B}[32m✓ ok       \u{1B}[0m1 check passed: stores
                   (--verbose lists them)

        1 problem
        Next: run this command, then
              codeartifact-keyring doctor again:
            a command that is wider than this

        """)
  }

  @Test(arguments: [
    (Finding.Severity.ok, "32", "ok       "), (.note, "36", "note     "), (.warning, "33", "warning  "),
    (.problem, "31", "problem  "),
  ])
  func theSeverityHasAColour(_ severity: Finding.Severity, _ code: String, _ word: String) {
    let text = text([Finding(.stores, severity, "it is so")], style: ReportStyle(isColoured: true), verbose: true)
    #expect(text.hasPrefix("\u{1B}[\(code)m\(word)\u{1B}[0mstores  it is so\n"))
  }

  @Test(
    arguments: [
      (["TERM": "xterm", "LANG": "C.UTF-8"], true, true), (["TERM": "xterm", "LANG": "en_GB.utf8"], true, true),
      (["TERM": "dumb", "LANG": "C.UTF-8"], false, false), (["NO_COLOR": "1", "LANG": "C.UTF-8"], false, true),
      (["NO_COLOR": "", "LANG": "C"], true, false), (["LC_ALL": "C", "LANG": "C.UTF-8"], true, false),
      ([:], true, false),
    ] as [([String: String], Bool, Bool)])
  func colourAndSymbolsAreForTerminalsThatHaveThem(_ variables: [String: String], _ colour: Bool, _ symbols: Bool) {
    func context(isForPerson: Bool) -> Context {
      var streams = StandardStreams(writeOutput: { _ in true }, writeError: { _ in })
      streams.isForPerson = isForPerson
      streams.columns = { isForPerson ? 100 : nil }
      return Context(
        environment: Environment(variables), clock: .system, files: .system, streams: streams,
        http: { _ in ScriptedHTTP() })
    }
    #expect(
      ReportStyle(context(isForPerson: true))
        == ReportStyle(columns: 100, isColoured: colour, hasSymbols: symbols))
    #expect(ReportStyle(context(isForPerson: false)) == ReportStyle())
  }

  @Test func aFindingIsOneLineWhateverItHolds() {
    let finding = Finding(
      .pip, .problem, "a\u{1B}[2Jb\nc", at: .file("/d\ne", line: 1), run: "f\rg '/home/anna/h'")
    #expect(text([finding]).hasPrefix("problem  pip  /d e line 1: a [2Jb c\n    f g '/home/anna/h'\n\n"))
  }

  @Test func aCommandHasNoTildeWithinQuotes() {
    let finding = Finding(.pip, .problem, "x", run: "rm /home/anna/a '/home/anna/b c' \"/home/anna/d:$PATH\"")
    #expect(text([finding]).contains("\n    rm ~/a '/home/anna/b c' \"/home/anna/d:$PATH\"\n"))
    #expect(text([Finding(.pip, .problem, "x", run: "/home/anna/x")]).contains("\n    ~/x\n"))
  }

  /// As root's in some containers.
  @Test func aHomeThatIsTheRootIsNotAbbreviated() {
    let finding = Finding(.pip, .problem, "https://h.example/ is wrong", run: "rm //x")
    #expect(text([finding], home: "/").contains("https://h.example/ is wrong\n    rm //x\n"))
  }

  @Test func aLongFindingIsShownWhole() {
    let finding = Finding(.pip, .problem, String(repeating: "x", count: 2000), run: String(repeating: "y", count: 2000))
    for columns in [nil, 80] {
      let text = text([finding], style: ReportStyle(columns: columns))
      #expect(text.contains(String(repeating: "x", count: 2000)))
      #expect(text.contains(String(repeating: "y", count: 2000)))
    }
  }

  private static let again = "then run codeartifact-keyring doctor again"
  private static let then = "then codeartifact-keyring doctor again"

  @Test(
    arguments: [
      ([], [], "All checks passed. Nothing needs to be done."),
      ([note], [], "All checks passed. Nothing needs to be done."),
      (
        [Finding(.token, .note, "no repository")], [],
        "All checks passed, but no repository was tried.\nNext: codeartifact-keyring doctor URL"
      ),
      ([wrong], [], "1 problem\nNext: codeartifact-keyring doctor --fix"),
      ([soon, soon], [], "2 warnings\nNext: correct what is named above, \(again)"),
      (
        [Finding(.aws, .problem, "x", run: "y"), soon], [],
        "1 problem, 1 warning\nNext: correct what is named above, run this command, \(then):\n    y"
      ),
      (
        [Finding(.aws, .problem, "x", read: "show")], [],
        "1 problem\nNext: correct what is named above, \(again)"
      ),
      (
        [
          Finding(.aws, .problem, "x", run: "a"), Finding(.pip, .warning, "x", run: "b"),
          Finding(.uv, .note, "x", run: "c"),
        ],
        [], "1 problem, 1 warning\nNext: run these commands, \(then):\n    b\n    a"
      ),
      ([fine], [true], "All checks passed. Nothing needs to be done."),
      ([soon], [false, false], "2 problems, 1 warning\nNext: correct what is named above, \(again)"),
    ] as [([Finding], [Bool], String)])
  func theEndSaysWhatToDoNext(_ findings: [Finding], _ fixed: [Bool], _ end: String) {
    let repaired = fixed.map { DoctorReport.Repaired(finding: Self.wrong, done: "y", isDone: $0) }
    #expect(text(findings, repaired: repaired).components("\n\n").last == "\(end)\n")
  }

  /// Each of these commands is for the file as it is now: none may move the line of another.
  @Test func theCommandsComeInTheOrderToRunThem() {
    func line(_ area: Finding.Area, _ file: String, _ line: Int?, _ command: String) -> Finding {
      Finding(area, .problem, "x", at: .file(file, line: line), run: command)
    }
    let findings = [
      line(.project, "/p", 9, "p9"), line(.pip, "/p", 3, "p3"), Finding(.program, .problem, "x", run: "path"),
      line(.files, "/n", 1, "n1"), line(.files, "/n", 2, "n2"), line(.files, "/n", nil, "n"),
      Finding(.token, .problem, "x", run: "sign in"), Finding(.token, .problem, "y", run: "sign in"),
      Finding(.repository, .problem, "x", read: "list"),
    ]
    #expect(findings.changes == ["path", "p9", "n2", "n1", "n", "p3", "sign in"])
  }

  @Test func afterRepairsItSaysWhatIsLeft() {
    let left = Self.wrong.withoutRepair("not fixed: no")
    let repaired = DoctorReport.Repaired(finding: Self.wrong, done: "not fixed: no", isDone: false)
    let report = DoctorReport(findings: [left], repaired: [repaired])
    #expect(!report.isHealthy)
    let text = ReportText(report: report, style: ReportStyle(), home: "/home/anna", isVerbose: false, isAfterFix: true)
      .lines
    #expect(
      text == """
        problem  pip  ~/.pip/pip.conf line 3: it is wrong (doctor --fix cannot fix it: not fixed: no)
            sed -i 3d ~/.pip/pip.conf

        1 problem that doctor --fix cannot fix
        Next: run this command, then codeartifact-keyring doctor again:
            sed -i 3d ~/.pip/pip.conf

        """)
  }

  /// A note can have a repair too, but needs none.
  @Test func onlyFailuresCountAsFixable() {
    let note = Finding(.poetry, .note, "an old entry", repair: .removeSecret(service: "a", username: "b"))
    #expect(text([Self.wrong, note]).hasSuffix("1 problem\nNext: codeartifact-keyring doctor --fix\n"))
  }

  @Test func whatWasFixedAndWhatCouldNotBe() {
    let repaired = [true, false].map {
      DoctorReport.Repaired(finding: Self.wrong, done: $0 ? "it was removed" : "not fixed: no", isDone: $0)
    }
    let report = DoctorReport(findings: [Self.fine], repaired: repaired)
    #expect(!report.isHealthy)
    #expect(
      text([Self.fine], repaired: repaired).hasPrefix("fixed    pip  it was removed\nproblem  pip  not fixed: no\n"))
    #expect(DoctorReport(findings: [Self.fine], repaired: []).isHealthy)
  }

  @Test func aWarningIsNoFailure() {
    #expect(DoctorReport(findings: [Self.soon], repaired: []).isHealthy)
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    var (parts, rest) = ([String](), self[...])
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
