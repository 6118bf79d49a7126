/// "with a probability of about 1e-9": in full only where that is short.
func probability(_ value: Double) -> String {
  if value >= 0.1 { return "with a probability of \(fixed(value, 1))" }
  if value <= 1e-30 { return "with a probability below 1e-30" }
  let exponent = Int(String(value).split(separator: "e").last ?? "") ?? 0
  if exponent < 0 { return "with a probability of about 1e\(exponent)" }
  return "with a probability of \(fixed(value, 4))"
}

/// A duration in the unit that suits it.
func microseconds(_ seconds: Double) -> String {
  let value = seconds * 1e6
  if value < 0.01 { return "less than 0.01 us" }
  if value < 1000 { return "\(fixed(value, value < 1 ? 2 : 1)) us" }
  return "\(fixed(value / 1000, 1)) ms"
}

/// `value` with its sign and `digits` decimals.
func withSign(_ value: Double, _ digits: Int) -> String {
  (value < 0 ? "-" : "+") + fixed(abs(value), digits)
}

/// `value` (not negative) with `digits` decimals.
func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (value * scale).rounded()
  guard scaled < 9e15 else { return "\(value)" }
  let whole = String(Int(scaled))
  guard digits > 0 else { return whole }
  let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
  return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
}

/// A number that may be negative with `digits` decimals.
func signedFixed(_ value: Double, _ digits: Int) -> String {
  let text = fixed(abs(value), digits)
  return value < 0 && text.contains { $0 != "0" && $0 != "." } ? "-" + text : text
}

/// A time for people, in the unit in which it has up to three digits before the point.
func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<1e-3: "\((seconds * 1e7).rounded() / 10) us"
  case ..<1: "\((seconds * 1e4).rounded() / 10) ms"
  case ..<7200: "\((seconds * 10).rounded() / 10) s"
  default: "\((seconds / 360).rounded() / 10) h"
  }
}
