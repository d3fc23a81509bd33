import Testing

@testable import KeyringProtocol

@Suite struct KeyringRequestTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let arguments: [String]
    let request: KeyringRequest

    init(
      _ name: String, _ arguments: [String], _ operation: KeyringRequest.Operation?, _ service: String? = nil,
      _ username: String? = nil, mode: KeyringRequest.Mode = .password, output: KeyringRequest.Output = .plain,
      _ more: (inout KeyringRequest) -> Void = { _ in }
    ) {
      (testDescription, self.arguments) = (name, arguments)
      var request = KeyringRequest(
        operation: operation, service: service, username: username, mode: mode, output: output)
      more(&request)
      self.request = request
    }
  }

  @Test(arguments: [
    Case("pip to 26.1, uv with a user", ["get", "S", "aws"], .get, "S", "aws"),
    Case("pip from 26.2", ["--mode=creds", "--output=json", "get", "S"], .get, "S", mode: .creds, output: .json),
    Case(
      "pip from 26.2 with a user", ["--mode=creds", "--output=json", "get", "S", "aws"], .get, "S", "aws", mode: .creds,
      output: .json),
    Case("pip when it saves", ["set", "S", "bob"], .set, "S", "bob"),
    Case("uv without a user", ["get", "S", "--mode", "creds"], .get, "S", mode: .creds),
    Case("PDM", ["--mode=creds", "get", "S", ""], .get, "S", "", mode: .creds),
    Case("PDM's second question", ["--mode=password", "get", "S", "__token__"], .get, "S", "__token__"),
    Case(
      "PDM with a user in the URL", ["--mode=creds", "get", "https://aws@H/", "aws"], .get, "https://aws@H/", "aws",
      mode: .creds),
    Case("unearth", ["get", "S", "__token__"], .get, "S", "__token__"),
    Case(
      "Poetry's probe", ["get", "python-poetry-check", "python-poetry"], .get, "python-poetry-check", "python-poetry"),
    Case("deleting", ["del", "S", "aws"], .del, "S", "aws"), Case("diagnose", ["diagnose"], .diagnose),
    Case("diagnose with more", ["diagnose", "S"], .diagnose, "S"),
    Case("options at the end", ["get", "S", "aws", "--output", "json"], .get, "S", "aws", output: .json),
    Case(
      "options in the middle", ["get", "--mode", "creds", "S", "--output=plain", "aws"], .get, "S", "aws", mode: .creds),
    Case("the last one counts", ["--mode=creds", "--mode=password", "get", "S", "u"], .get, "S", "u"),
    Case("a prefix", ["--m", "creds", "get", "S"], .get, "S", mode: .creds),
    Case("a prefix with a value", ["--ou=json", "get", "S", "u"], .get, "S", "u", output: .json),
    Case("a dash for a service", ["get", "-", "u"], .get, "-", "u"),
    Case("a space in what begins with a dash", ["get", "-a b", "u"], .get, "-a b", "u"),
    Case("behind --", ["--", "get", "--mode", "u"], .get, "--mode", "u"),
    Case("empty words", ["get", "", ""], .get, "", ""),
    Case("another script", ["get", "größe", "日本"], .get, "größe", "日本"),
    Case("a backend", ["-b", "a.B", "get", "S", "u"], .get, "S", "u") { $0.backend = "a.B" },
    Case("a backend, joined", ["-bx.Y", "get", "S", "u"], .get, "S", "u") { $0.backend = "x.Y" },
    Case("a backend in full", ["--keyring-backend=x.Y", "get", "S", "u"], .get, "S", "u") { $0.backend = "x.Y" },
    Case("a path", ["-p", "/x", "get", "S", "u"], .get, "S", "u"),
    Case("a path in full", ["--keyring-path=/a b", "get", "S", "u"], .get, "S", "u"),
    Case("a listing", ["--list-backends"], nil) { $0.listsBackends = true },
    Case("a listing, shorter", ["--list"], nil) { $0.listsBackends = true },
    Case("disabling", ["--disable"], nil) { $0.disables = true },
    Case("a completion", ["--print-completion", "bash"], nil) { $0.wantsCompletion = true },
    Case("a completion, joined", ["--print-completion=zsh"], nil) { $0.wantsCompletion = true },
    Case("a listing with a half question", ["--list-backends", "get"], .get) { $0.listsBackends = true },
  ])
  func isRead(_ given: Case) throws {
    #expect(try KeyringRequestParser(given.arguments).request == given.request)
  }

  @Test(arguments: [
    ["-h"], ["--help"], ["--hel"], ["get", "-h"], ["get", "S", "u", "--help"], ["--mode", "creds", "-h", "--bogus"],
  ])
  func helpIsAskedForAnywhere(_ arguments: [String]) throws {
    #expect(try KeyringRequestParser(arguments).request.wantsHelp)
  }

  @Test(
    arguments: [
      ([], "Specify operation (get, set, del, diagnose)."),
      (["--mode", "creds"], "Specify operation (get, set, del, diagnose)."),
      (["bogus"], "argument operation: invalid choice: 'bogus' (choose from 'get', 'set', 'del', 'diagnose')"),
      (["GET", "S", "u"], "argument operation: invalid choice: 'GET' (choose from 'get', 'set', 'del', 'diagnose')"),
      ([""], "argument operation: invalid choice: '' (choose from 'get', 'set', 'del', 'diagnose')"),
      (["get"], "get requires service and username"), (["get", "S"], "get requires service and username"),
      (["--mode", "creds", "get"], "get requires service"), (["set", "S"], "set requires service and username"),
      (["--mode=creds", "set", "S"], "set requires service and username"),
      (["del", "S"], "del requires service and username"),
      (["get", "S", "u", "x"], "unrecognized arguments: x"),
      (["get", "S", "u", "x", "y"], "unrecognized arguments: x y"),
      (["--mode", "bogus", "get", "S"], "argument --mode: invalid choice: 'bogus' (choose from 'password', 'creds')"),
      (["--mode=", "get", "S"], "argument --mode: invalid choice: '' (choose from 'password', 'creds')"),
      (["--output=xml", "get", "S", "u"], "argument --output: invalid choice: 'xml' (choose from 'plain', 'json')"),
      (["get", "S", "u", "--mode"], "argument --mode: expected one argument"),
      (["--mode", "--output", "json", "get", "S"], "argument --mode: expected one argument"),
      (["-b"], "argument -b/--keyring-backend: expected one argument"),
      (["--list-backends=x"], "argument --list-backends: ignored explicit argument 'x'"),
      (["--version"], "unrecognized arguments: --version"), (["-x", "get", "S", "u"], "unrecognized arguments: -x"),
      (["--keyring", "x"], "ambiguous option: --keyring could match --keyring-path, --keyring-backend"),
    ] as [([String], String)])
  func aMistakeIsAnsweredInPythonsWords(_ arguments: [String], _ problem: String) throws {
    let error = try #require(#expect(throws: UsageError.self) { try KeyringRequestParser(arguments).request })
    #expect(error.problem == problem)
    #expect(error.text.hasPrefix("usage: keyring [-h]"))
    #expect(error.text.hasSuffix("\nkeyring: error: \(problem)"))
  }
}

