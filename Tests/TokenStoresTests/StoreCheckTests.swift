import Glibc
import Platform
import TestSupport
import Testing

@testable import TokenStores

@Suite struct StoreCheckTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func check(_ kind: StoreKind, _ variables: [String: String] = [:]) throws -> StoreCheck {
    let context = try World(variables, directory: directory).context
    return try #require(StoreCheck.all(.only(kind), context).first)
  }

  @Test func theStoresOfAPolicy() throws {
    let context = try World().context
    #expect(StoreCheck.all(.automatic, context).map(\.kind) == [.kernel, .secretService, .file])
    #expect(StoreCheck.all(.only(.file), context).map(\.kind) == [.file])
    #expect(StoreCheck.all(.none, context).isEmpty)
  }

  @Test func aFileNamesItsDirectoryAndMakesNone() throws {
    let run = try directory.directory("run")
    #expect(try check(.file, ["XDG_RUNTIME_DIR": run]).place == "\(run)/codeartifact-keyring")
    #expect(try check(.file).place == "\(directory.path)/home/.cache/codeartifact-keyring")
    #expect(FileSystem.system.names(in: run).isEmpty)
    #expect(FileSystem.system.names(in: "\(directory.path)/home").isEmpty)
  }

  @Test func aDirectoryOpenToOthersIsNamed() throws {
    let path = try directory.directory("home/.cache/codeartifact-keyring", mode: 0o755)
    let found = try check(.file)
    #expect(found.place == nil)
    guard case .unsafe(.file, let reason, _) = try #require(found.failure) else {
      Issue.record("failed as \(try #require(found.failure))")
      return
    }
    #expect(reason.contains(path))
  }

  @Test func aFileInTheWayIsNamed() throws {
    try directory.file("home/.cache", "a file in the way")
    #expect(try check(.file).failure != nil)
  }

  @Test func secretServiceSaysWhyNot() throws {
    guard case .absent(.secretService, let reason) = try #require(try check(.secretService).failure) else {
      Issue.record("it is there")
      return
    }
    #expect(reason == "there is no session bus")
  }

  @Test(.enabled(if: kernelAllowsKeys)) func theKernelStoresNothingOfIt() throws {
    let store = KernelStore(clock: .system)
    let key = randomKey()
    _ = try store.check(with: key)
    #expect(try store.read(key) == nil)
  }
}
