// SPDX-License-Identifier: MIT

import ArgumentParser
import BenchmarkSupport
import Convolution

/// Tells how a case is computed, and within what of the truth.
struct Choice: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the method of cases, its blocks, and the bound of its error.")

  struct Result: Encodable {
    var name: String
    var method: String
    /// Results of a block, and samples of its transform; 0 without one.
    var block: Int
    var transform: Int
    /// What each result is within of the truth, for a block and a kernel whose norms are 1.
    var errorBound: Double
  }

  @Argument(help: "The cases; all if none is named.")
  var names: [String] = []

  @OptionGroup var options: MethodOptions

  func run() throws {
    for entry in try cases(named: names) {
      let job = entry.job
      let choice = Planner.shared.choose(
        job.dtype.elementKind, signalCount: job.signal, kernelCount: job.kernel,
        mode: job.mode.mode, method: options.method.method, threads: options.threads)
      let bound =
        switch job.dtype {
        case .float32, .complex64: choice.errorBound(Float.self, blockNorm: 1, kernelNorm: 1)
        case .float64, .complex128: choice.errorBound(Double.self, blockNorm: 1, kernelNorm: 1)
        }
      try printLine(
        Result(
          name: entry.name, method: choice.method.argument, block: choice.blockColumns,
          transform: choice.transformColumns, errorBound: bound))
    }
  }
}

extension Dtype {
  /// The planner's name of the type.
  fileprivate var elementKind: ElementKind {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }
}
