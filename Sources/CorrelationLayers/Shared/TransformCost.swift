internal import FourierTransform

/// What square real transforms in single precision cost, to choose their lengths by.
enum TransformCost {
  /// Nanoseconds for each element, forward and back on average: measured with FFTW 3.3.10's
  /// estimated plans on a Zen 5 core; 100, 120 and all from 200 on but 256 on a Zen 4 core, where the
  /// others take twice as long, and halved. Lengths that a slightly larger one beats are left out.
  static let measured: [(length: Int, nanoseconds: Double)] = [
    (16, 0.94), (20, 0.96), (32, 1.04), (36, 1.90), (42, 1.95), (48, 1.78), (56, 1.52), (64, 1.32),
    (72, 1.40), (80, 1.15), (100, 0.95), (120, 1.00), (144, 1.14), (160, 1.18), (192, 1.24),
    (200, 0.89), (256, 1.16), (288, 1.44), (320, 1.28), (400, 1.24), (512, 1.48),
  ]

  /// What a length that was not measured costs.
  private static let other = 2.2

  static func nanoseconds(length: Int) -> Double {
    measured.first { $0.length == length }?.nanoseconds ?? other
  }

  /// The length of at least `minimum` whose transforms are the fastest.
  static func bestLength(atLeast minimum: Int) -> Int {
    let fast = fastTransformLength(atLeast: minimum)
    func cost(_ length: Int) -> Double { Double(length * length) * nanoseconds(length: length) }
    // A single row or column is transformed along the other axis alone.
    guard minimum > 1 else { return 1 }
    return (measured.map(\.length).filter { $0 >= minimum } + [fast]).min { cost($0) < cost($1) }
      ?? fast
  }
}
