import ClientConfig
import CodeArtifact
import Platform

/// Whether variables give twine, hatch, flit and PDM a password, which they send instead of asking keyring.
/// Sources: twine 7.0 `settings.py`; hatch 1.18 `publish/auth.py`; flit 4.2 `upload.py`; PDM 2.29 `cli/commands/publish`
struct PublishCheck {
  private struct Client {
    let name: String
    let user: String
    let password: String
    let url: String
    /// Whether it sends an empty password (measured).
    let sendsEmpty: Bool
  }

  private static let clients = [
    Client(
      name: "twine", user: "TWINE_USERNAME", password: "TWINE_PASSWORD", url: "TWINE_REPOSITORY_URL", sendsEmpty: true),
    Client(
      name: "hatch", user: "HATCH_INDEX_USER", password: "HATCH_INDEX_AUTH", url: "HATCH_INDEX_REPO", sendsEmpty: false),
    Client(name: "flit", user: "FLIT_USERNAME", password: "FLIT_PASSWORD", url: "FLIT_INDEX_URL", sendsEmpty: false),
    Client(
      name: "pdm publish", user: "PDM_PUBLISH_USERNAME", password: "PDM_PUBLISH_PASSWORD", url: "PDM_PUBLISH_REPO",
      sendsEmpty: false),
    Client(
      name: "pdm", user: "PDM_PYPI_USERNAME", password: "PDM_PYPI_PASSWORD", url: "PDM_PYPI_URL", sendsEmpty: false),
  ]

  let doctor: DoctorContext

  var findings: [Finding] { Self.clients.compactMap(finding) }

  private func finding(_ client: Client) -> Finding? {
    guard let password = doctor.environment.all[client.password] else { return nil }
    let secret = StoredPassword(password, now: doctor.now)
    let isCodeArtifact =
      doctor.environment[client.url].map { URLParts($0).isRepository(doctor.configuration) } ?? false
    switch secret {
    case .token: break
    case .other: guard isCodeArtifact else { return nil }
    // Only CodeArtifact has a user of this name.
    case .empty:
      guard client.sendsEmpty, isCodeArtifact || doctor.environment[client.user] == AuthorizationToken.username else {
        return nil
      }
    }
    return Finding(
      .publish, secret.severityInEnvironment,
      "\(client.password) holds \(secret.words): \(client.name) sends it instead of asking keyring",
      run: "unset \(client.password)")
  }
}
