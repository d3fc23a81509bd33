/// The files that variables make libcurl and OpenSSL open. Both wait for ever for the end of a pipe.
/// Sources: OpenSSL's openssl-env(7), libcurl-env(3) and `SSLKEYLOGFILE`, GnuTLS's `GNUTLS_SYSTEM_PRIORITY_FILE`, glibc's
/// hostname(7) for `HOSTALIASES`.
enum LibraryFiles {
  static let variables = [
    "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "SSLKEYLOGFILE", "GNUTLS_SYSTEM_PRIORITY_FILE", "HOSTALIASES",
  ]

  /// What to do if libcurl does not return: correct the variable that is probably the reason.
  static func remedy(_ environment: Environment) -> Remedy {
    for variable in variables {
      guard let path = environment[variable], let status = FileSystem.system.status(path), !status.isFileOrDirectory
      else { continue }
      return .set(variable, to: "an ordinary file: \(oneLine(path)) is none")
    }
    return .advice("Check the network, and the files that OpenSSL's variables name")
  }
}
