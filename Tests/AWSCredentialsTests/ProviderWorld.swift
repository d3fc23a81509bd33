import Crypto
import Platform
import TestSupport
import Testing

@testable import AWSCredentials

/// Every secret of these tests has this word in it, so that none can slip into a message unseen.
let secretWord = "hunter2"

/// The variable that makes a world tell all it does.
let talkative = ["CODEARTIFACT_KEYRING_DEBUG": "1"]

extension World {
  /// The credentials that a sign-in leads to in this world.
  func credentials(
    for source: CredentialSource, seconds: Double = 30, askMFA: MFAPrompt? = nil
  ) throws(CredentialFailure) -> Credentials {
    // Nor may a secret be told to who develops the program: see `talkative`.
    defer { #expect(!output.standardError.contains(secretWord)) }
    return try AWSClient(context, certificates: nil).credentials(
      for: source, askMFA: askMFA, deadline: Deadline(seconds, on: context.clock))
  }

  /// Why a sign-in leads to none. What every failure owes to its reader is checked on the way.
  func failure(
    of source: CredentialSource, seconds: Double = 30, askMFA: MFAPrompt? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CredentialFailure {
    let thrown = #expect(throws: CredentialFailure.self, sourceLocation: sourceLocation) {
      try credentials(for: source, seconds: seconds, askMFA: askMFA)
    }
    let failure = try #require(thrown, sourceLocation: sourceLocation)
    let line = "\(failure)"
    #expect(!line.isEmpty && !line.contains { $0.isNewline }, sourceLocation: sourceLocation)
    #expect(!line.contains(secretWord), sourceLocation: sourceLocation)
    return failure
  }

  /// The bytes of a file below HOME; nil where there is none.
  func content(_ name: String) -> [UInt8]? { try? context.files.read("\(home)/\(name)") }
}

extension CredentialSource {
  /// A role that a session of SSO grants.
  static func sso(
    profile: String, session: String?, startURL: String, region: String, account: String, role: String
  ) -> CredentialSource {
    .sso(
      SSOSession(name: session, startURL: startURL, region: region, profile: profile), account: account, role: role)
  }
}

extension HTTPRequest {
  /// The body as text.
  var text: String { String(decoding: body, as: UTF8.self) }

  /// All headers, each as one line.
  var headerLines: [String] { headers.map { "\($0.name): \($0.value)" } }
}

/// A moment so many seconds from what a new `ManualClock` shows, as AWS writes it.
func moment(_ seconds: Double) -> String { iso8601(epochSeconds: 1_800_000_000 + seconds) }

/// Where the AWS CLI keeps what it has cached under a text, below HOME.
func cacheFile(_ directory: String, sha1 text: String) -> String {
  ".aws/\(directory)/\(hexadecimal(Insecure.SHA1.hash(data: Array(text.utf8)))).json"
}

/// Credentials in the form that programs, containers, EC2 and the AWS CLI's cache share.
func processAnswer(token: String = "SessionToken", expiration: String? = moment(3600), more: String = "") -> String {
  let end = expiration.map { #", "Expiration": "\#($0)""# } ?? ""
  return #"{\#(more)"AccessKeyId": "ASIAGIVEN", "SecretAccessKey": "hunter2/secret+", "#
    + #""\#(token)": "hunter2-session=="\#(end)}"#
}

/// What `processAnswer` and `stsAnswer` are to be read as.
func givenCredentials(expiration: Double? = 1_800_003_600) -> Credentials {
  Credentials(
    accessKeyID: "ASIAGIVEN", secretAccessKey: "hunter2/secret+", sessionToken: "hunter2-session==",
    expiration: expiration)
}

/// STS's answer with a role's credentials.
func stsAnswer(expiration: String = moment(3600)) -> String {
  """
  <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIAGIVEN</AccessKeyId><SecretAccessKey>hunter2/secret+</SecretAccessKey>
  <SessionToken>hunter2-session==</SessionToken><Expiration>\(expiration)</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>
  """
}

/// STS's answer with an error.
func stsError(_ code: String, _ message: String = "AWS says so") -> String {
  "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>"
}
