/// The text of the first element of a name in a small XML answer; STS answers are flat enough for that.
struct XMLElement {
  let text: String

  init?(_ name: String, in document: String) {
    guard let start = document.firstRange(of: "<\(name)>"),
      let end = document[start.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    text = Self.unescaped(document[start.upperBound..<end.lowerBound])
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = String(text)
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result.replace(entity, with: character)
    }
    return result
  }
}
