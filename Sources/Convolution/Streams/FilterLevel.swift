// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import FourierTransform

/// One level of a partitioned convolution: blocks of one length, and a stretch of the kernel in
/// partitions of that length, each with its spectrum.
///
/// The newest block's spectrum is multiplied with the first partition's, the one before with the
/// second's, and so on; one inverse transform gives the sum: the "frequency-domain delay line".
struct FilterLevel<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// Samples of a block, half of a transform.
  let block: Int
  /// By how much the first result of a block is later than its first sample.
  let offset: Int
  private let partitions: Int
  private var transform: PlainBlockTransform<Element>
  private let kernelSpectra: [Complex<Scalar>]
  private let taps: [Element]
  private let largestTap: Int
  /// The largest magnitude of each partition's taps, and of the samples of each spectrum.
  private let tapPeaks: [Scalar]
  private var samplePeaks: [Scalar]
  /// The last blocks of samples, each where its spectrum is, and one more.
  private var history: [Element]
  /// The block before and the one that is filling up.
  private var samples: [Element]
  private var filled = 0
  private var spectra: [Complex<Scalar>]
  private var newest = 0
  private var sum: [Complex<Scalar>]
  /// What follows from the last whole block.
  private(set) var results: [Element]

  /// `taps` begin at index `offset` of the kernel.
  init(taps: [Element], offset: Int, block: Int) {
    self.block = block
    self.offset = offset
    self.taps = taps
    partitions = (taps.count + block - 1) / block
    largestTap = taps.indices.max { taps[$0].largestPart < taps[$1].largestPart } ?? 0
    samplePeaks = [Scalar](repeating: 0, count: partitions)
    history = [Element](repeating: .zero, count: (partitions + 1) * block)
    var tapPeaks = samplePeaks
    transform = PlainBlockTransform(length: 2 * block)
    let count = transform.count
    samples = [Element](repeating: .zero, count: 2 * block)
    spectra = [Complex<Scalar>](repeating: .zero, count: partitions * count)
    results = [Element](repeating: .zero, count: block)
    sum = [Complex<Scalar>](repeating: .zero, count: count)
    var kernelSpectra = spectra
    for partition in 0..<partitions {
      let part = Array(taps[(partition * block)..<min(taps.count, (partition + 1) * block)])
      transform.forward(
        part, by: 1 / Scalar(count), into: &kernelSpectra, at: partition * count)
      tapPeaks[partition] = part.reduce(0) { max($0, $1.largestPart) }
    }
    self.kernelSpectra = kernelSpectra
    self.tapPeaks = tapPeaks
  }

  mutating func reset() {
    filled = 0
    newest = 0
    for index in samples.indices { samples[index] = .zero }
    for index in spectra.indices { spectra[index] = .zero }
    for index in samplePeaks.indices { samplePeaks[index] = 0 }
    for index in history.indices { history[index] = .zero }
  }

  /// Takes samples, not beyond the end of a block, and tells whether they complete one, whose
  /// ``results`` are then there.
  mutating func take(_ new: Span<Element>) -> Bool {
    for index in new.indices {
      let sample = new[index]
      samples[block + filled + index] = sample.hasFiniteParts ? sample : .zero
    }
    filled += new.count
    guard filled == block else { return false }
    filled = 0
    newest = (newest + partitions - 1) % partitions
    keepBlock()
    transform.forward(samples, by: 1, into: &spectra, at: newest * transform.count)
    // What is changed beside other properties is taken out meanwhile.
    var sum = self.sum.taken()
    var total = sum.mutableSpan
    total.update(repeating: .zero)
    for partition in 0..<partitions {
      let place = (newest + partition) % partitions * transform.count
      let taps = partition * transform.count
      Scalar.addProducts(
        &total, spectra.span.extracting(place..<(place + transform.count)),
        kernelSpectra.span.extracting(taps..<(taps + transform.count)))
    }
    var results = self.results.taken()
    var output = results.mutableSpan
    let limit = smallLimit()
    let hasSmallOnes = transform.inverse(
      consuming: &sum, by: 1, results: block..<(2 * block), into: &output, below: limit)
    (self.sum, self.results) = (sum, results)
    for index in 0..<block { samples[index] = samples[block + index] }
    if limit == .infinity || (hasSmallOnes && !haveLargeProducts(limit)) { convolveDirectly() }
    return true
  }

  /// Keeps the newest block, and the largest magnitude of it and the one before.
  private mutating func keepBlock() {
    // The oldest block that is still met goes to the end, out of the newest one's way.
    for index in 0..<block {
      history[partitions * block + index] = history[newest * block + index]
      history[newest * block + index] = samples[block + index]
    }
    // What is changed beside other properties is taken out meanwhile.
    var peaks = samplePeaks.taken()
    var all = peaks.mutableSpan
    var peak = all._mutatingExtracting(newest..<newest + 1)
    Element.chunkMaxima(of: samples.span, chunk: samples.count, into: &peak)
    samplePeaks = peaks
  }

  /// The sample `age` before the first one of the newest block; negative for that block's own.
  private func sample(_ age: Int) -> Element {
    let back = age + block - 1
    let slot = back / block
    let place = slot < partitions ? (newest + slot) % partitions : partitions
    return history[place * block + block - 1 - back % block]
  }

  /// Below what a result is so small beside the largest product there could be that the transforms'
  /// rounding errors may show in it; infinite where that may overflow. See SmallResults.swift.
  private func smallLimit() -> Scalar {
    var largest = Scalar.zero
    // Far from the ends of the type's range, so that nothing overflows within a transform.
    let range = powerOfTwo(Int(Scalar.greatestFiniteMagnitude.exponent) / 3) as Scalar
    for partition in 0..<partitions {
      let (x, h) = (samplePeaks[(newest + partition) % partitions], tapPeaks[partition])
      guard x <= range, h <= range else { return .infinity }
      largest = max(largest, x * h)
    }
    return Scalar.layerRatio * largest
  }

  /// Whether each small result has products that reach the limit together.
  private func haveLargeProducts(_ limit: Scalar) -> Bool {
    for index in results.indices where results[index].largestPart < limit {
      if !hasLargeProduct(index, limit) { return false }
    }
    return true
  }

  /// Whether the magnitudes of a result's products reach the limit together.
  private func hasLargeProduct(_ result: Int, _ limit: Scalar) -> Bool {
    var sum = Scalar.zero
    // From the largest tap on and round the end: nearly always one or two are enough.
    for step in taps.indices {
      let tap = (largestTap + step) % taps.count
      sum += taps[tap].largestPart * sample(tap - result).largestPart
      if sum >= limit { return true }
    }
    return false
  }

  /// Makes the results anew from the samples, by the care that a whole convolution takes.
  private mutating func convolveDirectly() {
    let count = (partitions + 1) * block
    let signal = (0..<count).map { sample(count - block - $0) }
    var results = self.results.taken()
    var output = results.mutableSpan
    convolve(
      signal, taps, range: count - block..<count, method: nil, threads: 1, into: &output)
    self.results = results
  }
}
