import ClientConfig
import FoundationEssentials
import Platform

/// What one Python sees: the keyring it would ask, and the versions of the clients that are installed in it.
struct PythonProbe: Sendable, Decodable {
  let executable: String
  let prefix: String
  /// The directory of its scripts: pip runs no `keyring` from there.
  let scripts: String
  /// Whether it is the system's own, in which users install nothing.
  let isManaged: Bool
  /// Versions, by name.
  let packages: [String: String]
  /// The class of the backend that `keyring` uses; nil where keyring is not installed, or cannot be used.
  let backend: String?
  /// Why keyring cannot be used, though it is there.
  let failure: String?
  /// The executable that this program's backend would start.
  let helper: String?

  var keyring: String? { packages["keyring"] }
  var usesThisBackend: Bool { backend == PythonKeyringSettings.backend }

  /// Those of some packages that it has.
  func installed(of names: [String]) -> [(name: String, version: String)] {
    names.compactMap { name in packages[name].map { (name, $0) } }
  }

  /// The command that runs its pip.
  func pip(_ arguments: String) -> String { "\(shellWord(executable)) -m pip \(arguments)" }

  private static let mark = "codeartifact-keyring doctor: "

  /// Asks a Python, for so many seconds at most: what it runs (other people's backends, `.pth` files) may hang.
  static func run(_ python: String, _ context: Context, seconds: Double) -> Result<PythonProbe, FailureRecord> {
    let result: ProcessResult
    do {
      result = try context.run(
        ProcessRequest(
          program: python, arguments: ["-B", "-c", script], environment: variables(context.environment),
          timeout: seconds))
    } catch { return .failure(error) }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    guard let answer = lines.last(where: { $0.hasPrefix(mark) })?.dropFirst(mark.count),
      let probe = try? JSONDecoder().decode(PythonProbe.self, from: Data(answer.utf8))
    else {
      let line = oneLine(result.errorLine, limit: 200)
      return .failure(FailureRecord(trimmed("failed (exit \(result.code)) \(line)")))
    }
    return .success(probe)
  }

  /// Nothing is imported from the working directory, whose files may be anybody's. An empty entry of PYTHONPATH stands
  /// for that directory, so it is removed. `-I` would leave out the user's own packages as well.
  private static func variables(_ environment: Environment) -> Environment {
    var all = environment.all
    if let path = all["PYTHONPATH"] {
      all["PYTHONPATH"] = path.split(separator: ":").filter { $0.hasPrefix("/") }.joined(separator: ":")
    }
    return Environment(all)
  }

  private static let packageNames =
    (["keyring", "pip", "poetry"] + AlternativePackages.backends + AlternativePackages.plugins)
    .map { "\"\($0)\"" }.joined(separator: ", ")

  /// Uses only what Python 3.6 has.
  private static let script = """
    import sys
    sys.path[:] = [path for path in sys.path if path not in ("", ".")]
    import json, os, sysconfig
    probe = {"executable": sys.executable, "prefix": sys.prefix}
    probe.update(scripts=sysconfig.get_path("scripts"), packages={}, isManaged=sys.prefix == sys.base_prefix
        and os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")))
    try:
        from importlib import metadata
        for name in (\(packageNames)):
            try:
                probe["packages"][name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                pass
    except ImportError:
        pass
    try:
        import keyring
        ring = keyring.get_keyring()
        probe["backend"] = "%s.%s" % (type(ring).__module__, type(ring).__qualname__)
        if probe["backend"].startswith("codeartifact_keyring."):
            from codeartifact_keyring import helper
            probe["helper"] = helper.find()[0]
    except Exception as error:
        if getattr(error, "name", "") != "keyring":
            probe["failure"] = "%s" % (error or type(error).__name__)
    sys.stdout.write("\\n\(mark)%s\\n" % json.dumps(probe))
    """
}

extension PythonProbe {
  /// A virtual environment as its files describe it: nothing in a project's folder is run.
  init?(readingEnvironment directory: String, _ files: FileSystem) {
    guard let library = files.names(in: "\(directory)/lib").first(where: { $0.hasPrefix("python") }) else { return nil }
    var packages: [String: String] = [:]
    for name in files.names(in: "\(directory)/lib/\(library)/site-packages") where name.hasSuffix(".dist-info") {
      let parts = name.dropLast(".dist-info".count).split(separator: "-")
      if parts.count == 2 { packages[parts[0].lowercased()] = String(parts[1]) }
    }
    self.init(
      executable: "\(directory)/bin/python", prefix: directory, scripts: "\(directory)/bin", isManaged: false,
      packages: packages,
      // Its keyring uses the backend that the user's settings name, as in every other Python.
      backend: packages["keyring"] == nil ? nil : PythonKeyringSettings.backend, failure: nil, helper: nil)
  }
}
