import AWSCredentials
import CodeArtifact
import Platform

/// Which AWS credentials are used, whether there is a token, and whether the repositories accept it.
struct AWSCheck: Check {
  let area = Finding.Area.aws
  let doctor: DoctorContext
  /// A repository of each domain that is in use here.
  let repositories: [Repository]
  /// The state of each of these domains; nil for one that did not answer in time.
  let domains: [DomainStatus?]

  var findings: [Finding] { doctor.configurationFailure == nil ? credentialSources + tokens + indexes : [] }

  private var credentialSources: [Finding] {
    let findings = domains.compactMap { $0 }.map { domain in
      switch domain.credentialSource {
      // Where no token was received, a finding of its own says what to do.
      case .success(.instanceMetadata): domain.isSignedIn ? fine(.instanceMetadata) : none(nil)
      case .success(let source): fine(source)
      case .failure(let failure):
        Finding(.aws, domain.environmentToken == nil ? .problem : .note, doctor.context.choosingRemedy(of: failure))
      }
    }
    if !findings.isEmpty { return findings.distinct() }
    // The credentials where no domain has settings of its own.
    do {
      let source = try SharedConfiguration(doctor.context).credentialSource(profile: doctor.configuration.profile)
      guard case .instanceMetadata = source else { return [fine(source)] }
      return [none(CredentialFailure(noCredentialsFor: doctor.configuration.profile?.name, doctor.context))]
    } catch { return [Finding(.aws, .problem, doctor.context.choosingRemedy(of: error))] }
  }

  private func fine(_ source: CredentialSource) -> Finding {
    Finding(.aws, .ok, "credentials from \(source.title)")
  }

  /// Only the machine's own role is left.
  private func none(_ failure: CredentialFailure?) -> Finding {
    let isDisabled = doctor.environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true"
    let what =
      isDisabled
      ? "no AWS credentials are configured, and AWS_EC2_METADATA_DISABLED excludes an EC2 instance's role"
      : "no AWS credentials are configured: only an EC2 instance's role remains"
    return Finding(
      .aws, .note, FailureRecord(what, remedy: failure.flatMap { doctor.context.choosingRemedy(of: $0).remedy }))
  }

  private var tokens: [Finding] {
    guard !repositories.isEmpty else {
      return [
        Finding(
          .token, .note, "no CodeArtifact repository is configured here, so none was tried",
          read: "\(Installation.name) doctor \(RepositoryArgument.example)")
      ]
    }
    return zip(repositories, domains).flatMap { repository, domain -> [Finding] in
      guard let domain else {
        let what = "AWS, or the source of its credentials, did not answer within \(Int(DoctorContext.timeout)) s"
        return [Finding(.token, .problem, "\(repository.domainTitle): \(what)")]
      }
      return tokens(of: domain)
    }
  }

  private func tokens(of domain: DomainStatus) -> [Finding] {
    let title = domain.repository.domainTitle
    switch domain.token {
    case .failure(let failure):
      // Reported already, with the credentials.
      if domain.credentialSource.failure.map({ FailureRecord($0) }) == FailureRecord(failure.withoutSkipped) {
        return []
      }
      let record = FailureRecord(doctor.context.choosingRemedy(of: failure))
      let location = record.location ?? location(ofCredentialsIn: failure.withoutSkipped, domain)
      return [
        Finding(
          .token, .problem, FailureRecord(record.problem, location: location, remedy: record.remedy), subject: title)
      ]
    case .success(let token):
      let left = token.expiration.map {
        " with \(duration(Int($0 - doctor.now))) left (until \(doctor.context.clock.localTime($0)))"
      }
      let skipped = domain.skipped.map {
        Finding(.token, .warning, "\($0) is ignored", run: $0.place.removal.command)
      }
      return skipped + [Finding(.token, .ok, "\(title): a token\(left ?? ""), from \(token.source)")]
    }
  }

  /// Where the credentials are configured that a failure is about.
  private func location(ofCredentialsIn failure: TokenFailure, _ domain: DomainStatus) -> Location? {
    guard failure.isAboutIdentity, case .success(let source) = domain.credentialSource,
      let shared = try? SharedConfiguration(doctor.context)
    else { return nil }
    switch failure {
    // About the role, if there is one; any other is about what it is assumed with.
    case .denied, .credentials(.role): return source.location(in: shared)
    default: return source.base.location(in: shared)
    }
  }

  private var indexes: [Finding] {
    domains.compactMap { $0 }.flatMap { domain in domain.indexes.map { finding($0, of: domain) } }
  }

  private func finding(_ index: DomainStatus.IndexResponse, of domain: DomainStatus) -> Finding {
    let repository = domain.repository
    let title = "\(index.name) of \(repository.domain)"
    func problem(_ what: String, at place: Location? = nil, run: String? = nil, read: String? = nil) -> Finding {
      Finding(.repository, .problem, "\(title) \(what)", at: place, run: run, read: read)
    }
    let status: Int
    do { status = try index.result.get() } catch { return Finding(.repository, .problem, error, subject: title) }
    let (name, owner) = (shellWord(repository.domain), shellWord(repository.owner))
    let region = shellWord(repository.region)
    switch status {
    case 200..<400: return Finding(.repository, .ok, "\(title) answers (HTTP \(status))")
    case 401:
      return problem(
        "rejects the token (HTTP 401)", at: domain.environmentToken,
        run: domain.environmentToken?.removal.command ?? "\(Installation.name) login \(shellWord(index.url))")
    case 403:
      let command =
        "aws codeartifact get-repository-permissions-policy --domain \(name) --domain-owner \(owner) "
        + "--region \(region) --repository \(shellWord(index.name))"
      let failure = FailureRecord(
        "\(title) cannot be read (HTTP 403): the permission codeartifact:ReadFromRepository is missing",
        remedy: .withAWSCLI(.inspect(command), otherwise: .advice("Ask your administrator for it")))
      return Finding(.repository, .problem, doctor.context.choosingRemedy(of: failure))
    case 404:
      return problem(
        "does not exist, or you have no access to it (HTTP 404)",
        read: "\(Installation.name) list --domain \(name) --owner \(owner) --region \(region)")
    default: return problem("answers with HTTP \(status): try again later")
    }
  }
}

extension DomainStatus {
  /// The variable or the file that the token comes from; nil for one that AWS gave for credentials.
  fileprivate var environmentToken: Location? { try? token.get().place }

  /// Whether AWS gave a token for the credentials.
  fileprivate var isSignedIn: Bool { (try? token.get()) != nil && environmentToken == nil }
}
