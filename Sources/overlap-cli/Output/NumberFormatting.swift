// SPDX-License-Identifier: MIT

import RealModule

/// "with a probability of about 1e-9": in full only where that is short.
func probability(_ value: Double) -> String {
  if value >= 0.1 { return "with a probability of \(fixed(value, 1))" }
  if value <= 1e-30 { return "with a probability below 1e-30" }
  let exponent = Int(String(value).split(separator: "e").last ?? "") ?? 0
  if exponent < 0 { return "with a probability of about 1e\(exponent)" }
  return "with a probability of \(fixed(value, 4))"
}

/// The smallest standard error of a time that is told, in seconds: below, clocks of no two devices
/// agree for long.
private let smallestError = 1e-8

/// The standard error of a time, with the two digits that errors have.
func uncertainty(_ seconds: Double) -> String {
  if seconds < smallestError { return "less than 0.01 us" }
  let (unit, factor) = seconds < 99.5e-6 ? ("us", 1e6) : seconds < 99.5e-3 ? ("ms", 1e3) : ("s", 1)
  let value = seconds * factor
  return "\(fixed(value, value < 0.995 ? 2 : value < 9.95 ? 1 : 0)) \(unit)"
}

/// A value in units of `scale`, as far as its standard error reaches: its last digit is the place of
/// the error's first.
func measured(_ value: Double, standardError: Double, scale: Double = 1) -> String {
  let error = max(standardError, smallestError) * scale
  guard error >= 10, error.isFinite else { return signedFixed(value * scale, decimals(error)) }
  let unit = Double.pow(10, Double.log10(error).rounded(.down))
  return signedFixed((value * scale / unit).rounded() * unit, 0)
}

/// How many decimals a value with this standard error has.
func decimals(_ standardError: Double) -> Int {
  let places = -Double.log10(standardError)
  return places > 0 ? Int(min(places.rounded(.up), 12)) : 0
}

/// A difference of clocks in ppm, as far as its standard error reaches, and that error.
func partsPerMillion(_ rate: Double, standardError: Double) -> (value: String, error: String) {
  let error = standardError * 1e6
  let digits = decimals(max(error, 1e-3))
  return (withSign(rate * 1e6, digits), error < 1e-3 ? "less than 0.001" : fixed(error, digits + 1))
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
