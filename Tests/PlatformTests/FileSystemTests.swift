import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite struct FileSystemTests {
  private let files = FileSystem.system
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: [0, 1, 4095, 4096, 100_000])
  func readsAllOfAFile(_ size: Int) throws {
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try directory.file("f", content)
    #expect(try files.read(path) == content)
  }

  @Test func readsUpToItsLimitAndNoFurther() throws {
    let path = try directory.file("f", "12345")
    #expect(try files.read(path, limit: 5).count == 5)
    #expect(throws: FileFailure("read", path, code: EFBIG)) { try files.read(path, limit: 4) }
  }

  @Test func saysThatAFileIsMissing() throws {
    let path = "\(directory.path)/absent"
    let failure = #expect(throws: FileFailure.self) { try files.read(path) }
    #expect(failure?.isAbsence == true)
    #expect("\(try #require(failure))".contains(path))
  }

  @Test func aFileInThePlaceOfItsDirectoryIsAbsenceToo() throws {
    let path = try directory.file("f", "x") + "/below"
    #expect(throws: FileFailure("read", path, code: ENOTDIR)) { try files.read(path) }
    #expect(FileFailure("read", path, code: ENOTDIR).isAbsence)
    #expect(!FileFailure("read", path, code: EACCES).isAbsence)
  }

  @Test func refusesADirectory() throws {
    #expect(throws: FileFailure("read", directory.path, code: EISDIR)) { try files.read(directory.path) }
  }

  /// Nobody writes to this pipe: a read that waited for a writer would never come back.
  @Test func refusesAPipeWithoutWaiting() throws {
    let path = "\(directory.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    let failure = try withTimeout(seconds: 3600) { [files] () -> FileFailure? in
      do throws(FileFailure) { _ = try files.read(path) } catch { return error }
      return nil
    }
    #expect(failure == .some(FileFailure("read", path, code: EINVAL)))
  }

  @Test func refusesADevice() {
    #expect(throws: FileFailure("read", "/dev/zero", code: EINVAL)) { try files.read("/dev/zero") }
  }

  @Test func followsLinks() throws {
    #expect(try files.read(try directory.link("l", to: try directory.file("f", "x"))) == [0x78])
  }

  @Test(arguments: [0o600, 0o644, 0o400, 0o755] as [UInt32])
  func replacesWithAModeWhateverTheUmask(_ mode: UInt32) throws {
    let path = try directory.file("f", "old", mode: 0o666)
    try files.replace(path, with: Array("new".utf8), mode: mode)
    #expect(try files.read(path) == Array("new".utf8))
    #expect(directory.mode(of: path) == mode)
  }

  @Test func replacingMakesANewFileAndLeavesNothingBeside() throws {
    let path = try directory.file("f", "old")
    let before = try #require(files.status(path)).identity
    let reader = open(path, O_RDONLY)
    defer { close(reader) }
    try files.replace(path, with: Array("new and longer".utf8), mode: 0o600)
    // Whoever had the old file open still sees it whole: it was not written over.
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &buffer, buffer.count) == 3)
    #expect(files.status(path)?.identity != before)
    #expect(files.names(in: directory.path) == ["f"])
  }

  @Test func aReplaceThatFailsLeavesNothing() throws {
    try directory.directory("d/inner")
    let path = "\(directory.path)/d"
    #expect(throws: FileFailure.self) { try files.replace(path, with: [1], mode: 0o600) }
    #expect(files.names(in: directory.path) == ["d"])
    #expect(throws: FileFailure.self) { try files.replace("\(directory.path)/no/f", with: [1], mode: 0o600) }
  }

  @Test(arguments: [true, false])
  func whatAKilledProcessLeftIsTakenAway(_ replaces: Bool) throws {
    let path = try directory.file("f", "old")
    try directory.file("f.codeartifact-keyring", "new", mode: 0o400)
    if replaces { try files.replace(path, with: [1], mode: 0o600) } else { try files.remove(path) }
    #expect(files.names(in: directory.path) == (replaces ? ["f"] : []))
  }

  @Test func manyWhoReplaceTheSameFileAllDo() async throws {
    let path = try directory.file("f", "")
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<50 {
        group.addTask { [files] in
          let content = [UInt8](repeating: UInt8(number), count: 5000)
          #expect(throws: Never.self) { try files.replace(path, with: content, mode: 0o600) }
        }
      }
    }
    #expect(Set(try files.read(path)).count == 1)
    #expect(files.names(in: directory.path) == ["f"])
  }

  @Test func whatIsReplacedStaysWhoseItWas() throws {
    let path = try directory.file("f", "old")
    // Only root may give a file away.
    let owner: UInt32 = geteuid() == 0 && chown(path, 65_534, 65_534) == 0 ? 65_534 : geteuid()
    try files.replace(path, with: Array("new".utf8), mode: 0o600, keepingOwner: true)
    #expect(files.status(path)?.owner == owner)
    #expect(directory.mode(of: path) == 0o600)
    try files.replace(path, with: Array("its own".utf8), mode: 0o600)
    #expect(files.status(path)?.owner == geteuid())
  }

  @Test func replacingALinkReplacesTheLink() throws {
    let target = try directory.file("target", "old")
    let link = try directory.link("l", to: target)
    try files.replace(link, with: [1], mode: 0o600)
    #expect(try files.read(target) == Array("old".utf8))
    #expect(files.status(link, followingLinks: false)?.isRegularFile == true)
  }

  @Test func makesDirectoriesAndThoseAbove() throws {
    let path = "\(directory.path)/a/b/c"
    try files.makeDirectory(path, mode: 0o700)
    try files.makeDirectory(path, mode: 0o755)
    #expect(directory.mode(of: path) == 0o700)
    #expect(directory.mode(of: "\(directory.path)/a") == 0o700)
    let file = try directory.file("f", "x")
    #expect(throws: FileFailure.self) { try files.makeDirectory("\(file)/below") }
  }

  @Test func removesAndForgivesAbsence() throws {
    let path = try directory.file("f", "x")
    try files.remove(path)
    try files.remove(path)
    try files.remove("\(path)/below")
    #expect(files.status(path) == nil)
    #expect(throws: FileFailure.self) { try files.remove(directory.path) }
  }

  @Test func removesADirectoryOnlyWhenItIsEmpty() throws {
    let inner = try directory.directory("d")
    try directory.file("d/f", "x")
    files.removeIfEmpty(directory: inner)
    #expect(files.status(inner) != nil)
    try files.remove("\(inner)/f")
    files.removeIfEmpty(directory: inner)
    #expect(files.status(inner) == nil)
  }

  @Test func listsNamesInOrder() throws {
    for name in ["b", "a", ".hidden"] { try directory.file(name, "") }
    #expect(files.names(in: directory.path) == [".hidden", "a", "b"])
    #expect(files.names(in: "\(directory.path)/absent").isEmpty)
  }

  @Test func tellsWhatAPathLeadsTo() throws {
    let file = try directory.file("f", "x", mode: 0o640)
    let link = try directory.link("l", to: file)
    let dangling = try directory.link("dangling", to: "\(directory.path)/absent")
    let status = try #require(files.status(file))
    #expect(status.isRegularFile && !status.isDirectory && !status.isExecutableFile && status.isOpenToOthers)
    #expect(status.owner == geteuid())
    #expect(files.status(link)?.identity == status.identity)
    #expect(files.status(link, followingLinks: false)?.identity != status.identity)
    #expect(files.status(dangling) == nil)
    #expect(files.status(dangling, followingLinks: false) != nil)
    #expect(files.resolved(link) == files.resolved(file))
    #expect(files.resolved(dangling) == nil)
    let program = try directory.file("p", "", mode: 0o700)
    #expect(files.status(program)?.isExecutableFile == true)
    #expect(files.status(directory.path)?.isExecutableFile == false)
  }

  @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a/b", "a"), ("a", nil), ("/", "/")] as [(String, String?)])
  func parents(_ path: String, _ parent: String?) {
    #expect(FileSystem.parent(of: path) == parent)
  }

  @Test(arguments: [("/", "/n"), ("/a", "/a/n"), (".", "./n")])
  func names(in directory: String, _ path: String) {
    #expect(FileSystem.path(of: "n", in: directory) == path)
  }

  @Test func goesUpToTheRoot() throws {
    let directory = try TemporaryDirectory()
    try directory.file("a/file", "")
    try directory.directory("a/b/c")
    try directory.link("link", to: "\(directory.path)/a/b/c")
    let files = FileSystem.system
    let root = try #require(files.resolved(directory.path))
    let found = Array(files.directories(upFrom: "\(directory.path)/link"))
    #expect(found.prefix(4) == ["\(root)/a/b/c", "\(root)/a/b", "\(root)/a", root])
    #expect(found.last == "/" && found.count { $0 == "/" } == 1)
    #expect(files.nearestDirectory(upFrom: "\(directory.path)/link", having: "file") == "\(root)/a")
    #expect(files.nearestDirectory(upFrom: "\(directory.path)/link", having: "b") == "\(root)/a")
    #expect(files.nearestDirectory(upFrom: "\(directory.path)/link", having: "no file of this name") == nil)
    #expect(Array(files.directories(upFrom: "\(directory.path)/absent")) == [])
  }

  @Test func reasonsAreTheSystemsOwn() {
    #expect(systemMessage(ENOENT) == "No such file or directory")
    #expect(FileFailure("read", "/x", code: EACCES).description == "cannot read /x: Permission denied")
  }
}

