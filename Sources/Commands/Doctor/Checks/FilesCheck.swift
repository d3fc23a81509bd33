import ClientConfig
import CodeArtifact
import Platform

/// Files whose passwords clients use instead of asking keyring: `~/.netrc` and `~/.pypirc`.
struct FilesCheck {
  let doctor: DoctorContext

  var findings: [Finding] { (netrc + pypirc).orOK(.files, "no password for CodeArtifact in netrc or pypirc") }

  // MARK: netrc

  private var netrc: [Finding] {
    guard let path = NetrcEntry.path(doctor.context), let file = SettingsFile(path, doctor.context) else { return [] }
    return NetrcEntry.all(in: file.bytes).compactMap { entry in
      guard let machine = entry.machine else {
        return Finding(
          .files, .warning, "the default entry is sent to every host, including CodeArtifact's",
          at: file.place(entry.line),
          run: command(entry, path))
      }
      guard URLParts("https://\(machine)/").isRepository(doctor.configuration) else { return nil }
      let secret = StoredPassword(entry.password, now: doctor.now)
      return Finding(
        .files, secret.severityInFile,
        "machine \(oneLine(machine, limit: 120)) has \(secret.words): uv, pip and older Poetry send it instead of asking keyring",
        at: file.place(entry.line),
        run: command(entry, path),
        repair: secret.isToken ? .replace(path: path, at: entry.offset, old: entry.bytes, new: []) : nil)
    }
  }

  /// Removes an entry, if there is nothing else in its lines.
  private func command(_ entry: NetrcEntry, _ path: String) -> String {
    entry.hasOwnLines ? EditCommand.delete(entry.line...entry.lastLine, of: path) : EditCommand.open(path)
  }

  // MARK: pypirc

  private var pypirc: [Finding] {
    guard let pypirc = Pypirc(doctor.context) else { return [] }
    let file = pypirc.file
    return pypirc.passwords.compactMap { password in
      let line = password.setting
      let secret = StoredPassword(line.value, now: doctor.now)
      guard secret.isToken || URLParts(password.url).isRepository(doctor.configuration) else { return nil }
      return Finding(
        .files, secret.severityInFile,
        "[\(oneLine(line.section, limit: 80))] holds \(secret.words): \(secret == .empty ? "twine sends" : "twine and hatch send") "
          + "it instead of asking keyring",
        at: file.place(line.index), run: EditCommand.delete(line.index...line.index, of: file.path),
        repair: secret.isRemovable ? file.replacing(line.index, with: [], removing: secret.name) : nil)
    }
  }
}
