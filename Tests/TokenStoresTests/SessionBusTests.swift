import Glibc
import TestSupport
import Testing

@testable import TokenStores

@Suite struct SessionBusTests {
  struct Case: CustomTestStringConvertible {
    let address: String?
    var runtime: String?
    let isThere: Bool

    var testDescription: String { "\(address ?? "no address"), \(runtime ?? "no runtime directory")" }
  }

  /// `SOCKET` and `SPACED` stand for paths that are there, `GONE` for one that is not.
  @Test(arguments: [
    Case(address: nil, isThere: false),
    Case(address: nil, runtime: "RUNTIME", isThere: true),
    Case(address: nil, runtime: "GONE", isThere: false),
    Case(address: "", runtime: "RUNTIME", isThere: true),
    Case(address: "unix:path=SOCKET", isThere: true),
    Case(address: "unix:path=SOCKET,guid=0123", isThere: true),
    Case(address: "unix:guid=0123,path=SOCKET", isThere: true),
    Case(address: "unix:path=GONE", isThere: false),
    Case(address: "unix:path=GONE", runtime: "RUNTIME", isThere: false),
    Case(address: "unix:path=GONE;unix:path=SOCKET", isThere: true),
    Case(address: "unix:path=GONE;unix:path=GONE", isThere: false),
    Case(address: "unix:path=SPACED", isThere: true),
    Case(address: "unix:abstract=/tmp/dbus-xyz", isThere: true),
    Case(address: "tcp:host=localhost,port=1", isThere: true),
    Case(address: "autolaunch:", isThere: false),
    Case(address: "unixexec:path=/bin/sh", isThere: false),
    Case(address: "disabled:", isThere: false),
    Case(address: "unix:", isThere: false),
    Case(address: "nonsense", isThere: false),
    Case(address: ";;;", isThere: false),
    Case(address: "unix:path=", isThere: false),
    Case(address: "unix:path=SOCKET%", isThere: false),
  ])
  func absence(_ given: Case) throws {
    let directory = try TemporaryDirectory()
    let socket = try directory.file("bus", "")
    try directory.file("a bus", "")
    func real(_ text: String) -> String {
      text.replacing("SOCKET", with: socket).replacing("GONE", with: "\(directory.path)/gone")
        .replacing("SPACED", with: "\(directory.path)/a%20bus").replacing("RUNTIME", with: directory.path)
    }
    var variables: [String: String] = [:]
    variables["DBUS_SESSION_BUS_ADDRESS"] = given.address.map(real)
    variables["XDG_RUNTIME_DIR"] = given.runtime.map(real)
    let absence = SessionBus.absenceReason(try World(variables, directory: directory).context)
    #expect((absence == nil) == given.isThere)
  }

  /// As below `su` and `sudo -E`: who listens there is not to be handed a token.
  @Test(.enabled(if: geteuid() == 0)) func theBusOfAnotherUserIsNotUsed() throws {
    let directory = try TemporaryDirectory()
    let socket = try directory.file("bus", "", mode: 0o777)
    try #require(chown(socket, 65_534, 65_534) == 0)
    for variables in [["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(socket)"], ["XDG_RUNTIME_DIR": directory.path]] {
      #expect(SessionBus.absenceReason(try World(variables, directory: directory).context) != nil)
    }
  }

  @Test func secretServiceIsAbsentWithoutABus() throws {
    let store = SecretServiceStore(try World().context)
    let failure = #expect(throws: StoreFailure.self) { try store.read(randomKey()) }
    guard case .absent(.secretService, _) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
  }
}