@Suite struct PrivateDirectoryTests {
  private let files = FileSystem.system
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func opening(_ path: String, create: Bool = false) throws(FileFailure) -> PrivateDirectory {
    try PrivateDirectory(path, files: files, create: create)
  }

  @Test func isMadeForThisUserAlone() throws {
    let path = "\(directory.path)/a/b"
    _ = try opening(path, create: true)
    #expect(directory.mode(of: path) == 0o700)
  }

  @Test(arguments: ["jürgen/b", "日本/日本/b", "e\u{301}/b"])
  func aPathWithOtherLettersThanASCIIStaysAsItIs(_ name: String) throws {
    let path = "\(directory.path)/\(name)"
    try opening(path, create: true).write("f", [1])
    #expect(try files.read("\(path)/f") == [1])
  }

  @Test func isNotMadeUnasked() throws {
    let path = "\(directory.path)/absent"
    #expect(throws: FileFailure("open", path, code: ENOENT)) { try opening(path) }
    #expect(files.status(path) == nil)
  }

  @Test(arguments: [0o755, 0o701, 0o710, 0o720, 0o777, 0o704] as [UInt32], [true, false])
  func isRefusedWhenOpenToOthers(_ mode: UInt32, create: Bool) throws {
    let path = try directory.directory("d", mode: mode)
    let failure = #expect(throws: FileFailure(path, .isOpenToOthers)) { try opening(path, create: create) }
    #expect(failure?.description.contains("chmod go= '\(path)'") == true)
    #expect(directory.mode(of: path) == mode)
  }

