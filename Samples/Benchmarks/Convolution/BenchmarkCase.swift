// SPDX-License-Identifier: MIT

import BenchmarkSupport
import ComplexModule
import Convolution
import FourierTransform

/// Work that is timed, described well enough for a peer to do the same.
struct BenchmarkCase: Sendable {
  /// What is computed.
  enum Operation: String, Sendable, Encodable {
    case convolve
    case correlate
  }

  /// The lengths, types and mode of the work, under the names that the peers' side reads.
  struct Job: Sendable, Encodable {
    var operation: Operation
    var signal: Int
    var kernel: Int
    var dtype: Dtype
    var mode = Mode.full
    /// Where only the lags from minus this to this are wanted.
    var maxLag: Int?
    /// How often the work is done within one measurement, which is then divided by it.
    var calls = 1

    /// The number of results.
    var resultCount: Int {
      maxLag.map { 2 * $0 + 1 } ?? mode.mode.lags(signalCount: signal, kernelCount: kernel).count
    }
  }

  var name: String
  var job: Job

  init(_ name: String, _ job: Job) {
    self.name = name
    self.job = job
  }

  /// Creates the inputs, and gives what does the work once on `threads` and counts its results.
  func prepare(threads: Int) -> @Sendable (ConvolutionMethod?) -> Int {
    switch job.dtype {
    case .float32: prepare(threads) { Float($0.next()) }
    case .float64: prepare(threads) { $0.next() }
    case .complex64: prepare(threads) { Complex(Float($0.next()), Float($0.next())) }
    case .complex128: prepare(threads) { Complex($0.next(), $0.next()) }
    }
  }

  private func prepare<Element: SignalElement>(
    _ threads: Int, _ sample: (inout Noise) -> Element
  ) -> @Sendable (ConvolutionMethod?) -> Int {
    var noise = Noise()
    let signal = (0..<job.signal).map { _ in sample(&noise) }
    let kernel = (0..<job.kernel).map { _ in sample(&noise) }
    let (operation, mode) = (job.operation, job.mode.mode)
    if let maxLag = job.maxLag {
      return { _ in
        correlate(signal, kernel, mode: .lags(-maxLag...maxLag), threads: threads).count
      }
    }
    return { method in
      switch operation {
      case .convolve:
        convolve(signal, kernel, mode: mode, method: method, threads: threads).count
      case .correlate:
        correlate(signal, kernel, mode: mode, method: method, threads: threads).count
      }
    }
  }
}
