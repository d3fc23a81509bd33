import Platform
import Synchronization

/// An HTTP client that answers as a test says and remembers what it was asked. No network is behind it.
package final class ScriptedHTTP: HTTPClient {
  package typealias Script = @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPFailure>

  private struct State {
    var requests: [HTTPRequest] = []
    var script: Script
  }

  private let state: Mutex<State>

  /// A client that answers each request by a function.
  package init(_ script: @escaping Script) { state = Mutex(State(script: script)) }

  /// A client that gives these answers one after the other, and the last one for ever.
  package convenience init(_ answers: Result<HTTPResponse, HTTPFailure>...) {
    let rest = Mutex(answers)
    self.init { request in
      rest.withLock { rest in
        guard let next = rest.first else {
          return .failure(HTTPFailure(.unreachable, host: hostName(of: request.url), reason: "the script is empty"))
        }
        if rest.count > 1 { rest.removeFirst() }
        return next
      }
    }
  }

  /// What was asked so far.
  package var requests: [HTTPRequest] { state.withLock { $0.requests } }

  /// Answers differently from now on.
  package func answer(_ script: @escaping Script) { state.withLock { $0.script = script } }

  package func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let (script, count) = state.withLock { state in
      state.requests.append(request)
      return (state.script, state.requests.count)
    }
    // Whoever asks for ever must not keep a test from ending.
    guard count <= 1000 else {
      throw HTTPFailure(.noLibrary, host: hostName(of: request.url), reason: "asked too often")
    }
    return try script(request).get()
  }
}

extension HTTPRequest {
  /// The value of a header, whatever its case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

extension Result where Success == HTTPResponse, Failure == HTTPFailure {
  /// An answer with a text for its body.
  package static func answer(_ status: Int, _ body: String = "", headers: [String: String] = [:]) -> Self {
    .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
  }

  /// No answer at all.
  package static func failing(_ kind: HTTPFailure.Kind, host: String = "aws.example") -> Self {
    .failure(HTTPFailure(kind, host: host, reason: "it was scripted so"))
  }
}