  @Test(arguments: [true, false])
  func isRefusedWhenItIsALink(create: Bool) throws {
    let link = try directory.link("l", to: try directory.directory("d"))
    #expect(throws: FileFailure(link, .isLink)) { try opening(link, create: create) }
    let dangling = try directory.link("dangling", to: "\(directory.path)/absent")
    #expect(throws: FileFailure(dangling, .isLink)) { try opening(dangling, create: create) }
    #expect(files.status("\(directory.path)/absent") == nil)
  }

  @Test func isRefusedWhenItIsNoDirectory() throws {
    let file = try directory.file("f", "x")
    #expect(throws: FileFailure(file, .isNotOfItsKind)) { try opening(file, create: true) }
  }

  @Test func isRefusedWhenItBelongsToAnother() throws {
    // Only root may give a directory away; anybody else meets root's own.
    guard geteuid() == 0 else {
      #expect(throws: FileFailure("/", .belongsToAnother)) { try opening("/root") }
      return
    }
    let path = try directory.directory("d")
    try #require(chown(path, 65_534, 65_534) == 0)
    #expect(throws: FileFailure(path, .belongsToAnother)) { try opening(path) }
    // Nor is anything made or looked at in it, or below it.
    for create in [true, false] {
      #expect(throws: FileFailure(path, .belongsToAnother)) { try opening("\(path)/x", create: create) }
    }
    #expect(throws: FileFailure(path, .belongsToAnother)) { try opening("\(path)/y/x", create: true) }
    #expect(files.names(in: path).isEmpty)
    #expect(!files.isOwnDirectory(path, orMissing: true) && !files.isOwnDirectory("\(path)/y", orMissing: true))
  }

