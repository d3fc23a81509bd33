import ClientConfig
import CodeArtifact
import Platform

/// The last failure of a lookup, and the variables that the lookup did not have: tools such as tox run commands without most
/// variables.
/// Source: https://tox.wiki/en/latest/config.html#pass_env
struct HistoryCheck: Check {
  let area = Finding.Area.history
  let doctor: DoctorContext
  /// A repository of each domain that is in use here.
  let repositories: [Repository]

  var findings: [Finding] { [finding] }

  private var finding: Finding {
    guard let last = doctor.lastFailure else { return Finding(area, .ok, "no lookup has failed") }
    let seconds = Int(doctor.now - last.at)
    let time = seconds < 60 ? "just now" : "\(roughDuration(seconds)) ago"
    let isElsewhere = !repositories.isEmpty && !repositories.contains(where: last.isAbout)
    if isElsewhere, let domain = last.domainTitle {
      return Finding(
        area, .ok,
        "no lookup for this project has failed (the last failure, \(time), was about the domain \(domain))")
    }
    let domain = repositories.isEmpty ? last.domainTitle.map { ", for the domain \($0)" } ?? "" : ""
    let finding = Finding(area, .note, last.failure, subject: "the last failure, \(time)\(domain)")
    let missing = LastFailure.variables(of: doctor.environment).filter { !(last.variables ?? [$0]).contains($0) }
    guard !missing.isEmpty else { return finding }
    return warning(
      "\(finding.what) (that lookup ran without \(missing.prefix(6).joined(separator: ", ")), "
        + "which \(missing.count == 1 ? "is" : "are") set here. If it ran in tox, "
        + "set pass_env = AWS_*, or a profile in [[tool.codeartifact-keyring.domain]] of pyproject.toml)",
      run: toxCommand)
  }

  /// The command that makes tox pass them; nil where its settings are not in a `tox.ini`, or have `pass_env` already.
  private var toxCommand: String? {
    guard let file = SettingsFile("\(doctor.folder)/tox.ini", doctor.context),
      let header = file.ini.headers.first(where: { $0.section == "testenv" })?.index,
      file.ini.value(["pass_env", "passenv"], in: "testenv") == nil
    else { return nil }
    return EditCommand.change(header, of: file, ["a pass_env = AWS_*"])
  }
}
