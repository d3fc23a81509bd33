// swift-tools-version: 6.2
import PackageDescription

/// The version: whoever else wants it reads it here.
let version = "1.0.0"

/// What `--version` says of the source it was built from.
let commit = Context.gitInformation.map { $0.currentCommit.prefix(8) + ($0.hasUncommittedChanges ? "+" : "") } ?? ""

/// What the fuzzers' targets feed.
let fuzzed: [Target.Dependency] = [
  "KeyringProtocol", "Commands", "CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform",
  "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
  .product(name: "ArgumentParser", package: "swift-argument-parser"),
]

let package = Package(
  name: "codeartifact-keyring",
  products: [
    .executable(name: "codeartifact-keyring", targets: ["codeartifact-keyring"]),
    .executable(name: "keyring", targets: ["keyring"]),
  ],
  // Exactly these: what is built tomorrow is what was tested today.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
  ],
  targets: [
    // The executable, which is `codeartifact-keyring` or `keyring` by the name it is called by.
    .executableTarget(
      name: "codeartifact-keyring", dependencies: ["KeyringProtocol", "Commands", "Platform", "FastPath", "CGlibc"]),
    // The fast path: a response that was given a moment ago, and for all else the executable above. In Embedded Swift, which
    // has no runtime to start; so it compiles for itself (by a link) what it shares with the main executable.
    .executableTarget(
      name: "keyring", dependencies: ["CFastPath", "CKeyutils", "CProcess"], path: "Sources/FastPath/keyring",
      swiftSettings: [.enableExperimentalFeature("Embedded")]),
    // Each module names all it stands on: a change far below must rebuild what lies above.
    .target(
      name: "KeyringProtocol",
      dependencies: ["CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform", "FastPath"]),
    .target(
      name: "Commands",
      dependencies: [
        "CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform", "CVersion",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // What a lookup passes through: service, repository, identity, token.
    .target(name: "CodeArtifact", dependencies: ["ClientConfig", "AWSCredentials", "TokenStores", "Platform"]),
    .target(
      name: "AWSCredentials",
      dependencies: ["Platform", .product(name: "Crypto", package: "swift-crypto")]),
    .target(
      name: "TokenStores",
      dependencies: ["Platform", "FastPath", "CSecret", .product(name: "Crypto", package: "swift-crypto")]),

    // The files of clients, as they write them.
    .target(name: "ClientConfig", dependencies: ["Platform"]),

    // The outside world, and the C libraries it is reached through.
    .target(
      name: "Platform",
      dependencies: ["CCurl", "CFastPath", "CProcess", .product(name: "Subprocess", package: "swift-subprocess")]),
    .target(name: "FastPath", dependencies: ["CFastPath", "CKeyutils"], path: "Sources/FastPath/Shared"),
    .target(name: "CCurl"),
    .target(name: "CFastPath", path: "Sources/FastPath/CFastPath"),
    .target(name: "CGlibc"),
    .target(name: "CProcess"),
    .target(name: "CSecret"),
    .target(name: "CKeyutils"),
    // In C, so that a commit makes one small file stale and no module.
    .target(
      name: "CVersion",
      cSettings: [.define("VERSION", to: "\"\(version)\""), .define("COMMIT", to: "\"\(commit)\"")]),

    // What the tests have in common: a clock, a network and files whose content the test decides.
    .target(name: "TestSupport", dependencies: ["ClientConfig", "Platform", "TokenStores"], path: "Tests/TestSupport"),
    // What end-to-end tests compare with botocore, piece by piece.
    .executableTarget(
      name: "Probe", dependencies: ["AWSCredentials", "ClientConfig", "Platform"], path: "Tests/Probe"),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .testTarget(name: "TokenStoresTests", dependencies: ["TokenStores", "Platform", "TestSupport", "CKeyutils"]),
    .testTarget(name: "ClientConfigTests", dependencies: ["ClientConfig", "Platform", "TestSupport"]),
    .testTarget(name: "FastPathTests", dependencies: ["FastPath"]),
    .testTarget(name: "AWSCredentialsTests", dependencies: ["AWSCredentials", "Platform", "TestSupport"]),
    .testTarget(
      name: "CodeArtifactTests",
      dependencies: ["CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform", "TestSupport"]),
    .testTarget(
      name: "KeyringProtocolTests",
      dependencies: [
        "KeyringProtocol", "CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform", "TestSupport",
      ]),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands", "CodeArtifact", "ClientConfig", "AWSCredentials", "TokenStores", "Platform", "TestSupport",
      ]),
    // Compiles the fuzzers' targets in every build, through a link, and feeds them their seeds.
    .testTarget(name: "FuzzTests", dependencies: fuzzed),
  ],
  swiftLanguageModes: [.v6]
)

// Fuzzers exist only where their runner names libFuzzer's driver, which is no part of a system's linker path.
if let driver = Context.environment["CODEARTIFACT_KEYRING_FUZZER"] {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["run", "seeds"],
      linkerSettings: [.unsafeFlags(["-Xlinker", driver])]))
}

// A package imports full Foundation; its members must not be used here unnoticed (they add 44 MB of ICU).
let shims = ["CCurl", "CFastPath", "CGlibc", "CKeyutils", "CProcess", "CSecret", "CVersion"]
for target in package.targets where !shims.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("MemberImportVisibility")]
}
