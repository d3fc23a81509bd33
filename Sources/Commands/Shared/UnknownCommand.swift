import ArgumentParser
import Platform

/// A first argument that names no command.
enum UnknownCommand {
  /// A message about it; nil where the arguments begin with a command, or with an option.
  static func message(_ arguments: [String]) -> String? {
    let commands = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help", !commands.contains(word) else { return nil }
    // The commands of Python's keyring are one level below.
    let nearest = ["get", "set", "del"].contains(word) ? "keyring \(word)" : nearest(to: word, in: commands)
    return "Unknown command '\(oneLine(word, limit: 60))'." + (nearest.map { " Did you mean '\($0)'?" } ?? "")
  }

  /// The name that was most likely meant: one that begins with the word, or that differs in at most a third of its
  /// letters.
  static func nearest(to word: String, in names: [String]) -> String? {
    guard word.count > 1, word.count < 40 else { return nil }
    if let name = names.first(where: { $0.hasPrefix(word) }) { return name }
    let near = names.map { (name: $0, distance: distance(word, $0)) }.filter { $0.distance <= $0.name.count / 3 }
    return near.min { $0.distance < $1.distance }?.name
  }

  /// The number of letters that must be added, removed, replaced or swapped with the next one to turn one word into the
  /// other (optimal string alignment distance).
  private static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    var rows = [Array(0...second.count)]
    for (row, letter) in first.enumerated() {
      var next = [row + 1]
      for (column, other) in second.enumerated() {
        var least = min(next[column] + 1, rows[row][column + 1] + 1, rows[row][column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          least = min(least, rows[row - 1][column - 1] + 1)
        }
        next.append(least)
      }
      rows.append(next)
    }
    return rows[first.count][second.count]
  }
}
