import ArgumentParser
import Platform

/// Whether `codeartifact-keyring` and `keyring` on PATH belong to this installation: pip, uv and PDM run the first one.
struct ProgramCheck: Check {
  let area = Finding.Area.program
  let doctor: DoctorContext
  let pythons: PythonInterpreters

  private var directory: String { doctor.installation.directory }
  private var pathCommand: String { pathLine(directory) }

  var findings: [Finding] {
    let findings = [relative, keyring, command].compactMap { $0 }
    let installed = doctor.clients.keyrings.first(where: doctor.installation.includes)
    return findings.orOK(
      .program,
      "\(Installation.name) \(RootCommand.configuration.version)"
        + (installed.map { "; keyring on PATH is \($0.path)" } ?? ""))
  }

  /// A `keyring` that clients run from whatever folder they are in, before any other.
  private var relative: Finding? {
    let first = doctor.clients.keyrings.first.flatMap { doctor.path.directories.firstIndex(of: $0.directory) } ?? .max
    let files = doctor.context.files
    for (entry, before) in doctor.path.relative where before <= first {
      let path = entry.isEmpty ? "./keyring" : "\(entry)/keyring"
      guard files.status(path)?.isExecutableFile ?? false else { continue }
      return problem(
        "PATH contains \(entry.isEmpty ? "\"\"" : oneLine(entry, limit: 80)), which depends on the current folder: "
          + "pip and uv run \(oneLine(path, limit: 100)) from it", run: pathCommand)
    }
    return nil
  }

  private var command: Finding? {
    let name = Installation.name
    if let first = doctor.path.programs(name).first {
      // With its keyring it is one finding.
      if doctor.installation.includes(first) || doctor.clients.keyrings.first.flatMap(otherPrefix) != nil { return nil }
      return warning("another installation comes first on PATH: \(first.path)", run: pathCommand)
    }
    // Of a directory that is not on PATH, only a missing keyring is reported. That of a tool of uv's or pipx's is never there.
    guard doctor.path.index(of: directory) != nil else { return nil }
    let link = shellWord(FileSystem.path(of: name, in: directory))
    return warning("there is no \(name) in \(directory)", run: "ln -sf ../libexec/\(name)/\(name) \(link)")
  }

  /// The prefix of another installation of codeartifact-keyring; nil for this one's programs, and for other programs.
  private func otherPrefix(of program: SearchPath.Program) -> String? {
    doctor.installation.includes(program)
      ? nil : ProgramPaths(doctor.context.files, program: program.path)?.prefix
  }

  private var keyring: Finding? {
    guard let first = doctor.clients.keyrings.first else {
      return doctor.path.index(of: directory) != nil
        ? problem(
          "there is no keyring in \(directory): pip and uv get no tokens", run: "\(Installation.name) configure")
        : problem("\(directory) is not on PATH: pip and uv get no tokens", run: pathCommand)
    }
    if doctor.installation.includes(first) { return nil }
    if let prefix = otherPrefix(of: first) {
      return warning(
        "the first keyring on PATH is \(first.path), of another installation of \(Installation.name), in \(prefix)",
        run: removal(of: first))
    }
    let probe = pythons.probe(of: doctor.path.interpreter(of: first.path, doctor.context.files))
    let title = "the first keyring on PATH is \(first.path)" + (probe?.keyring.map { " (Python's, \($0))" } ?? "")
    if let probe, probe.usesThisBackend {
      // From this version its command knows the options that uv and pip 26.2 use.
      return Version(probe.keyring ?? "0") >= Version("25.2.1")
        ? note("\(title); it uses codeartifact-keyring too, but is slower")
        : problem("\(title), which is too old for uv and pip 26.2", run: probe.pip("install --upgrade keyring"))
    }
    return problem(
      "\(title), which does not use codeartifact-keyring: pip and uv get no tokens", run: removal(of: first))
  }

  /// One in this installation's own directory has to be removed; any other only comes too early.
  private func removal(of other: SearchPath.Program) -> String {
    guard FileSystem.parent(of: other.path) == directory else { return pathCommand }
    let target = doctor.context.files.resolved(other.path) ?? other.path
    if target.contains("/pipx/venvs/keyring/") { return "pipx uninstall keyring && \(Installation.name) configure" }
    if target.contains("/uv/tools/keyring/") { return "uv tool uninstall keyring && \(Installation.name) configure" }
    return "rm \(shellWord(other.path)) && \(Installation.name) configure"
  }
}
