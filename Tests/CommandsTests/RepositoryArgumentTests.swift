import CodeArtifact
import Testing

@testable import Commands

private let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"

@Suite struct RepositoryArgumentTests {
  @Test(arguments: [
    (host, host), ("https://\(host)/pypi/internal/simple/", "https://\(host)/pypi/internal/simple/"),
    ("\(host)/pypi/internal/", "https://\(host)/pypi/internal/"), (" https://\(host)/ \n", "https://\(host)/"),
    ("https://aws@\(host)/", "https://aws@\(host)/"), ("\(host):443", "\(host):443"),
    (
      "arn:aws:codeartifact:us-east-1:111122223333:repository/acme/internal", "https://\(host)/pypi/internal/"
    ),
    (
      "arn:aws-cn:codeartifact:cn-north-1:111122223333:repository/acme/a",
      "https://acme-111122223333.d.codeartifact.cn-north-1.amazonaws.com.cn/pypi/a/"
    ),
    ("\"https://\(host)/\"", "https://\(host)/"), ("'\(host)'", host), ("<https://\(host)/>", "https://\(host)/"),
  ])
  func aRepositoryIsNamed(_ argument: String, _ service: String) throws {
    let named = try RepositoryArgument(argument, Configuration())
    #expect(named.repository.domain == "acme" && named.service == service)
  }

  @Test(arguments: [
    ("", "an empty argument is not a CodeArtifact repository"), (" ", "an empty argument"),
    ("https://pypi.org/simple/", "https://pypi.org/simple/ is not a CodeArtifact repository"),
    ("http://\(host)/", "plain http"), ("https://bob@\(host)/", "a user name other than aws"),
    ("arn:aws:codeartifact:us-east-1:111122223333:domain/acme", "is not a CodeArtifact repository"),
    ("arn:aws:codeartifact:us east:1:repository/acme/x", "is not a CodeArtifact repository"),
    ("arn:aws:codeartifact:us-east-1:1:repository/acme/x", "an account ID of 1 digits"),
    ("arn:aws:codeartifact:::repository//", "is not of the form"),
    (
      "arn:aws-cn:codeartifact:us-east-1:111122223333:repository/acme/x",
      "has the partition aws-cn, but its region is in aws"
    ),
    (
      "arn:aws:codeartifact:cn-north-1:111122223333:repository/acme/x",
      "has the partition aws, but its region is in aws-cn"
    ),
    ("\"", "is not a CodeArtifact repository"), ("''", "is not a CodeArtifact repository"),
    ("'\(host)", "does not begin with DOMAIN-OWNER"),
    ("https://\(host.replacing("3333.", with: "333."))/", "account ID of 11 digits"),
  ])
  func aRejectedArgumentIsExplained(_ argument: String, _ reason: String) {
    #expect { try RepositoryArgument(argument, Configuration()) } throws: { error in
      "\(error)".contains(reason) && "\(error)".contains("https://DOMAIN-OWNER.d.codeartifact.")
    }
  }

  /// A domain's token is valid for them too.
  @Test(arguments: ["npm", "maven", "nuget", "cargo", "ruby", "swift", "generic"])
  func urlsOfOtherPackageFormatsAreAccepted(_ format: String) throws {
    let named = try RepositoryArgument("https://\(host)/\(format)/internal/", Configuration())
    #expect(named.repository.domain == "acme")
  }

  @Test(arguments: [
    "https://aws:hunter2secret@\(host):99999/", "https://aws:hunter2secret@pypi.org/", "aws:hunter2secret@pypi.org",
    "https://aws:hun/hunter2secret@pypi.org/", "https://aws:hun?hunter2secret@pypi.org/", "x@hunter2secret@y",
    "https://pypi.org/?token=hunter2secret", "https://aws:a@hunter2secret@\(host).example/#hunter2secret",
  ])
  func noPasswordIsRepeated(_ argument: String) {
    #expect { try RepositoryArgument(argument, Configuration()) } throws: { !"\($0)".contains("hunter2secret") }
  }
}
