import ClientConfig
import CodeArtifact
import Platform

/// The last failure of a lookup, and the variables that the lookup did not have: tools such as tox run commands without most
/// variables.
/// Source: https://tox.wiki/en/latest/config.html#pass_env
struct HistoryCheck {
  let machine: DoctorContext

  var finding: Finding {
    guard let last = machine.lastFailure else { return Finding(.history, .ok, "no lookup has failed") }
    let ago = roughDuration(max(0, Int(machine.now - last.at)))
    let told = Finding(.history, .note, last.failure, subject: "the last failure, \(ago) ago")
    let missing = LastFailure.variables(of: machine.environment).filter { !(last.variables ?? [$0]).contains($0) }
    guard !missing.isEmpty else { return told }
    return Finding(
      .history, .warning,
      "\(told.what) (\(missing.prefix(6).joined(separator: ", ")): set here, but not for that lookup. tox passes no AWS_* "
        + "without pass_env = AWS_*; a profile in [[tool.codeartifact-keyring.domain]] of pyproject.toml needs no variable)",
      run: passing)
  }

  /// Makes tox pass them; nil where its settings are not in a `tox.ini`, or have `pass_env` already.
  private var passing: String? {
    guard let file = SettingsFile("\(machine.folder)/tox.ini", machine.context),
      let header = file.ini.headers.first(where: { $0.section == "testenv" })?.index,
      file.value(["pass_env", "passenv"], in: "testenv") == nil
    else { return nil }
    return EditCommand.change(header, of: file.path, ["a pass_env = AWS_*"])
  }
}
