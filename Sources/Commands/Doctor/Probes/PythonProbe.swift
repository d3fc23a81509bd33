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
  /// The class that answers for `keyring`; nil where keyring is not installed, or cannot be used.
  let backend: String?
  /// Why keyring cannot be used, though it is there.
  let failure: String?
  /// The executable that this program's backend would start.
  let helper: String?

  var keyring: String? { packages["keyring"] }
  var isOurs: Bool { backend == PythonKeyringSettings.backend }

  /// Whether its `keyring` command knows the options that uv and pip 26.2 use.
  var knowsModes: Bool { Version(keyring ?? "0") >= Version("25.2.1") }

  private static let mark = "codeartifact-keyring doctor: "

  /// Asks a Python, for so many seconds at most: what it runs (other people's backends, `.pth` files) may hang.
  static func look(_ python: String, _ context: Context, seconds: Double) -> Result<PythonProbe, PythonProbeFailure> {
    let outcome: ProcessOutcome
    do {
      outcome = try context.run(
        ProcessRequest(
          program: python, arguments: ["-B", "-c", question], environment: variables(context.environment),
          timeout: seconds))
    } catch { return .failure(PythonProbeFailure(reason: error.problem)) }
    let lines = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    guard let answer = lines.last(where: { $0.hasPrefix(mark) })?.dropFirst(mark.count),
      let view = try? JSONDecoder().decode(PythonProbe.self, from: Data(answer.utf8))
    else {
      let complaint = oneLine(outcome.complaint, limit: 200)
      return .failure(PythonProbeFailure(reason: trimmed("failed (exit \(outcome.code)) \(complaint)")))
    }
    return .success(view)
  }

  /// Nothing is imported from the working directory, which may be anybody's: not by way of PYTHONPATH either, where an
  /// empty entry stands for it and is read before the question. `-I` would leave out the user's own packages as well.
  private static func variables(_ environment: Environment) -> Environment {
    var all = environment.all
    if let path = all["PYTHONPATH"] {
      all["PYTHONPATH"] = path.split(separator: ":").filter { $0.hasPrefix("/") }.joined(separator: ":")
    }
    return Environment(all)
  }

  /// The packages whose versions it tells.
  private static let packageNames = (["keyring", "pip", "poetry"] + FormerHelpers.all).map { "\"\($0)\"" }
    .joined(separator: ", ")

  /// Only what Python 3.6 knows too.
  private static let question = """
    import sys
    sys.path[:] = [path for path in sys.path if path not in ("", ".")]
    import json, os, sysconfig
    view = {"executable": sys.executable, "prefix": sys.prefix}
    view.update(scripts=sysconfig.get_path("scripts"), packages={}, isManaged=sys.prefix == sys.base_prefix
        and os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")))
    try:
        from importlib import metadata
        for name in (\(packageNames)):
            try:
                view["packages"][name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                pass
    except ImportError:
        pass
    try:
        import keyring
        ring = keyring.get_keyring()
        view["backend"] = "%s.%s" % (type(ring).__module__, type(ring).__qualname__)
        if view["backend"].startswith("codeartifact_keyring."):
            from codeartifact_keyring import helper
            view["helper"] = helper.find()[0]
    except Exception as error:
        if getattr(error, "name", "") != "keyring":
            view["failure"] = "%s" % (error or type(error).__name__)
    sys.stdout.write("\\n\(mark)%s\\n" % json.dumps(view))
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
      // Its keyring uses the backend of the settings that all have in common.
      backend: packages["keyring"] == nil ? nil : PythonKeyringSettings.backend, failure: nil, helper: nil)
  }
}

/// A Python that could not be asked, and why.
struct PythonProbeFailure: Error, Equatable {
  let reason: String
}
