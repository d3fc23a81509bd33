/// A client's file that the client itself could not read.
struct UnreadableSettings: Error, CustomStringConvertible {
  let path: String
  let line: Int?

  var description: String {
    path + (line.map { " line \($0)" } ?? "") + ": not valid TOML, so it was left as it is. Mend it and run: "
      + "codeartifact-keyring configure uv"
  }
}
