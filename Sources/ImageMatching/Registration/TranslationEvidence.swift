// SPDX-License-Identifier: MIT

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
  /// `1 - r²` is at least this: of one place, what rounding leaves of a copy. Of all shifts, judged:
  /// made images agree to all digits, and two of a single edge each are not the same for that.
  var least = leastDifference

  private var independent: Double { count / concentration }

  /// The natural logarithm of the inverse of the probability.
  var logLikelihood: Double { max(0, independent / 2 - 1) * information(coefficient, least) }

  /// The correlation coefficient over its standard deviation under chance.
  var deviations: Double { abs(coefficient) * independent.squareRoot() }

  /// The logarithm of how much more likely the images are under this shift than under another, of as
  /// many pixels as both have.
  func advantage(over other: ShiftEvidence) -> Double {
    min(independent, other.independent) / 2
      * (information(coefficient) - information(other.coefficient))
  }
}

/// Blocks of twice the length over which pixels depend on each other.
func blockSide(_ dependence: Double) -> Int { Int((2 * dependence.squareRoot()).rounded(.up)) }

let leastDifference = 0.02

/// What a pixel tells, in natural units, twice.
func information(_ coefficient: Double, _ least: Double = leastDifference) -> Double {
  -Double.log(max(1 - coefficient * coefficient, least))
}

extension CrossSpectrum2D {
  /// Bartlett's sum: the mean of the squares of the cross-spectrum of images of energy 1.
  var dependence: Double {
    let energy = energies.reference * energies.moving
    return energy > 0 ? max(1, squares / Double(values.count) / energy) : 1
  }
}

extension ImagePair {
  /// By how much the large elements of both images lie at the same places, in blocks of `side` by `side`
  /// elements: 1 if they do not. With weights, of the elements that count in both, and the blocks by how
  /// many of these they hold.
  func concentration(side: Int) -> Double {
    guard let weights else {
      let blocks = [reference, moving].map { image in
        image.centred.blockSums(side: side) { $0 * $0 }
      }
      let product = blocks[0].reduce(0, +) * blocks[1].reduce(0, +)
      let common = zip(blocks[0], blocks[1]).reduce(0) { $0 + $1.0 * $1.1 }
      return product > 0 ? max(1, Double(blocks[0].count) * common / product) : 1
    }
    let both = weights.reference.times(weights.moving)
    let counts = both.blockSums(side: side) { $0 }
    let blocks = [reference, moving].map { image in
      let centred = image.centred(both)
      return centred.times(centred).times(both).blockSums(side: side) { $0 }
    }
    let product = blocks[0].reduce(0, +) * blocks[1].reduce(0, +)
    let common = counts.indices.reduce(0) {
      counts[$1] > 0 ? $0 + blocks[0][$1] * blocks[1][$1] / counts[$1] : $0
    }
    return product > 0 ? max(1, counts.reduce(0, +) * common / product) : 1
  }
}
