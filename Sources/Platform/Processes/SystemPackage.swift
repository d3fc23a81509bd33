/// A package of the distribution that this program uses.
public struct SystemPackage: Sendable {
  private let title: String
  /// The commands that install it: the name of the package manager is the first word of each.
  private let commands: [String]

  /// libcurl, for HTTP.
  static let curl = SystemPackage(
    title: "libcurl",
    commands: ["apt install libcurl4", "dnf install libcurl", "zypper install libcurl4", "pacman -S curl"])

  /// The certificates of the public authorities.
  static let certificates = SystemPackage(
    title: "the package ca-certificates",
    commands: ["apt install", "dnf install", "zypper install", "pacman -S"].map { "\($0) ca-certificates" })

  /// The AWS CLI. Its package has another name in each of Fedora, Amazon Linux and EPEL; dnf finds it by its program.
  public static let awsCLI = SystemPackage(
    title: "the AWS CLI",
    commands: [
      "apt install awscli", "dnf install /usr/bin/aws", "zypper install aws-cli", "pacman -S aws-cli-v2",
    ])

  /// What installs it with the package manager of this machine, the first that is on PATH.
  public func installation(on path: SearchPath) -> Remedy {
    let command = commands.first { !path.programs(String($0.prefix { $0 != " " })).isEmpty }
    return command.map { .run($0) } ?? .advice("Install \(title)")
  }
}
