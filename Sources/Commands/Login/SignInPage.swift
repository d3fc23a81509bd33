import AWSCredentials
import Platform

/// The page on which a person confirms a sign-in: told on standard error, and opened where there is a browser.
struct SignInPage {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Says what to do, once.
  func show(_ code: DeviceCode, for session: SSOSession) {
    let isOpened = open(code.pageWithCode ?? code.page)
    surroundings.streams.complain(
      """
      To sign in to AWS SSO session "\(oneLine(session.title))" (profile "\(oneLine(session.profile))"), \
      \(isOpened ? "confirm in the browser that opens, or in any browser on" : "open in any browser")

          \(code.pageWithCode ?? code.page)

      and see that it shows the code \(code.code)
      """)
  }

  /// Opens a browser where there is one in front of the person.
  private func open(_ page: String) -> Bool {
    let environment = surroundings.environment
    guard !surroundings.isRemote, environment["DISPLAY"] ?? environment["WAYLAND_DISPLAY"] != nil,
      let opener = surroundings.program("xdg-open")
    else { return false }
    surroundings.launch(
      ProcessRequest(program: opener, arguments: [page], environment: environment, timeout: .infinity))
    return true
  }
}
