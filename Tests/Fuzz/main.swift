import Glibc

// libFuzzer's loop around one of the targets, which FUZZ_TARGET names: a variable, since libFuzzer's workers get no
// other argument than its own.

/// libFuzzer's way in for programs that have a `main` of their own (llvm, FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// A home that `run` made and removes, or, for a single input, one in memory that is left behind.
func makeHome() -> String {
  if let given = getenv("FUZZ_HOME") { return String(cString: given) }
  var template = Array("/dev/shm/codeartifact-keyring-fuzz.XXXXXX".utf8CString)
  guard let made = mkdtemp(&template) else { fatalError("no directory in /dev/shm") }
  return String(cString: made)
}

/// A finding ends the process: libFuzzer then keeps the input.
func report(_ finding: String) { fatalError(finding) }

/// The target that this process feeds.
enum Chosen {
  static let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  static let target = targets.first { $0.name == name }
}

guard Chosen.target != nil else {
  print(targets.map(\.name).joined(separator: "\n"))
  exit(Chosen.name.isEmpty ? 0 : 2)
}
var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
  runDriver(&count, &arguments) { start, count in
    Chosen.target?.take(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  })
