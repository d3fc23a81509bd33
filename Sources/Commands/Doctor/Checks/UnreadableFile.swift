import ClientConfig
import Platform

/// A client's file that cannot be read, for a mistake in it.
enum UnreadableFile {
  /// The finding about it; `consequence` says what does not work.
  static func finding(_ area: Finding.Area, _ failure: ConfigurationFailure, _ consequence: String) -> Finding {
    let file: String? = if case .file(let path, _)? = failure.location { path } else { nil }
    return Finding(
      area, .problem, "\(failure.problem): \(consequence)", at: failure.location.map { Finding.Place($0) },
      run: file.map(EditCommand.open))
  }
}
