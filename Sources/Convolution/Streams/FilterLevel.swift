internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// One level of a partitioned convolution: blocks of one length, and a stretch of the kernel in
/// partitions of that length, each with its spectrum.
///
/// The spectra of the last blocks are kept; a new block's spectrum is multiplied with the first
/// partition's, the one before with the second's, and so on, and one inverse transform gives their
/// sum: the "frequency-domain delay line".
struct FilterLevel<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// Samples of a block, half of a transform.
  let block: Int
  /// By how much the first result of a block is later than its first sample.
  let offset: Int
  private let partitions: Int
  private let weights: TwiddleTable<Scalar>
  private let transform: ComplexTransform<Scalar>
  private let packedCount: Int
  private let kernelSpectra: [Complex<Scalar>]
  /// The block before and the one that is filling up.
  private var samples: [Element]
  private var filled = 0
  private var spectra: [Complex<Scalar>]
  private var newest = 0
  private var packed: [Complex<Scalar>]
  private var sum: [Complex<Scalar>]
  /// What follows from the last whole block.
  private(set) var results: [Element]

  /// `taps` begin at index `offset` of the kernel.
  init(taps: [Element], offset: Int, block: Int) {
    self.block = block
    self.offset = offset
    partitions = (taps.count + block - 1) / block
    let count = Element.packedCount(2 * block)
    packedCount = count
    weights = Element.packingWeights(packedCount: count)
    do { transform = try .shared(length: count) } catch { preconditionFailure("\(error)") }
    samples = [Element](repeating: .zero, count: 2 * block)
    spectra = [Complex<Scalar>](repeating: .zero, count: partitions * count)
    results = [Element](repeating: .zero, count: block)
    packed = [Complex<Scalar>](repeating: .zero, count: count)
    sum = packed
    var kernelSpectra = spectra
    for partition in 0..<partitions {
      let part = Array(taps[(partition * block)..<min(taps.count, (partition + 1) * block)])
      Self.forward(
        part, by: 1 / Scalar(count), weights, transform, &packed, into: &kernelSpectra,
        at: (partition * count)..<((partition + 1) * count))
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
    let place = (newest * packedCount)..<((newest + 1) * packedCount)
    Self.forward(
      samples, by: 1, weights, transform, &packed, into: &spectra, at: place)
    Self.addProducts(&sum, spectra, kernelSpectra, newest, partitions)
    Self.invert(&sum, &packed, transform, weights, &results)
    for index in 0..<block { samples[index] = samples[block + index] }
    return true
  }

  private static func forward(
    _ samples: [Element], by factor: Scalar, _ weights: TwiddleTable<Scalar>,
    _ transform: ComplexTransform<Scalar>, _ packed: inout [Complex<Scalar>],
    into spectra: inout [Complex<Scalar>], at place: Range<Int>
  ) {
    var numbers = packed.mutableSpan
    var all = spectra.mutableSpan
    var spectrum = all._mutatingExtracting(place)
    Element.pack(samples.span, by: factor, weights, from: 0, into: &numbers)
    cannotFail { () throws(TransformError) in
      try transform.forward(numbers.span, into: &spectrum)
    }
  }
}

extension FilterLevel {
  /// Writes the sum of the products of the partitions' spectra with those of the last blocks.
  private static func addProducts(
    _ sum: inout [Complex<Scalar>], _ spectra: [Complex<Scalar>],
    _ kernelSpectra: [Complex<Scalar>], _ newest: Int, _ partitions: Int
  ) {
    let packedCount = sum.count
    var total = sum.mutableSpan
    for index in total.indices { total[index] = .zero }
    for partition in 0..<partitions {
      let place = (newest + partition) % partitions * packedCount
      let taps = partition * packedCount
      Scalar.addProducts(
        &total, spectra.span.extracting(place..<(place + packedCount)),
        kernelSpectra.span.extracting(taps..<(taps + packedCount)))
    }
  }

  private static func invert(
    _ sum: inout [Complex<Scalar>], _ packed: inout [Complex<Scalar>],
    _ transform: ComplexTransform<Scalar>, _ weights: TwiddleTable<Scalar>,
    _ results: inout [Element]
  ) {
    let block = results.count
    var spectrum = sum.mutableSpan
    var numbers = packed.mutableSpan
    cannotFail { () throws(TransformError) in
      try transform.unscaledInverse(consuming: &spectrum, into: &numbers)
    }
    var output = results.mutableSpan
    Element.unpack(
      numbers.span, by: 1, weights, from: 0, results: block..<(2 * block), into: &output)
  }
}
