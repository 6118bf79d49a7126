// SPDX-License-Identifier: MIT

/// Numbers as decimal text without exponents.
package enum DecimalText {
  /// The number rounded to so many digits after the point, without zeros at the end.
  ///
  /// What is not finite or has no room in 64 bits is "0": no clip that is written holds such a
  /// number.
  package static func text(_ value: Double, digits: Int = 9) -> String {
    guard value.magnitude < 0x1p63 else { return "0" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    var whole = value.magnitude.rounded(.down)
    var parts = ((value.magnitude - whole) * scale).rounded()
    if parts == scale { (whole, parts) = (whole + 1, 0) }
    let sign = value < 0 && (whole > 0 || parts > 0) ? "-" : ""
    guard parts > 0 else { return sign + String(UInt64(whole)) }
    var fraction = String(UInt64(parts))
    fraction = String(repeating: "0", count: digits - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return sign + String(UInt64(whole)) + "." + fraction
  }
}
