// SPDX-License-Identifier: MIT

import Convolution

/// Tells whether the processors work at their full speed at the moment.
///
/// A virtual machine's host may run something else, or another of its virtual processors, on the
/// second thread of the same core. Whatever keeps the arithmetic units busy then takes up to twice
/// as long, for seconds or minutes. A short piece of such work is timed here: direct sums whose
/// operands stay in the first cache.
public struct ProcessorProbe {
  private let threads: Int
  private let signal: [Float]
  private let kernel: [Float]

  /// - Parameter threads: how many processors have to be at their full speed.
  public init(threads: Int = 1) {
    self.threads = threads
    // A millisecond for each thread: waking the others, some 50 us, must not count.
    signal = [Float](repeating: 1, count: threads << 17)
    kernel = [Float](repeating: 1, count: 512)
  }

  /// The seconds that the work takes now, as much of it for each thread: of the processor for one, and of
  /// the clock for several.
  public func seconds() -> Double {
    let work = { convolve(signal, kernel, mode: .same, method: .direct, threads: threads).count }
    return threads == 1
      ? processorSeconds(calls: 1, work) : BenchmarkSupport.seconds(calls: 1, work)
  }
}
