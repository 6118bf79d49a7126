// SPDX-License-Identifier: MIT

internal import FourierTransform

/// Finds the times behind measurements, which are sums of multiples of them: least squares of the
/// relative errors, of which none counts for more because it is of a slow layer.
struct TimesFit<Name: TimeName> {
  /// Of each measurement: the multiple of each time, and the rest, over what was measured.
  private var rows: [(multiples: [Double], rest: Double)] = []

  /// Adds a measurement of what `predict` says of given times.
  mutating func add(nanoseconds: Double, _ predict: (Times<Name>) -> Double) {
    let rest = predict(Times())
    let multiples = Name.allCases.map { name in
      var unit = Times<Name>()
      unit[name] = 1
      return (predict(unit) - rest) / nanoseconds
    }
    rows.append((multiples, rest / nanoseconds))
  }

  /// How much the known times count beside the measurements, which leave some times open.
  private static var inertia: Double { 0.01 }

  /// The times, given those of another machine.
  func fitted(to known: Times<Name>) -> Times<Name> {
    let prior = Name.allCases.map { known[$0] }
    let ratios = rows.map { row in
      (1 - row.rest) / max(1e-9, zip(row.multiples, prior).reduce(0) { $0 + $1.0 * $1.1 })
    }
    // How much slower this machine is, by the measurement in the middle.
    let scale = ratios.sorted()[rows.count / 2]
    guard scale > 0 else { return known }
    var factors = prior.map { _ in 1.0 }
    // Coordinate descent: the sums are few and the squares convex.
    for _ in 0..<300 {
      for index in factors.indices where prior[index] > 0 {
        var (product, square) = (Self.inertia, Self.inertia)
        for row in rows {
          let part = row.multiples[index] * scale * prior[index]
          guard part != 0 else { continue }
          var error = 1 - row.rest
          for other in factors.indices where other != index {
            error -= row.multiples[other] * scale * prior[other] * factors[other]
          }
          product += part * error
          square += part * part
        }
        factors[index] = max(0, product / square)
      }
    }
    var times = Times<Name>()
    for (index, name) in Name.allCases.enumerated() {
      times[name] = scale * prior[index] * factors[index]
    }
    return times
  }
}
