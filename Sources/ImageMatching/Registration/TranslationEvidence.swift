internal import Convolution
internal import FourierTransform
internal import RealModule

/// How much two images have in common at one shift.
///
/// Of N independent pixels of unrelated images a correlation coefficient of r or more has at most the
/// probability (1 - r²)^(N/2 - 1) (R. A. Fisher, 1915). Pixels depend on each other: n of them vary as
/// n / D independent ones, D the sum of the products of both autocorrelations (M. S. Bartlett, "Some
/// aspects of the time-correlation problem in regard to tests of significance", 1935). And they differ
/// in size: where the large ones of both images coincide, they are fewer still, by
/// `H = K Σ e f / (Σ e Σ f)` of the energies e and f of K blocks, which is what Bartlett's variance is
/// of numbers whose own variance changes from place to place.
struct ShiftEvidence {
  /// The correlation coefficient of what the images have in common, whitened.
  var coefficient: Double
  /// n / D.
  var count: Double
  /// H, at least 1.
  var concentration = 1.0

  private var independent: Double { count / concentration }

  /// The natural logarithm of the inverse of the probability.
  var logLikelihood: Double { max(0, independent / 2 - 1) * information(coefficient) }

  /// The correlation coefficient over its standard deviation under chance.
  var deviations: Double { abs(coefficient) * independent.squareRoot() }

  /// The logarithm of how much more likely the images are under this shift than under another, of as
  /// many pixels as both have.
  func advantage(over other: ShiftEvidence) -> Double {
    min(independent, other.independent) / 2
      * (information(coefficient) - information(other.coefficient))
  }
}

/// Larger images are compared at a half or less of their size: so many pixels tell enough.
private let mostCompared = 1 << 16

/// Blocks of twice the length over which pixels depend on each other.
func blockSide(_ dependence: Double) -> Int { Int((2 * dependence.squareRoot()).rounded(.up)) }

/// What a pixel tells, in natural units, twice: limited, as values are to few sizes when they are
/// whitened. Made images agree to all digits, and two of a single edge each are not the same for that.
func information(_ coefficient: Double) -> Double {
  -Double.log(max(1 - coefficient * coefficient, 0.02))
}

extension CrossSpectrum2D {
  /// Bartlett's sum: the mean of the squares of the cross-spectrum of images of energy 1.
  var dependence: Double {
    let energy = energies.reference * energies.moving
    return energy > 0 ? max(1, squares / Double(values.count) / energy) : 1
  }
}

extension ImagePair {
  /// The natural logarithm of the probability that unrelated images agree as well as these do, pixel by
  /// pixel: of the comparisons at the full size and its halves the best counts, as many times.
  var logChance: Double {
    var levels = [self]
    while let half = levels[levels.count - 1].halved { levels.append(half) }
    let evidence = levels.compactMap { level -> Double? in
      guard level.reference.count <= mostCompared, let white = level.whitened() else { return nil }
      let coefficient = white.correlation(Shift(row: 0, column: 0))
      guard coefficient > 0 else { return 0 }
      let dependence = CrossSpectrum2D(
        white.reference, white.moving, rows: 2 * white.reference.rows - 1,
        columns: 2 * white.reference.columns - 1, threads: threads
      ).dependence
      return ShiftEvidence(
        coefficient: coefficient, count: white.count / dependence,
        concentration: white.concentration(side: blockSide(dependence))
      ).logLikelihood
    }
    return min(0, Double.log(Double(max(evidence.count, 1))) - (evidence.max() ?? 0))
  }

  /// By how much the large elements of both images lie at the same places, in blocks of `side` by `side`
  /// elements: 1 if they do not.
  func concentration(side: Int) -> Double {
    let blocks = [reference, moving].map { image in
      image.centred.blockSums(side: side) { $0 * $0 }
    }
    let product = blocks[0].reduce(0, +) * blocks[1].reduce(0, +)
    let common = zip(blocks[0], blocks[1]).reduce(0) { $0 + $1.0 * $1.1 }
    return product > 0 ? max(1, Double(blocks[0].count) * common / product) : 1
  }
}
