import Commands
import KeyringProtocol
import Platform
import QuickAnswer

// By which name were we called? Nothing else is decided here.
prepareProcess()
let surroundings = Surroundings.ofThisProcess()
let arguments = Array(CommandLine.arguments.dropFirst())
let name = CommandLine.arguments.first?.split(separator: "/").last ?? ""
let code: Int32 =
  if name == "keyring" {
    KeyringFace(surroundings, arguments: arguments, inputs: QuickInputs()).run()
  } else if arguments.first == "keyring" {
    KeyringFace(surroundings, arguments: Array(arguments.dropFirst())).run()
  } else {
    PeopleFace(surroundings, arguments: arguments).run()
  }
endProcess(code)
