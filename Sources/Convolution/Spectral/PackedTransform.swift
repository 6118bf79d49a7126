internal import ComplexModule
internal import FourierTransform
internal import Synchronization

/// How blocks of one length are transformed: packed into complex numbers, then by a plain transform
/// or, where that would not stay in the first-level cache, in four steps.
struct PackedTransform<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  enum Kind: Sendable {
    case plain(ComplexTransform<Scalar>)
    case fourStep(FourStepTransform<Element>)
  }

  /// The samples of a block.
  let length: Int
  /// The complex numbers that they are packed into.
  let count: Int
  let weights: TwiddleTable<Scalar>
  let kind: Kind
  private let rigor: PlanningRigor
  /// The complex numbers that a packed block, or its spectrum, takes in memory.
  var storage: Int {
    switch kind {
    case .plain: count
    case .fourStep(let steps): steps.storage
    }
  }

  private init(length: Int, expectedBlocks: Int) throws(TransformError) {
    self.length = length
    count = Element.packedCount(length)
    weights = Element.packingWeights(packedCount: count)
    rigor = Self.rigor(length: length, expectedBlocks: expectedBlocks)
    let uses = Self.transforms(length: length, expectedBlocks: expectedBlocks)
    if let columns = FourStep.columns(Element.self, length: length) {
      kind = .fourStep(
        try FourStepTransform(rows: count / columns, columns: columns, expectedUses: uses.count))
    } else {
      kind = .plain(try .shared(length: count, expectedUses: uses.count))
    }
  }

  /// The transforms that FFTW does for a number of blocks, there and back, and their length.
  private static func transforms(
    length: Int, expectedBlocks: Int
  ) -> (count: Int, length: Int) {
    let count = Element.packedCount(length)
    let columns = FourStep.columns(Element.self, length: length) ?? count
    return (saturatingProduct(2 * count / columns, expectedBlocks), columns)
  }

  private static func rigor(length: Int, expectedBlocks: Int) -> PlanningRigor {
    let transforms = transforms(length: length, expectedBlocks: expectedBlocks)
    return .earned(byTransforms: transforms.count, ofLength: transforms.length)
  }

  /// The process's own transform of this length, which is one of the planner's.
  ///
  /// - Parameter expectedBlocks: how many blocks it is announced for: whether they earn FFTW the
  ///   time to measure its plans, where it has no wisdom.
  static func shared(length: Int, expectedBlocks: Int) -> PackedTransform {
    let key = SharedKey(type: ObjectIdentifier(Self.self), length: length)
    let rigor = rigor(length: length, expectedBlocks: expectedBlocks)
    if let known = sharedPackedTransforms.withLock({ $0[key] }) as? Self,
      known.rigor != .estimate || rigor == .estimate
    {
      return known
    }
    do {
      let made = try PackedTransform(length: length, expectedBlocks: expectedBlocks)
      sharedPackedTransforms.withLock { $0[key] = made }
      return made
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// a · b, or the largest number there is.
func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
}

private struct SharedKey: Hashable {
  let type: ObjectIdentifier
  let length: Int
}

private let sharedPackedTransforms = Mutex<[SharedKey: any Sendable]>([:])

/// When transforms go in four steps.
enum FourStep {
  /// Shorter blocks are quicker transformed at once: FFTW's plans for them stay in the first-level
  /// cache, or nearly. Measured for all four types of samples.
  private static let leastLength = 1 << 13
  /// A row's samples take up to this many bytes, and its numbers in Float as many as FFTW is
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

  /// From how many packed numbers on the strips and rows of one transform are shared among threads.
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

/// Runs a transform whose buffers have just its lengths: it cannot fail, which the compiler is told
/// here.
func cannotFail(_ body: () throws(TransformError) -> Void) {
  do { try body() } catch { preconditionFailure("\(error)") }
}
