import Commands
import KeyringProtocol
import Platform
import FastPath

// The name by which the program was called decides what it is. Nothing else is decided here.
prepareProcess()
let context = Context.ofThisProcess()
let arguments = Array(processArguments.dropFirst())
let name = processArguments.first?.split(separator: "/").last ?? ""
let code: Int32 =
  if name == "keyring" {
    KeyringCLI(context, arguments: arguments, fingerprint: Fingerprint()).run()
  } else if arguments.first == "keyring" {
    KeyringCLI(context, arguments: Array(arguments.dropFirst())).run()
  } else {
    CLI.run(context, arguments: arguments)
  }
endProcess(code)
