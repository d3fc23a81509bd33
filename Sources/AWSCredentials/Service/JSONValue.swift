import FoundationEssentials
import Platform

/// Any JSON: for files of other tools, whose unknown fields must be preserved, and for responses of any form.
enum JSONValue: Codable, Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads a text; nil if it is not JSON.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
    self = value
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    func value<Value: Decodable>(_ make: (Value) -> JSONValue) -> JSONValue? {
      (try? container.decode(Value.self)).map(make)
    }
    self =
      try container.decodeNil()
      ? .null
      : value(JSONValue.bool) ?? value(JSONValue.integer) ?? value(JSONValue.number) ?? value(JSONValue.string)
        ?? value(JSONValue.array) ?? .object(container.decode([String: JSONValue].self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  static func texts(_ members: [String: String]) -> JSONValue { .object(members.mapValues { .string($0) }) }

  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// A text that is not empty and has no control characters, since it may become a header.
  var text: String? {
    guard let string, !string.isEmpty,
      !string.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    return string
  }

  /// A finite number.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.isFinite ? value : nil
    default: nil
    }
  }

  /// The moment of a date, in epoch seconds.
  var moment: Double? { text.flatMap { epochSeconds(iso8601: $0) } }

  /// The value as bytes of JSON, members in order of their names.
  var encoded: [UInt8]? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { Array($0) }
  }
}

extension HTTPRequest {
  /// A request with JSON as its body.
  init(posting content: JSONValue, to url: String) {
    self.init(
      method: "POST", url: url, headers: [(name: "Content-Type", value: "application/json")],
      body: content.encoded ?? [])
  }
}

extension Credentials {
  /// Reads credentials from a response with these field names; nil if one is missing or malformed.
  init?(_ json: JSONValue?, id: String, secret: String, token: String, expiration: (JSONValue) -> Double?) {
    guard let json, let accessKeyID = json[id]?.text, let secretAccessKey = json[secret]?.text else { return nil }
    // A malformed session token must not be left out: the keys are useless without it.
    if let given = json[token], given != .null, given.text == nil { return nil }
    self.init(
      accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: json[token]?.text,
      expiration: expiration(json))
  }

  /// Reads credentials in the format that `credential_process`, containers and EC2 have in common.
  init?(processFormat json: JSONValue?, token: String) {
    self.init(json, id: "AccessKeyId", secret: "SecretAccessKey", token: token) { $0["Expiration"]?.moment }
  }
}
