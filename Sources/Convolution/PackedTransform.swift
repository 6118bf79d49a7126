internal import ComplexModule
internal import FourierTransform
internal import Synchronization

/// How blocks of one length are transformed: packed into complex numbers, then by a plain transform
/// or, where that would not stay in the cache, in four steps.
struct PackedTransform<Element: ConvolutionElement>: Sendable {
  typealias Scalar = Element.Scalar

  enum Kind: Sendable {
    case plain(ComplexTransform<Scalar>)
    case fourStep(FourStepTransform<Scalar>)
  }

  /// The samples of a block.
  let length: Int
  /// The complex numbers that they are packed into.
  let count: Int
  let weights: GeometricTable<Scalar>
  let kind: Kind
  /// The complex numbers that a packed block, or its spectrum, takes in memory.
  var storage: Int {
    switch kind {
    case .plain: count
    case .fourStep(let steps): steps.storage
    }
  }

  private init(length: Int) throws(TransformError) {
    self.length = length
    count = Element.packedCount(length)
    weights = Element.packingWeights(packedCount: count)
    kind =
      FourStep.isUsed(count: count)
      ? .fourStep(try FourStepTransform(count: count)) : .plain(try .shared(length: count))
  }

  /// The process's own transform of this length, which is one of the planner's.
  static func shared(length: Int) -> PackedTransform {
    let key = SharedKey(type: ObjectIdentifier(Self.self), length: length)
    if let known = sharedPackedTransforms.withLock({ $0[key] }) as? Self { return known }
    do {
      let made = try PackedTransform(length: length)
      sharedPackedTransforms.withLock { $0[key] = made }
      return made
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

private struct SharedKey: Hashable {
  let type: ObjectIdentifier
  let length: Int
}

private let sharedPackedTransforms = Mutex<[SharedKey: any Sendable]>([:])

/// When transforms go in four steps.
enum FourStep {
  /// Measured: up to 2¹⁸ numbers, which the shipped wisdom covers, FFTW alone is as fast; beyond,
  /// two to three times slower.
  private static let leastCount = (1 << 18) + 1

  /// Rows or strips of columns, at the least.
  static let leastPieces = 32

  /// Whether a transform of this many complex numbers does.
  static func isUsed(count: Int) -> Bool { count >= leastCount && count % (1 << 10) == 0 }

  /// Whether the transform of a block of this many samples does.
  static func isUsed(length: Int, kind: ElementKind) -> Bool {
    switch kind {
    case .float32, .float64: isUsed(count: length / 2)
    case .complex64, .complex128: isUsed(count: length)
    }
  }
}
