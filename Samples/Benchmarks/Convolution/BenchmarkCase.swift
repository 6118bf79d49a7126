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

  /// The case that a name describes: `convolve-N-by-M-float32`, or `correlate-` and another type.
  init?(describedBy name: String) {
    let words = name.split(separator: "-").map(String.init)
    guard words.count == 5, words[2] == "by", let operation = Operation(rawValue: words[0]),
      let signal = Int(words[1]), let kernel = Int(words[3]), let dtype = Dtype(rawValue: words[4]),
      // Room for 16 bytes a sample, and for their sum.
      1...(Int.max >> 6) ~= signal, 1...(Int.max >> 6) ~= kernel
    else { return nil }
    self.init(name, Job(operation: operation, signal: signal, kernel: kernel, dtype: dtype))
  }

  /// Creates the inputs, and gives what does the work once on `threads`, by a method.
  ///
  /// - Parameter keepsResults: whether results are written to the same memory every time.
  func prepare(threads: Int, keepsResults: Bool = false) -> PreparedWork<ConvolutionMethod?> {
    switch job.dtype {
    case .float32: prepare(threads, keepsResults) { Float($0.next()) }
    case .float64: prepare(threads, keepsResults) { $0.next() }
    case .complex64: prepare(threads, keepsResults) { Complex(Float($0.next()), Float($0.next())) }
    case .complex128: prepare(threads, keepsResults) { Complex($0.next(), $0.next()) }
    }
  }

  private func prepare<Element: SignalElement>(
    _ threads: Int, _ keepsResults: Bool, _ sample: (inout Noise) -> Element
  ) -> PreparedWork<ConvolutionMethod?> {
    var noise = Noise()
    let signal = (0..<job.signal).map { _ in sample(&noise) }
    let kernel = (0..<job.kernel).map { _ in sample(&noise) }
    let (operation, mode) = (job.operation, job.mode.mode)
    if let maxLag = job.maxLag {
      return PreparedWork { _ in
        correlate(signal, kernel, mode: .lags(-maxLag...maxLag), threads: threads)
      }
    }
    if keepsResults && operation == .convolve {
      let zeros = [Element](repeating: .zero, count: job.resultCount)
      return PreparedWork(into: zeros) { method, output in
        do throws(ConvolutionError) {
          try convolve(signal, kernel, into: &output, mode: mode, method: method, threads: threads)
        } catch {
          fatalError("\(error)")
        }
      }
    }
    return PreparedWork { method in
      switch operation {
      case .convolve:
        convolve(signal, kernel, mode: mode, method: method, threads: threads)
      case .correlate:
        correlate(signal, kernel, mode: mode, method: method, threads: threads)
      }
    }
  }
}
