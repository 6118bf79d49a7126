// SPDX-License-Identifier: MIT

// The example of a lecture, step by step: the correlation of two short signals by hand, by one call,
// and by the Fourier transform.

import Overlap

let f: [Double] = [1, 2, 3]
let g: [Double] = [0, 1, 2, 1]
print("f = \(f), g = \(g)")
print("(f ⋆ g)(τ) = Σ f(t) g(t + τ)")

// By hand: g is read τ samples later, and what lies outside of it is zero.
var byHand: [Double] = []
for lag in -(f.count - 1)..<g.count {
  let times = f.indices.filter { g.indices.contains($0 + lag) }
  let products = times.map { "\(Int(f[$0]))·\(Int(g[$0 + lag]))" }
  let sum = times.reduce(0) { $0 + f[$1] * g[$1 + lag] }
  byHand.append(sum)
  print("τ = \(lag): \(products.joined(separator: " + ")) = \(Int(sum))")
}

// By one call. NumPy and this package shift the first signal: the lecture's first is the second here.
let correlation = Correlation(of: g, with: f, method: .direct)
print("correlate(g, f) = \(correlation.values), lags \(correlation.lags)")
print("the same as by hand: \(correlation.values == byHand)")
print("best where τ = \(correlation.peakLag ?? 0)")

// By the convolution of g with f from its end: the same.
print("convolve(g, f reversed) = \(convolve(g, Array(f.reversed())))")

// By the Fourier transform: with zeros behind both, so that nothing comes round the end,
// F(f ⋆ g) = conj(F f) · F g.
let length = f.count + g.count - 1
let transform = try RealTransform<Double>(length: length)
func padded(_ signal: [Double]) -> [Double] {
  signal + [Double](repeating: 0, count: length - signal.count)
}
let product = zip(try transform.forward(padded(f)), try transform.forward(padded(g))).map {
  $0.conjugate * $1
}
let circular = try transform.inverse(product)
// Lag 0 is at index 0, and the negative lags stand at the end.
let rotated = circular[(length - f.count + 1)...] + circular[..<g.count]
let difference = zip(rotated, byHand).map { abs($0 - $1) }.max() ?? 1
print("by transforms of \(length) samples: \(rotated.map { Int($0.rounded()) })")
print("to 14 digits the same: \(difference < 1e-14 * 8)")
