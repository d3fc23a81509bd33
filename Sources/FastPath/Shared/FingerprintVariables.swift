import CFastPath

/// The variables that a response depends on.
struct FingerprintVariables {
  /// All of them, sorted by name, since shells order them differently.
  private(set) var text: [UInt8] = []
  private static let tilde = CChar(bitPattern: UInt8(ascii: "~"))
  private var home: UnsafePointer<CChar>?
  private var configHome: UnsafePointer<CChar>?
  private var config: UnsafePointer<CChar>?
  private var credentials: UnsafePointer<CChar>?

  /// Nil if a variable is set with which no response is cached, or without a home directory.
  init?(_ inputs: Inputs = .standard) {
    guard let environment = cfastpath_environment() else { return nil }
    var lines: [UnsafePointer<CChar>] = []
    var next = 0
    while let line = environment[next].map({ UnsafePointer($0) }) {
      next += 1
      guard let effect = inputs.effect(of: line), effect != .none else { continue }
      guard effect == .included else { return nil }
      // If a variable is there twice, the first one counts.
      if let value = value(of: "HOME=", in: line) {
        home = home ?? value
      } else if let value = value(of: "XDG_CONFIG_HOME=", in: line) {
        configHome = configHome ?? value
      } else if let value = value(of: "AWS_CONFIG_FILE=", in: line) {
        config = config ?? value
      } else if let value = value(of: "AWS_SHARED_CREDENTIALS_FILE=", in: line) {
        credentials = credentials ?? value
      }
      var place = lines.count
      while place > 0, isNamed(line, before: lines[place - 1]) { place -= 1 }
      lines.insert(line, at: place)
    }
    for line in lines {
      guard text.count < CachedResponse.sizeLimit, byteCount(line) < CachedResponse.sizeLimit else { return nil }
      add(line)
    }
    guard let home, isAbsolute(home) else { return nil }
    if let path = configHome, !isAbsolute(path) { configHome = nil }
    // The main executable expands other paths.
    guard isPlain(config), isPlain(credentials) else { return nil }
  }

  /// A file in this user's configuration directory, by its path there with a slash before it.
  func path(ofConfiguration name: StaticString) -> [CChar] {
    if let configHome { return joined(characters(configHome), name) }
    var directory = homeDirectory
    append("/.config", to: &directory)
    return joined(consume directory, name)
  }

  var configFile: [CChar] { awsFile(config, else: "/.aws/config") }

  var credentialsFile: [CChar] { awsFile(credentials, else: "/.aws/credentials") }

  /// Whether a path needs no expansion other than that of this user's `~`.
  private func isPlain(_ path: UnsafePointer<CChar>?) -> Bool {
    guard let path else { return true }
    let isOfOtherUser = path[0] == Self.tilde && path[1] != 0 && path[1] != CChar(bitPattern: UInt8(ascii: "/"))
    return !isOfOtherUser && !contains(path) { $0 == CChar(bitPattern: UInt8(ascii: "$")) }
  }

  private func awsFile(_ chosen: UnsafePointer<CChar>?, else name: StaticString) -> [CChar] {
    guard let chosen else { return joined(homeDirectory, name) }
    var path = chosen[0] == Self.tilde ? homeDirectory + characters(chosen + 1) : characters(chosen)
    path.append(0)
    return path
  }

  private var homeDirectory: [CChar] { home.map { characters($0) } ?? [] }

  /// Adds a line of the environment; of a secret, only the fact that it is set.
  private mutating func add(_ line: UnsafePointer<CChar>) {
    var nameCount = 0
    while line[nameCount] != 0, line[nameCount] != CChar(bitPattern: UInt8(ascii: "=")) { nameCount += 1 }
    let name = UnsafeBufferPointer(start: line, count: nameCount)
    let isSecret = (contains(name, "SECRET") || contains(name, "TOKEN")) && !ends(name, with: "_FILE")
    // A value of white space only is not a secret.
    guard isSecret, line[nameCount] != 0, contains(line + nameCount + 1, { $0 < 0 || $0 > 0x20 }) else {
      return append(line, to: &text)
    }
    for character in name { text.append(UInt8(bitPattern: character)) }
    text.append(0)
  }

  /// Whether a line's name comes before another's. Lines with the same name keep their order.
  private func isNamed(_ line: UnsafePointer<CChar>, before other: UnsafePointer<CChar>) -> Bool {
    let equals = CChar(bitPattern: UInt8(ascii: "="))
    var index = 0
    while line[index] == other[index], line[index] != equals, line[index] != 0 { index += 1 }
    let ended = line[index] == equals || line[index] == 0, otherEnded = other[index] == equals || other[index] == 0
    return ended || otherEnded ? ended && !otherEnded : line[index] < other[index]
  }
}

/// Whether a text has a character that fulfils a condition.
private func contains(_ text: UnsafePointer<CChar>, _ isWanted: (CChar) -> Bool) -> Bool {
  var index = 0
  while text[index] != 0 {
    if isWanted(text[index]) { return true }
    index += 1
  }
  return false
}

/// The value of a variable, whose name is given with its `=`; nil for one that is not set, or empty.
func variable(_ name: StaticString) -> UnsafePointer<CChar>? {
  guard let environment = cfastpath_environment() else { return nil }
  var next = 0
  while let line = environment[next] {
    if starts(line, with: name) { return value(of: name, in: line) }
    next += 1
  }
  return nil
}

/// The value of a variable if it is the one of this name, and not empty: that counts as not set.
private func value(of name: StaticString, in line: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
  guard starts(line, with: name), line[name.utf8CodeUnitCount] != 0 else { return nil }
  return line + name.utf8CodeUnitCount
}
