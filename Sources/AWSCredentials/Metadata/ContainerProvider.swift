import Glibc
import Platform

/// The container's own role: ECS, EKS pod identity, CodeBuild, SageMaker.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct ContainerProvider {
  /// The hosts besides loopback that may be called without TLS.
  private static let plainHosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

  let inputs: ProviderInputs

  func credentials(endpoint: String, source: String) throws(CredentialFailure) -> Credentials {
    guard Self.isAllowed(endpoint) else {
      throw .machineFailed(
        source,
        problem:
          "\(oneLine(hostName(of: endpoint), limit: 100)) is not allowed: it is neither https nor loopback",
        .advice("Correct AWS_CONTAINER_CREDENTIALS_FULL_URI"))
    }
    var headers: [(name: String, value: String)] = [(name: "Accept", value: "application/json")]
    if let token = try authorization(source) { headers.append((name: "Authorization", value: token)) }
    let request = HTTPRequest(
      method: "GET", url: endpoint, headers: headers, connectTimeout: 2, timeout: 2,
      mayUseProxy: endpoint.hasPrefix("https:"))
    let response: HTTPResponse
    do { response = try inputs.client.send("container credentials", request, deadline: inputs.deadline) } catch {
      switch error {
      case .network(let failure): throw .machineFailed(source, problem: failure.problem, failure.remedy)
      case .service(let failure): throw .machineFailed(source, problem: failure.problem, failure.remedy)
      }
    }
    guard let credentials = Credentials(processFormat: JSONValue(response.body), token: "Token") else {
      throw .responseMalformed(from: hostName(of: endpoint), source: source)
    }
    return credentials
  }

  private func authorization(_ source: String) throws(CredentialFailure) -> String? {
    let environment = inputs.context.environment
    var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    if let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      do {
        token = String(decoding: try inputs.context.files.readToEnd(of: file, limit: 64 << 10), as: UTF8.self)
      } catch {
        throw .machineFailed(
          source, problem: error.problem, .advice("Correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"))
      }
    }
    guard let value = token.flatMap(nonBlank) else { return nil }
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .machineFailed(
        source, problem: "its authorization token contains a line break",
        .advice("Correct AWS_CONTAINER_AUTHORIZATION_TOKEN"))
    }
    return value
  }

  /// https anywhere, plain http only where it cannot leave the machine.
  static func isAllowed(_ endpoint: String) -> Bool {
    let url = URLParts(endpoint)
    return url.scheme == "https" || url.scheme == "http" && (url.isLoopback || plainHosts.contains(url.host))
  }
}
