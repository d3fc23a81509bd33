import AWSCredentials
import CodeArtifact
import Platform

/// Which AWS credentials are used, whether there is a token, and whether the repositories accept it.
struct AWSCheck {
  let doctor: DoctorContext
  /// The state of each domain; nil for one that did not answer in time.
  let domains: [DomainStatus?]
  /// Whether any repository is known.
  let isAnythingKnown: Bool

  var findings: [Finding] { credentialSources + tokens + indexes }

  // MARK: identity

  private var credentialSources: [Finding] {
    guard doctor.configurationFailure == nil else { return [] }
    let answered = domains.compactMap { $0 }
    var findings: [Finding] = []
    for domain in answered {
      let finding = finding(domain.credentialSource, isNeeded: !domain.hasEnvironmentToken)
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings.isEmpty ? [finding(ambient, isNeeded: true)] : findings
  }

  /// The credentials where no domain has settings of its own.
  private var ambient: Result<CredentialSource, TokenFailure> {
    do {
      let shared = try SharedConfiguration(doctor.context)
      return .success(try CredentialChain(doctor.context, shared).plan(profile: doctor.configuration.profile))
    } catch { return .failure(.credentials(error)) }
  }

  private func finding(_ credentialSource: Result<CredentialSource, TokenFailure>, isNeeded: Bool) -> Finding {
    switch credentialSource {
    case .success(.instanceMetadata) where doctor.environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true":
      Finding(
        .aws, .note, "no AWS credentials are configured, and AWS_EC2_METADATA_DISABLED excludes an EC2 instance's role",
        run: "\(Installation.name) aws-credentials")
    case .success(.instanceMetadata):
      Finding(
        .aws, .note, "no AWS credentials are configured: only an EC2 instance's role remains",
        run: "\(Installation.name) aws-credentials")
    case .success(let credentialSource): Finding(.aws, .ok, "credentials from \(credentialSource.source)")
    case .failure(let failure): Finding(.aws, isNeeded ? .problem : .note, failure)
    }
  }

  // MARK: tokens

  private var tokens: [Finding] {
    if doctor.configurationFailure != nil { return [] }
    guard isAnythingKnown else {
      return [
        Finding(
          .token, .note, "no CodeArtifact repository is configured here, so none was tried",
          run: "\(Installation.name) doctor https://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/")
      ]
    }
    return domains.flatMap { domain -> [Finding] in
      guard let domain else {
        return [
          Finding(
            .token, .problem,
            "AWS, or the source of its credentials, did not answer within \(Int(DoctorContext.timeout)) s")
        ]
      }
      return tokens(of: domain)
    }
  }

  private func tokens(of domain: DomainStatus) -> [Finding] {
    let repository = domain.repository
    let title = "\(repository.domain) (\(repository.owner), \(repository.region))"
    switch domain.token {
    case .failure(let failure):
      // Reported already, with the credentials.
      if case .failure(let other) = domain.credentialSource,
        FailureRecord(failure.withoutSkipped) == FailureRecord(other)
      {
        return []
      }
      return [Finding(.token, .problem, failure, subject: title)]
    case .success(let token):
      let left = token.expiration.map { Int($0 - doctor.now) }
      let end = token.expiration.map { " (until \(doctor.context.clock.localTime($0)))" } ?? ""
      let words = left.map { " with \(duration($0)) left\(end)" } ?? ""
      let skipped = domain.skipped.map {
        Finding(.token, .warning, "\($0) is ignored", run: $0.origin.removal.command)
      }
      return skipped + [Finding(.token, .ok, "\(title): a token\(words), from \(token.source)")]
    }
  }

  // MARK: repositories

  private var indexes: [Finding] {
    domains.compactMap { $0 }.flatMap { domain in domain.indexes.map { finding($0, of: domain) } }
  }

  private func finding(_ index: DomainStatus.IndexResponse, of domain: DomainStatus) -> Finding {
    let repository = domain.repository
    let title = "\(index.name) of \(repository.domain)"
    let named =
      "--domain \(shellWord(repository.domain)) --domain-owner \(shellWord(repository.owner)) "
      + "--region \(shellWord(repository.region))"
    switch index.result {
    case .failure(let failure): return Finding(.repository, .problem, failure, subject: title)
    case .success(let status):
      switch status {
      case 200..<400: return Finding(.repository, .ok, "\(title) answers (HTTP \(status))")
      case 401:
        return Finding(
          .repository, .problem, "\(title) rejects the token (HTTP 401)",
          run: command(anotherTokenFor: domain))
      case 403:
        return Finding(
          .repository, .problem,
          "\(title) cannot be read (HTTP 403): the permission codeartifact:ReadFromRepository is missing",
          run: "aws codeartifact get-repository-permissions-policy \(named) --repository \(shellWord(index.name))")
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

  private func command(anotherTokenFor domain: DomainStatus) -> String {
    if case .success(let token) = domain.token, case .environment(let origin) = token.source,
      let command = origin.removal.command
    {
      return command
    }
    return "\(Installation.name) login \(shellWord(host(domain)))"
  }

  private func host(_ domain: DomainStatus) -> String {
    let repository = domain.repository
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
