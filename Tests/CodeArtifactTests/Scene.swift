import Platform
import Synchronization
import TestSupport

@testable import CodeArtifact
@testable import TokenStores

/// A user with keys in the environment, AWS that mints a new token each time, and stores in memory.
final class Scene: Sendable {
  static let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1",
    apiEndpoint: "https://codeartifact.us-east-1.amazonaws.com")
  static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2secret"]

  let world: World
  let kernel = ScriptedStore(.kernel)
  let file = ScriptedStore(.file)
  private let mints = Mutex(0)

  /// `life` is how long a token of AWS's lives.
  init(
    _ variables: [String: String] = Scene.keys, files: [String: String] = [:], life: Double = 43_200,
    time: ManualClock = ManualClock(), directory: TemporaryDirectory? = nil
  ) throws {
    world = try World(variables, files: files, time: time, directory: directory)
    mintsFromNowOn(life: life)
  }

  func mintsFromNowOn(life: Double = 43_200) {
    let time = world.time
    world.http.answer { [unowned self] _ in
      let number = mints.withLock { count in
        count += 1
        return count
      }
      return .answer(200, "{\"authorizationToken\": \"token-\(number)\", \"expiration\": \(time.now + life)}")
    }
  }

  var mintCount: Int { world.http.requests.count }

  func broker(_ policy: StorePolicy = .automatic, _ configuration: Configuration = Configuration()) -> TokenBroker {
    TokenBroker(
      world.context, configuration: configuration,
      stores: StoreChain(policy, stores: [kernel, file], world.context))
  }

  func token(refreshing: Bool = false) throws(TokenFailure) -> AuthorizationToken {
    try broker().token(for: Self.repository, refreshing: refreshing)
  }
}
