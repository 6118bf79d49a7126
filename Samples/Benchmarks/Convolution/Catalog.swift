// SPDX-License-Identifier: MIT

import BenchmarkSupport

/// The named cases.
let catalog: [BenchmarkCase] = longSignals + wholeSignals + fewLags + smallSignals + growth

/// Ten million samples filtered by kernels of every useful length.
private let longSignals: [BenchmarkCase] =
  [33, 129, 513, 4097, 16385, 65537].map { taps in
    BenchmarkCase(
      "10M-by-\(taps)",
      .init(operation: .convolve, signal: 10_000_000, kernel: taps, dtype: .float32))
  }

/// Two signals of the same length, at every lag.
private let wholeSignals: [BenchmarkCase] =
  [Dtype.float32, .float64].map { kind in
    BenchmarkCase(
      "correlate-1M-by-1M-\(kind.rawValue)",
      .init(operation: .correlate, signal: 1_000_000, kernel: 1_000_000, dtype: kind))
  }

/// Two long signals at the lags near zero only.
private let fewLags: [BenchmarkCase] = [
  BenchmarkCase(
    "correlate-10M-by-10M-at-2001-lags",
    .init(
      operation: .correlate, signal: 10_000_000, kernel: 10_000_000, dtype: .float32, maxLag: 1000))
]

/// Calls so short that everything around the sums counts.
private let smallSignals: [BenchmarkCase] = [
  BenchmarkCase(
    "1000-by-50",
    .init(operation: .convolve, signal: 1000, kernel: 50, dtype: .float32, calls: 10_000))
]

/// How the time grows with the length, for kernels of a thousandth and of the same length.
private let growth: [BenchmarkCase] = [23, 24].flatMap { power in
  [10, 0].map { ratio in
    BenchmarkCase(
      "2^\(power)-by-2^\(power - ratio)",
      .init(
        operation: .convolve, signal: 1 << power, kernel: 1 << (power - ratio), dtype: .float32))
  }
}
