import CodeArtifact
import Platform

/// pip's settings files that are there, in the order in which the later one wins.
struct PipFiles {
  /// A file, and the option by which `pip config` writes to it.
  struct Layer {
    let file: SettingsFile
    let option: String
  }

  let shared: [Layer]
  /// The file that a variable names: it goes before all others.
  let named: Layer?
  private let machine: DoctorContext

  init(_ machine: DoctorContext) {
    self.machine = machine
    func layer(_ file: PipSettingsFile) -> Layer? {
      SettingsFile(file.path, machine.context).map { Layer(file: $0, option: file.option) }
    }
    let files = PipSettingsFile.all(machine.context)
    shared = files.shared.compactMap(layer)
    named = files.named.flatMap(layer)
  }

  /// The file of one virtual environment, or of one Python.
  func site(of view: PythonProbe?) -> Layer? {
    guard let view, machine.environment["PIP_CONFIG_FILE"] != "/dev/null" else { return nil }
    return SettingsFile("\(view.prefix)/pip.conf", machine.context).map { Layer(file: $0, option: "--site") }
  }

  /// What applies to one pip.
  func layers(for view: PythonProbe?) -> [Layer] { shared + [site(of: view), named].compactMap { $0 } }
}
