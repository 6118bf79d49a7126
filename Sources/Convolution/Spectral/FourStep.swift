// SPDX-License-Identifier: MIT

internal import FourierTransform

/// When transforms go in four steps, and into how many columns.
enum FourStep {
  /// Shorter blocks are quicker transformed at once: FFTW's plans for them stay in the first-level
  /// cache, or nearly. Measured for all four types of samples.
  private static let leastLength = 1 << 13
  /// A row's samples take up to this many bytes, and its values in Float as many as FFTW is
  /// fastest for, 512. With twice as many the rows of a strip would be a multiple of 4 KiB apart and
  /// share the lines of the first-level cache: measured to take 1.1 to 1.6 times as long.
  private static let mostRowBytes = 1 << 11

  /// The columns of a transform of blocks of this many samples, one of the planner's lengths; nil if
  /// it is done at once.
  static func columns<Element: SignalElement>(
    _ type: Element.Type, length: Int
  ) -> Int? {
    guard length >= leastLength else { return nil }
    var columns = Element.packedCount(length)
    while columns * MemoryLayout<Element>.stride > mostRowBytes { columns /= 2 }
    return columns
  }

  /// From how many packed values on the strips and rows of one transform are shared among threads.
  private static let leastShared = (1 << 18) + 1
  /// Strips of columns, or groups of rows, of a transform that is shared.
  static let pieces = 32

  /// Whether the transform of a block of this many samples is shared among threads.
  static func isShared(length: Int, kind: ElementKind) -> Bool {
    switch kind {
    case .float32, .float64: length / 2 >= leastShared
    case .complex64, .complex128: length >= leastShared
    }
  }
}
