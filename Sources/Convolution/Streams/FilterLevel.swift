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
    partitions = (taps.count + block - 1) / block
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
    }
    self.kernelSpectra = kernelSpectra
  }

  mutating func reset() {
    filled = 0
    newest = 0
    for index in samples.indices { samples[index] = .zero }
    for index in spectra.indices { spectra[index] = .zero }
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
    transform.inverse(consuming: &sum, by: 1, results: block..<(2 * block), into: &output)
    (self.sum, self.results) = (sum, results)
    for index in 0..<block { samples[index] = samples[block + index] }
    return true
  }
}
