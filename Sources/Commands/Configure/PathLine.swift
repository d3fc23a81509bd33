import Platform

/// The command that puts a directory on PATH in a user's shell, given by its path (`$SHELL`); without one, in any POSIX
/// shell that is running.
func pathLine(_ directory: String, shell: String? = nil) -> String {
  let word = shellWord(directory)
  let line = word == directory ? "export PATH=\"\(directory):$PATH\"" : "export PATH=\(word):\"$PATH\""
  return switch shell?.split(separator: "/").last {
  case "fish": "fish_add_path \(word)"
  case "zsh": "echo \(quotedForShell(line)) >>~/.zshrc"
  case "bash": "echo \(quotedForShell(line)) >>~/.bashrc"
  default: line
  }
}
