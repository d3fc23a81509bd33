import ClientConfig

/// Files as people have them, and as they should not be: whatever is in them must be there again after an undo.
package let oddFiles: [(name: String, bytes: [UInt8])] = [
  ("empty", []), ("a newline", Array("\n".utf8)), ("blank lines", Array("\n\n \n".utf8)),
  ("no newline at the end", Array("[global]\ntimeout = 60".utf8)), ("a header alone", Array("[global]".utf8)),
  ("a header and its newline", Array("[backend]\n".utf8)),
  ("CRLF", Array("[global]\r\ntimeout = 60\r\n\r\n[install]\r\nx = y\r\n".utf8)),
  ("CRLF without the last", Array("[global]\r\ntimeout = 60".utf8)),
  ("mixed ends", Array("[global]\r\na = 1\nb = 2\r\n".utf8)),
  ("a lone CR", Array("[global]\ra = 1\r".utf8)), ("comments", Array("# mine\n[global]\n; too\na = 1 # here\n".utf8)),
  (
    "a continued value",
    Array("[global]\nextra-index-url =\n  https://a.example/\n  https://b.example/\ntimeout = 60\n".utf8)
  ),
  ("the setting at the end of a continued value", Array("[global]\nkeyring-provider =\n  import".utf8)),
  (
    "the user's own choice",
    Array("[global]\nkeyring-provider = import\n[backend]\ndefault-keyring = a.B\nkeyring-path = /x\n".utf8)
  ),
  ("in the other order", Array("[backend]\nkeyring-path : /x\n\ndefault-keyring: a.B\n\n".utf8)),
  ("a key in capitals", Array("[global]\nKeyring-Provider = import\n[backend]\nDefault-Keyring = a.B\n".utf8)),
  ("a section twice", Array("[global]\na = 1\n[install]\nb = 2\n[global]\nkeyring-provider = import\n".utf8)),
  ("no section", Array("timeout = 60\n".utf8)), ("noise", Array("]]][[[===:::\n\u{0}\u{1}\n".utf8)),
  ("not UTF-8", [0x5B, 0x67, 0x5D, 0x0A, 0xFF, 0xFE, 0x3D, 0x80, 0x0A]),
  ("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("[global]\na = 1\n".utf8)),
  ("what configure would write", Array("[global]\nkeyring-provider = subprocess\n".utf8)),
  ("the mark without its line", Array("\(EditableFile.mark)\n[global]\n".utf8)),
  ("tabs", Array("[global]\t\n\ta\t=\t1\n".utf8)),
  ("large", Array(String(repeating: "[s]\nkey = value\n", count: 5000).utf8)),
]
