// SPDX-License-Identifier: MIT

/// What is kept of a recording to find parts of it again: 32 bits for each frame of 24 ms, which say
/// how the energy of neighbouring bands of frequencies changes against one another.
///
/// With the energy E(n, m) of band m in frame n, bit m of frame n tells whether
///
///     E(n, m) - E(n, m + 1) > E(n - 3, m) - E(n - 3, m + 1)
///
/// (J. Haitsma, T. Kalker: A highly robust audio fingerprinting system, ISMIR 2002, there with
/// windows of 0.37 s each 11.6 ms and the frame before). It takes 167 bytes a second of sound.
package struct Fingerprint: Sendable, Equatable {
  /// The bits of each frame.
  package var frames: [UInt32]

  /// Creates a fingerprint of known frames.
  package init(frames: [UInt32]) { self.frames = frames }

  /// From one frame to the next, in seconds.
  package static var hop: Double { 0.024 }
  /// Changes whenever frames of the same sound would be others: fingerprints of different versions
  /// cannot be compared.
  package static var version: UInt32 { 1 }
  /// The number of bits of a frame.
  static var bitCount: Int { 32 }

  /// In seconds of sound. On 80 clips of 10 s, with as much noise or speech, in another room, and
  /// after MP3 at 48 kbit/s, windows of 0.064 and 0.256 s, twice the hop, the bands up to 2 kHz, and
  /// differences to 1, 2 or 4 frames before found the worst ones by a smaller margin.
  static var windowDuration: Double { 0.128 }
  /// The frame with which one is compared is so many before it.
  static var lookBack: Int { 3 }
  /// What telephones let through, in Hz.
  static var band: ClosedRange<Double> { 300...3400 }
  /// The lowest rate of samples at which energies are measured: what folds back in decimation has not
  /// come down to the band then.
  static var lowestRate: Double { 8000 }
  /// The loudness of what is added to a recording, of full scale: that of rounding to 16 bits. The
  /// bits of silence are then chance, and not the same in every recording.
  static var ditherLevel: Float { 1e-5 }
}
