// SPDX-License-Identifier: MIT

import ComputeSupport
import Convolution
import Testing

/// A plan that is first used by work that was cancelled is right for those who use it later.
@Suite("Plans and cancelled work") struct CancelledPlanTests {
  /// Does `work` as if it had been cancelled.
  private func cancelled(_ work: () -> Void) {
    let monitor = WorkMonitor(report: nil)
    monitor.cancel()
    monitor.watch(work)
  }

  @Test(arguments: ConvolutionMethod.choices) func ofImages(method: ConvolutionMethod?) throws {
    let image = Matrix(
      rows: 60, columns: 70, elements: (0..<4200).map { Double($0 * $0 % 101) - 50 })
    let kernel = Matrix(rows: 9, columns: 8, elements: (0..<72).map { Double($0 * 31 % 17) - 8 })
    let plan = try ConvolutionPlan2D(kernel: kernel, method: method, threads: 2)
    let other = try ConvolutionPlan2D(kernel: kernel, method: method, threads: 2)
    cancelled { _ = plan.apply(to: image) }
    let isSame = plan.apply(to: image) == other.apply(to: image)
    #expect(isSame)
  }

  @Test(arguments: ConvolutionMethod.choices) func ofSignals(method: ConvolutionMethod?) throws {
    let signal = (0..<20_000).map { Double($0 * $0 % 101) - 50 }
    let kernel = (0..<300).map { Double($0 * 31 % 17) - 8 }
    let plan = try ConvolutionPlan(kernel: kernel, method: method, threads: 2)
    let other = try ConvolutionPlan(kernel: kernel, method: method, threads: 2)
    cancelled { _ = plan.apply(to: signal) }
    let isSame = plan.apply(to: signal) == other.apply(to: signal)
    #expect(isSame)
  }
}
