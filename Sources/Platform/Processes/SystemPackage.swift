/// A package manager of a Linux distribution.
public enum PackageManager: String, CaseIterable, Sendable {
  case apt, dnf, zypper, pacman

  /// The one on PATH; nil where none of these is.
  public init?(on path: SearchPath) {
    guard let found = Self.allCases.first(where: { !path.programs($0.rawValue).isEmpty }) else { return nil }
    self = found
  }

  /// The command that installs packages.
  fileprivate var installation: String { self == .pacman ? "pacman -S" : "\(rawValue) install" }
}

/// A package of the distribution that this program uses.
public enum SystemPackage: Sendable {
  /// libcurl, for HTTP.
  case curl
  /// The certificates of the public authorities.
  case certificates
  /// The AWS CLI.
  case awsCLI

  /// What installs it; `manager` is the package manager of this machine, nil where it is not known.
  public func installation(with manager: PackageManager?) -> Remedy {
    manager.map { .run("\($0.installation) \(name(for: $0))") } ?? .advice("Install \(title)")
  }

  private var title: String {
    switch self {
    case .curl: "libcurl"
    case .certificates: "the package ca-certificates"
    case .awsCLI: "the AWS CLI"
    }
  }

  private func name(for manager: PackageManager) -> String {
    switch (self, manager) {
    case (.curl, .apt), (.curl, .zypper): "libcurl4"
    case (.curl, .dnf): "libcurl"
    case (.curl, .pacman): "curl"
    case (.certificates, _): "ca-certificates"
    case (.awsCLI, .apt): "awscli"
    // Its package has another name in each of Fedora, Amazon Linux and EPEL; dnf finds it by its program.
    case (.awsCLI, .dnf): "/usr/bin/aws"
    case (.awsCLI, .zypper): "aws-cli"
    case (.awsCLI, .pacman): "aws-cli-v2"
    }
  }
}