@Suite struct ResponseTests {
  private func answer(_ token: String, _ mode: KeyringRequest.Mode, _ output: KeyringRequest.Output) -> String {
    String(decoding: KeyringRequest(mode: mode, output: output).response("aws", token), as: UTF8.self)
  }

  @Test func hasPythonsBytes() {
    #expect(answer("tok-123", .password, .plain) == "tok-123\n")
    #expect(answer("tok-123", .creds, .plain) == "aws\ntok-123\n")
    #expect(answer("tok-123", .password, .json) == "{\"password\": \"tok-123\"}\n")
    #expect(answer("tok-123", .creds, .json) == "{\"username\": \"aws\", \"password\": \"tok-123\"}\n")
  }

  @Test(arguments: [
    ("plain", "'plain'"), ("it's", "\"it's\""), ("both ' and \"", "'both \\' and \"'"), ("a\\b", "'a\\\\b'"),
    ("a\nb\t", "'a\\nb\\t'"), ("\u{1B}", "'\\x1b'"), ("ü日", "'ü日'"), ("\u{2028}", "'\\u2028'"),
  ])
  func quotesAsPythonsReprDoes(_ text: String, _ quoted: String) {
    #expect(pythonQuoted(text) == quoted)
  }

  @Test func escapesWhatJSONWantsEscaped() {
    #expect(answer(#"a"b\c/d"#, .password, .json) == #"{"password": "a\"b\\c/d"}"# + "\n")
    #expect(answer(#"a"b\c/d"#, .password, .plain) == #"a"b\c/d"# + "\n")
  }
}
