import AWSCredentials
import Platform

extension Context {
  /// Shows the page on which a person confirms a sign-in: on standard error, and in the browser if there is one.
  func show(_ code: DeviceCode, for session: SSOSession) {
    let isOpened = openInBrowser(code.pageWithCode ?? code.page)
    streams.writeError(
      """
      To sign in to AWS SSO session "\(oneLine(session.title))" (profile "\(oneLine(session.profile))"), \
      \(isOpened ? "confirm in the browser that opens, or in any browser on" : "open in any browser")

          \(code.pageWithCode ?? code.page)

      and check that it shows the code \(code.code)
      """)
  }

  /// Opens a browser on this machine's desktop.
  private func openInBrowser(_ page: String) -> Bool {
    guard !isRemote, environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] != nil, let opener = program("xdg-open")
    else { return false }
    launch(ProcessRequest(program: opener, arguments: [page], environment: environment, timeout: .infinity))
    return true
  }
}
