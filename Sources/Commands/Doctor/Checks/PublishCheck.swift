import ClientConfig
import CodeArtifact
import Platform

/// Whether variables give twine, hatch, flit and PDM a password, which they send instead of asking keyring.
/// Sources: twine 7.0 `settings.py`; hatch 1.18 `publish/auth.py`; flit 4.2 `upload.py`; PDM 2.29 `cli/commands/publish`
struct PublishCheck: Check {
  /// The clients by name, with their variables, and whether they send an empty password (measured).
  private static let clients: [(name: String, user: String, password: String, url: String, sendsEmpty: Bool)] = [
    ("twine", "TWINE_USERNAME", "TWINE_PASSWORD", "TWINE_REPOSITORY_URL", true),
    ("hatch", "HATCH_INDEX_USER", "HATCH_INDEX_AUTH", "HATCH_INDEX_REPO", false),
    ("flit", "FLIT_USERNAME", "FLIT_PASSWORD", "FLIT_INDEX_URL", false),
    ("pdm publish", "PDM_PUBLISH_USERNAME", "PDM_PUBLISH_PASSWORD", "PDM_PUBLISH_REPO", false),
    ("pdm", "PDM_PYPI_USERNAME", "PDM_PYPI_PASSWORD", "PDM_PYPI_URL", false),
  ]

  let area = Finding.Area.publish
  let doctor: DoctorContext

  var findings: [Finding] {
    Self.clients.compactMap { client in
      guard let secret = doctor.environment.all[client.password].map(secret) else { return nil }
      let isCodeArtifact =
        isRepository(doctor.environment[client.url]) || client.name == "pdm" && doctor.usesRepository(asPDM: "pypi")
      // Only CodeArtifact has a user of this name.
      let isForAWS = isCodeArtifact || doctor.environment[client.user] == AuthorizationToken.username
      guard secret.isToken || (secret == .empty ? client.sendsEmpty && isForAWS : isCodeArtifact) else { return nil }
      return password(secret, in: client.password, "\(client.name) sends it", run: "unset \(client.password)")
    }
  }
}
