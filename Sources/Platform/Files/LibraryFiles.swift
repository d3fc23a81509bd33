/// The files that variables make libcurl and OpenSSL open, which then wait for ever for what never ends.
/// Sources: OpenSSL's openssl-env(7), libcurl-env(3) and `SSLKEYLOGFILE`, GnuTLS's `GNUTLS_SYSTEM_PRIORITY_FILE`, glibc's
/// hostname(7) for `HOSTALIASES`.
struct LibraryFiles {
  static let variables = [
    "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "SSLKEYLOGFILE", "GNUTLS_SYSTEM_PRIORITY_FILE", "HOSTALIASES",
  ]

  let environment: Environment
  var files = FileSystem.system

  /// Why libcurl may not have come back, with the variable that is probably at fault.
  var suspicion: String {
    for variable in Self.variables {
      guard let path = environment[variable], let status = files.status(path), !status.isRegularFile,
        !status.isDirectory
      else { continue }
      return "\(variable) names \(oneLine(path)), which is not an ordinary file. Correct \(variable)"
    }
    return "libcurl did not come back in time. See the network, and the files that OpenSSL's variables name"
  }
}
