import CSecret

/// Makes and reads GLib's variants, the values that are sent over the bus. Reading checks each type.
extension csecret_functions {
  func text(_ value: String) -> OpaquePointer? { g_variant_new_string(value) }

  func dictionary(_ pairs: [String: String]) -> OpaquePointer? {
    dictionary(of: "{ss}", pairs.sorted { $0.key < $1.key }.map { ($0.key, text($0.value)) })
  }

  func dictionary(of entry: String, _ pairs: [(String, OpaquePointer?)]) -> OpaquePointer? {
    let type = g_variant_type_new("a" + entry)
    defer { g_variant_type_free(type) }
    let builder = g_variant_builder_new(type)
    defer { g_variant_builder_unref(builder) }
    for (name, value) in pairs {
      g_variant_builder_add_value(builder, g_variant_new_dict_entry(text(name), value))
    }
    return g_variant_builder_end(builder)
  }

  /// Calls `work` with one part of a container; nil if there is no such part, or if it has another type.
  func withChild<Value>(
    _ container: OpaquePointer, _ index: Int, ofType type: String, _ work: (OpaquePointer) -> Value?
  ) -> Value? {
    guard index < g_variant_n_children(container),
      let value = g_variant_get_child_value(container, index)
    else { return nil }
    defer { g_variant_unref(value) }
    return isOfType(type, value) ? work(value) : nil
  }

  /// Calls `work` with the value in a variant that is a part of a container.
  func withBoxed<Value>(
    _ container: OpaquePointer, _ index: Int, ofType type: String, _ work: (OpaquePointer) -> Value?
  ) -> Value? {
    withChild(container, index, ofType: "v") { box in
      guard let value = g_variant_get_variant(box) else { return nil }
      defer { g_variant_unref(value) }
      return isOfType(type, value) ? work(value) : nil
    }
  }

  func string(_ value: OpaquePointer) -> String? {
    g_variant_get_string(value, nil).map { String(cString: $0) }
  }

  func path(_ container: OpaquePointer, _ index: Int) -> String? {
    withChild(container, index, ofType: "o", string)
  }

  /// A list of strings (`as`) or of object paths (`ao`) in a reply.
  func list(_ container: OpaquePointer, _ index: Int, ofType type: String) -> [String]? {
    withChild(container, index, ofType: type) { list in
      (0..<g_variant_n_children(list)).compactMap { index in
        withChild(list, index, ofType: String(type.dropFirst()), string)
      }
    }
  }

  func pairs(_ dictionary: OpaquePointer) -> [String: String] {
    var pairs: [String: String] = [:]
    for index in 0..<g_variant_n_children(dictionary) {
      withChild(dictionary, index, ofType: "{ss}") { entry in
        guard let name = withChild(entry, 0, ofType: "s", string) else { return }
        pairs[name] = withChild(entry, 1, ofType: "s", string)
      }
    }
    return pairs
  }

  private func isOfType(_ type: String, _ value: OpaquePointer) -> Bool {
    g_variant_get_type_string(value).map { String(cString: $0) } == type
  }
}
