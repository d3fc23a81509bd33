import AWSCredentials
import Platform

/// The page on which a person confirms a sign-in: written to standard error, and opened where there is a browser.
struct VerificationPage {
  private let context: Context

  init(_ context: Context) { self.context = context }

  /// Shows it, once.
  func show(_ code: DeviceCode, for session: SSOSession) {
    let isOpened = open(code.pageWithCode ?? code.page)
    context.streams.writeError(
      """
      To sign in to AWS SSO session "\(oneLine(session.title))" (profile "\(oneLine(session.profile))"), \
      \(isOpened ? "confirm in the browser that opens, or in any browser on" : "open in any browser")

          \(code.pageWithCode ?? code.page)

      and check that it shows the code \(code.code)
      """)
  }

  /// Opens a browser on this machine's desktop.
  private func open(_ page: String) -> Bool {
    let environment = context.environment
    guard !context.isRemote, environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] != nil,
      let opener = context.program("xdg-open")
    else { return false }
    context.launch(
      ProcessRequest(program: opener, arguments: [page], environment: environment, timeout: .infinity))
    return true
  }
}
