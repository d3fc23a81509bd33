import Platform

/// How a report is shown: plain in a file or a pipe; on a terminal as wide as that is, with colours and symbols.
struct ReportStyle: Equatable {
  /// The width that lines are wrapped to; nil: they are not wrapped.
  var columns: Int?
  var isColoured = false
  var hasSymbols = false

  static let plain = ReportStyle()
}

extension ReportStyle {
  /// As standard output can show it, and as `NO_COLOR` (https://no-color.org), `TERM` and the locale want it.
  init(_ context: Context) {
    let variables = context.environment
    columns = context.streams.columns()
    guard context.streams.isForPerson, variables["TERM"] != "dumb" else { return }
    isColoured = (variables["NO_COLOR"] ?? "").isEmpty
    // The first of these that is set decides: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
    hasSymbols = ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
  }
}
