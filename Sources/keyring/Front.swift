import CFront

/// `keyring`, as clients call it.
@main struct Front {
  static func main() {
    becomeProgram()
  }

  /// Hands over to the program beside this one, called by our name: all that we were given is its own.
  private static func becomeProgram() -> Never {
    let name: StaticString = "keyring"
    if let program = Neighbour.path, let own = cfront_arguments() {
      var arguments: [UnsafeMutablePointer<CChar>?] = []
      while let argument = own[arguments.count] { arguments.append(argument) }
      arguments.append(nil)
      name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) { name in
        if arguments.count > 1 { arguments[0] = UnsafeMutablePointer(mutating: name) }
        _ = cfront_exec(program, arguments)
      }
    }
    let line: StaticString = "codeartifact-keyring: the program is not beside its front. Run its install.sh again\n"
    _ = cfront_write(2, line.utf8Start, line.utf8CodeUnitCount)
    cfront_exit(1)
  }
}
