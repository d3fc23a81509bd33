import ClientConfig
import CodeArtifact
import Platform

/// Files whose passwords clients use instead of asking keyring: `~/.netrc` and `~/.pypirc`.
struct FilesCheck: Check {
  let area = Finding.Area.files
  let doctor: DoctorContext

  var findings: [Finding] { (netrc + pypirc).orOK(.files, "no password for CodeArtifact in netrc or pypirc") }

  private var netrc: [Finding] {
    guard let path = NetrcEntry.path(doctor.context), let file = SettingsFile(path, doctor.context) else { return [] }
    return NetrcEntry.all(in: file.bytes).compactMap { entry in
      // Its lines may have other entries.
      let command =
        entry.hasOwnLines ? EditCommand.delete(entry.line...entry.lastLine, of: file) : EditCommand.open(path)
      guard let machine = entry.machine else {
        return warning(
          "the default entry is sent to every host, including CodeArtifact's", at: file.place(entry.line),
          run: command)
      }
      guard isRepository("https://\(machine)/") else { return nil }
      let title = "machine \(oneLine(machine, limit: 120))"
      if entry.isUnfinished {
        return warning(
          "\(title) ends with a word without a value: clients cannot read this file, and other hosts get no password",
          at: file.place(entry.line), run: command)
      }
      let secret = secret(entry.password)
      return password(
        secret, in: title, "uv, pip and older Poetry send it",
        at: file.place(entry.line), run: command,
        repair: secret.isToken ? .replace(path: path, at: entry.offset, old: entry.bytes, new: []) : nil)
    }
  }

  private var pypirc: [Finding] {
    guard let file = Pypirc.file(doctor.context) else { return [] }
    return Pypirc.passwords(in: file).compactMap { line, url in
      let secret = secret(line.value)
      guard secret.isToken || isRepository(url) else { return nil }
      return password(
        secret, in: "[\(oneLine(line.section, limit: 80))]",
        secret == .empty ? "twine sends it" : "twine and hatch send it",
        at: file.place(line.index), run: EditCommand.delete(line.index...line.index, of: file),
        repair: secret.isRemovable ? file.replacing(line.index, with: [], removing: secret.name) : nil)
    }
  }
}
