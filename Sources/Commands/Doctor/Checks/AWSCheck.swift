import AWSCredentials
import CodeArtifact
import Platform

/// Which AWS credentials are used, whether there is a token, and whether the repositories accept it.
struct AWSCheck {
  let machine: DoctorContext
  /// The state of each domain; nil for one that did not answer in time.
  let domains: [DomainStatus?]
  /// Whether any repository is known.
  let isAnythingKnown: Bool

  var findings: [Finding] { signIns + tokens + pages }

  // MARK: identity

  private var signIns: [Finding] {
    guard machine.configurationFailure == nil else { return [] }
    let views = domains.compactMap { $0 }
    var findings: [Finding] = []
    for view in views {
      let finding = finding(view.signIn, isNeeded: !view.hasEnvironmentToken)
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings.isEmpty ? [finding(ambient, isNeeded: true)] : findings
  }

  /// The credentials where no domain has settings of its own.
  private var ambient: Result<CredentialSource, TokenFailure> {
    do {
      let shared = try SharedConfiguration(machine.context)
      return .success(try CredentialChain(machine.context, shared).plan(profile: machine.configuration.profile))
    } catch { return .failure(.credentials(error)) }
  }

  private func finding(_ signIn: Result<CredentialSource, TokenFailure>, isNeeded: Bool) -> Finding {
    switch signIn {
    case .success(.instanceMetadata) where machine.environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true":
      Finding(
        .aws, .note, "no AWS credentials are configured, and AWS_EC2_METADATA_DISABLED excludes an EC2 instance's role",
        run: "\(Installation.name) aws-credentials")
    case .success(.instanceMetadata):
      Finding(
        .aws, .note, "no AWS credentials are configured: only an EC2 instance's role remains",
        run: "\(Installation.name) aws-credentials")
    case .success(let signIn): Finding(.aws, .ok, "credentials from \(signIn.source)")
    case .failure(let failure): Finding(.aws, isNeeded ? .problem : .note, failure)
    }
  }

  // MARK: tokens

  private var tokens: [Finding] {
    if machine.configurationFailure != nil { return [] }
    guard isAnythingKnown else {
      return [
        Finding(
          .token, .note, "no CodeArtifact repository is configured here, so none was tried",
          run: "\(Installation.name) doctor https://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/")
      ]
    }
    return domains.flatMap { view -> [Finding] in
      guard let view else {
        return [
          Finding(
            .token, .problem,
            "AWS, or the source of its credentials, did not answer within \(Int(DoctorContext.patience)) s")
        ]
      }
      return tokens(of: view)
    }
  }

  private func tokens(of view: DomainStatus) -> [Finding] {
    let repository = view.repository
    let title = "\(repository.domain) (\(repository.owner), \(repository.region))"
    switch view.token {
    case .failure(let failure):
      // Reported already, with the credentials.
      if case .failure(let other) = view.signIn, FailureRecord(failure.withoutSkipped) == FailureRecord(other) {
        return []
      }
      return [Finding(.token, .problem, failure, subject: title)]
    case .success(let token):
      let left = token.expiration.map { Int($0 - machine.now) }
      let end = token.expiration.map { " (until \(machine.context.clock.localTime($0)))" } ?? ""
      let words = left.map { " with \(duration($0)) left\(end)" } ?? ""
      let useless = view.skipped.map {
        Finding(.token, .warning, "\($0) is ignored", run: $0.origin.removal.command)
      }
      return useless + [Finding(.token, .ok, "\(title): a token\(words), from \(token.source)")]
    }
  }

  // MARK: repositories

  private var pages: [Finding] {
    domains.compactMap { $0 }.flatMap { view in view.pages.map { finding($0, of: view) } }
  }

  private func finding(_ page: DomainStatus.Page, of view: DomainStatus) -> Finding {
    let repository = view.repository
    let title = "\(page.name) of \(repository.domain)"
    let named =
      "--domain \(shellWord(repository.domain)) --domain-owner \(shellWord(repository.owner)) "
      + "--region \(shellWord(repository.region))"
    switch page.answer {
    case .failure(let failure): return Finding(.repository, .problem, failure, subject: title)
    case .success(let status):
      switch status {
      case 200..<400: return Finding(.repository, .ok, "\(title) answers (HTTP \(status))")
      case 401:
        return Finding(
          .repository, .problem, "\(title) rejects the token (HTTP 401)",
          run: command(anotherTokenFor: view))
      case 403:
        return Finding(
          .repository, .problem,
          "\(title) cannot be read (HTTP 403): the permission codeartifact:ReadFromRepository is missing",
          run: "aws codeartifact get-repository-permissions-policy \(named) --repository \(shellWord(page.name))")
      case 404:
        return Finding(
          .repository, .problem, "\(title) does not exist, or you have no access to it (HTTP 404)",
          run: "\(Installation.name) list --domain \(shellWord(repository.domain)) "
            + "--owner \(shellWord(repository.owner)) --region \(shellWord(repository.region))")
      default:
        return Finding(.repository, .problem, "\(title) answers with HTTP \(status): try again later")
      }
    }
  }

  private func command(anotherTokenFor view: DomainStatus) -> String {
    if case .success(let token) = view.token, case .environment(let origin) = token.source,
      let command = origin.removal.command
    {
      return command
    }
    return "\(Installation.name) login \(shellWord(host(view)))"
  }

  private func host(_ view: DomainStatus) -> String {
    let repository = view.repository
    let suffix = repository.apiEndpoint.split(separator: ".").dropFirst(2).joined(separator: ".")
    return "\(repository.domain)-\(repository.owner).d.codeartifact.\(repository.region).\(suffix)"
  }
}

extension DomainStatus {
  /// Whether the token comes from a variable or a file, and needs no credentials.
  fileprivate var hasEnvironmentToken: Bool {
    if case .success(let token) = token, case .environment = token.source { return true }
    return false
  }
}
