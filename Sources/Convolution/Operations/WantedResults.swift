// SPDX-License-Identifier: MIT

/// The results along one axis that are wanted, by their index in the full convolution.
struct WantedResults: Sendable, Hashable {
  /// What is wanted.
  let wanted: Range<Int>
  /// What of it has products; the rest is zero.
  let present: Range<Int>

  var count: Int { wanted.count }
  var isComplete: Bool { wanted.count == present.count }
  /// Zeros before the first result that is present.
  var leading: Int { present.isEmpty ? 0 : present.lowerBound - wanted.lowerBound }

  /// Writes zeros where nothing is present, and lets `body` write the rest.
  func write<Element: AdditiveArithmetic>(
    into output: inout MutableSpan<Element>, _ body: (inout MutableSpan<Element>) -> Void
  ) {
    let inside = leading..<(leading + present.count)
    for index in 0..<inside.lowerBound { output[index] = .zero }
    for index in inside.upperBound..<output.count { output[index] = .zero }
    guard !inside.isEmpty else { return }
    var part = output._mutatingExtracting(inside)
    body(&part)
  }
}

extension ConvolutionMode {
  /// The wanted results along one axis.
  func results(_ operation: Operation, signalCount n: Int, kernelCount m: Int) -> WantedResults {
    var wanted = range(signalCount: n, kernelCount: m)
    if case .lags = self, operation == .correlation {
      wanted = (wanted.lowerBound + m - 1)..<(wanted.upperBound + m - 1)
    }
    let all = n > 0 && m > 0 ? 0..<(n + m - 1) : 0..<0
    return WantedResults(wanted: wanted, present: wanted.clamped(to: all))
  }
}