  /// Whoever the directory belongs to could have put it there.
  @Test(.enabled(if: geteuid() == 0)) func noLinkIsFollowedBelowADirectoryOfAnother() throws {
    let own = try directory.directory("own")
    let theirs = try directory.directory("theirs", mode: 0o755)
    let link = try directory.link("theirs/link", to: own)
    #expect(files.isOwnDirectory(link, orMissing: false), "the directory above is still this user's")
    try #require(chown(theirs, 65_534, 65_534) == 0)
    #expect(throws: FileFailure("open", link, code: ENOTDIR)) {
      try opening("\(link)/x", create: true)
    }
    #expect(!files.isOwnDirectory(link, orMissing: true))
    // Everybody may put a link there.
    try #require(chown(theirs, 0, 0) == 0 && chmod(theirs, 0o1777) == 0)
    #expect(!files.isOwnDirectory(link, orMissing: false))
    #expect(throws: FileFailure("open", link, code: ENOTDIR)) {
      try opening("\(link)/x", create: true)
    }
    #expect(files.names(in: own).isEmpty)
    try #require(chmod(theirs, 0o755) == 0)
    _ = try opening("\(link)/x", create: true)
    #expect(files.names(in: own) == ["x"])
  }

  @Test func aPlaceForEverybodyMayHoldANewOne() {
    #expect(files.isOwnDirectory("/tmp/\(getpid())-absent/x", orMissing: true))
    #expect(!files.isOwnDirectory("/tmp/\(getpid())-absent/x", orMissing: false))
    #expect(files.isOwnDirectory("/proc", orMissing: false) == (geteuid() == 0))
    #expect(!files.isOwnDirectory("/dev/null", orMissing: false))
  }

  /// It is held open: who puts another in its place meanwhile is not followed.
  @Test func whatTakesItsPlaceMeanwhileIsNotUsed() throws {
    let inner = try opening(try directory.directory("d"))
    try inner.write("f", [1])
    try #require(rename("\(directory.path)/d", "\(directory.path)/moved") == 0)
    try directory.file("d/f", "x")
    #expect(try inner.read("f", limit: 9) == [1])
    try inner.write("g", [2])
    #expect(files.names(in: "\(directory.path)/d") == ["f"])
    #expect(inner.names == ["f", "g"])
    try inner.discard("f")
    #expect(files.names(in: "\(directory.path)/moved") == ["g"])
  }

  @Test(arguments: [0, 0o300, 0o400] as [UInt32])
  func oneThatIsClosedToItsOwnerIsOpened(_ mode: UInt32) throws {
    let path = try directory.directory("d", mode: mode)
    try opening(path).write("f", [1])
    #expect(directory.mode(of: path) == 0o700)
  }

  @Test func whatStandsInAFilesPlaceIsTakenAway() throws {
    let inner = try opening(try directory.directory("d"))
    try directory.file("d/loose", "x", mode: 0o666)
    let target = try directory.file("elsewhere", "x")
    try directory.link("d/link", to: target)
    try directory.directory("d/empty")
    try directory.file("d/full/inner", "x")
    try #require(mkfifo("\(inner.path)/pipe", 0o600) == 0)
    for name in ["loose", "link", "empty", "full", "pipe", "absent"] { try inner.discard(name) }
    #expect(inner.names == ["full.refused"])
    #expect(try files.read(target) == [0x78])
  }

  @Test func filesAreOfThisUserAlone() throws {
    let inner = try opening(try directory.directory("d"))
    try inner.write("f", [1, 2, 3])
    #expect(directory.mode(of: "\(inner.path)/f") == 0o600)
    #expect(try inner.read("f", limit: 3) == [1, 2, 3])
    #expect(inner.names == ["f"])
    try inner.remove("f")
    try inner.remove("f")
    #expect(try inner.read("f", limit: 3) == nil)
  }

  @Test func refusesAFileThatOthersCouldHaveTouched() throws {
    let inner = try opening(try directory.directory("d"))
    let loose = try directory.file("d/loose", "x", mode: 0o644)
    #expect(throws: FileFailure(loose, .isOpenToOthers)) { try inner.read("loose", limit: 9) }
    let link = try directory.link("d/link", to: try directory.file("elsewhere", "x"))
    #expect(throws: FileFailure(link, .isLink)) { try inner.read("link", limit: 9) }
    let folder = try directory.directory("d/folder")
    #expect(throws: FileFailure(folder, .isNotOfItsKind)) { try inner.read("folder", limit: 9) }
    let large = try directory.file("d/large", "1234567890")
    #expect(throws: FileFailure("read", large, code: EFBIG)) {
      try inner.read("large", limit: 9)
    }
  }
}
