// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import FourierTransform
import RealModule

extension Fingerprint {
  /// The fingerprint of a recording, read once and block by block: in O(n), with memory for the
  /// frames alone.
  ///
  /// - Parameters:
  ///   - source: A recording; one shorter than a window has no frames.
  ///   - seed: Of the noise in place of silence; another one for each recording.
  package init(
    of source: some SampleSource, seed: UInt64
  ) throws(AlignmentError) {
    var extractor = FingerprintExtractor(sampleRate: source.sampleRate, seed: seed)
    try source.forEachBlock(of: 0..<source.frameCount, .reference) {
      samples, place throws(AlignmentError) in
      if let index = samples.indices.first(where: { !samples[$0].isFinite }) {
        throw .notFinite(role: .reference, index: place + index)
      }
      extractor.process(samples)
    }
    self.init(frames: extractor.finish(count: source.frameCount))
  }
}

/// Makes frames of a stream of samples.
private struct FingerprintExtractor {
  private var decimator: Decimator
  private let rate: Double
  private var noise: DitherNoise
  private let transform: RealTransform<Float>
  private let window: [Float]
  private let edges: BandEdges
  /// Samples that are still to come in a frame; the first is number `firstSample`.
  private var samples: [Float] = []
  private var firstSample = 0
  /// The number of frames whose energies were measured.
  private var frameCount = 0
  /// What the last frames have of each band against the next one, the oldest first.
  private var contrasts: [[Float]] = []
  private var frames: [UInt32] = []

  init(sampleRate: Double, seed: UInt64) {
    let divisor = max(1, (sampleRate / Fingerprint.lowestRate).rounded(.down))
    rate = sampleRate / divisor
    decimator = Decimator(from: sampleRate, to: rate, expectedCount: 0)
    noise = DitherNoise(seed: seed)
    let count = max(2, Int((Fingerprint.windowDuration * rate).rounded()))
    transform = realTransform(smoothLength(atLeast: count))
    // Without the zeros at its ends (F. J. Harris, 1978: the Hann window).
    window = (0..<count).map { index in
      Float(0.5 - 0.5 * Double.cos(2 * .pi * (Double(index) + 0.5) / Double(count)))
    }
    edges = BandEdges(rate: rate, length: transform.length)
  }

  mutating func process(_ block: Span<Float>) {
    decimator.process(block)
    append(decimator.take())
  }

  mutating func finish(count: Int) -> [UInt32] {
    append(decimator.finish(count: count))
    return frames
  }

  private mutating func append(_ block: [Float]) {
    samples.reserveCapacity(samples.count + block.count)
    for sample in block { samples.append(sample + noise.next()) }
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    var padded = AlignedBuffer<Float>(repeating: 0, count: transform.length)
    while true {
      let start = Int((Double(frameCount) * Fingerprint.hop * rate).rounded()) - firstSample
      guard start + window.count <= samples.count else { break }
      var target = padded.mutableSpan
      for index in window.indices { target[index] = samples[start + index] * window[index] }
      transform.forward(padded, &spectrum)
      add(edges.contrasts(spectrum.span))
      frameCount += 1
    }
    let next = Int((Double(frameCount) * Fingerprint.hop * rate).rounded())
    let done = min(samples.count, next - firstSample)
    samples.removeFirst(done)
    firstSample += done
  }

  private mutating func add(_ contrast: [Float]) {
    // Chance where there is nothing to compare: at the beginning, and in bands that are equal because a
    // low sample rate does not have them.
    var bits = noise.nextBits()
    if contrasts.count == Fingerprint.lookBack {
      let before = contrasts.removeFirst()
      for (bit, value) in contrast.enumerated() where value != before[bit] {
        let mask = UInt32(1) << bit
        bits = value > before[bit] ? bits | mask : bits & ~mask
      }
    }
    contrasts.append(contrast)
    frames.append(bits)
  }
}

/// The bands of a spectrum: between 33 edges at equal ratios, which may lie between its frequencies.
private struct BandEdges {
  /// For each edge, the last frequency below it, and how much of the next one's energy is below too.
  private let places: [(bin: Int, share: Float)]

  init(rate: Double, length: Int) {
    let (low, high) = (Fingerprint.band.lowerBound, Fingerprint.band.upperBound)
    let bandCount = Fingerprint.bitCount + 1
    places = (0...bandCount).map { edge in
      let frequency = low * Double.pow(high / low, Double(edge) / Double(bandCount))
      // A bin's energy is spread over the bin.
      let position = min(frequency * Double(length) / rate + 0.5, Double(length / 2))
      return (Int(position), Float(position - position.rounded(.down)))
    }
  }

  /// The energy of each band less that of the next one.
  func contrasts(_ spectrum: Span<Complex<Float>>) -> [Float] {
    func energy(_ bin: Int) -> Float {
      let (x, y) = spectrum[bin].rawStorage
      return x * x + y * y
    }
    var before: Float?
    var result: [Float] = []
    result.reserveCapacity(Fingerprint.bitCount)
    for band in 0..<places.count - 1 {
      let (from, to) = (places[band], places[band + 1])
      var sum = to.share * energy(to.bin) - from.share * energy(from.bin)
      for bin in from.bin..<to.bin { sum += energy(bin) }
      if let before { result.append(before - sum) }
      before = sum
    }
    return result
  }
}

/// The shortest even length from `count` on with no other factors than 2, 3 and 5.
private func smoothLength(atLeast count: Int) -> Int {
  var length = count + count % 2
  while true {
    var rest = length
    for factor in [2, 3, 5] {
      while rest % factor == 0 { rest /= factor }
    }
    if rest == 1 { return length }
    length += 2
  }
}
