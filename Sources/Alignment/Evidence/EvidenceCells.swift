import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// One kind of evidence, summed over cells and over blocks of them.
struct CellSums {
  /// A self-normalised sum.
  struct Moments {
    var sum = 0.0
    var squares = 0.0

    var score: Double { squares > 0 ? sum / squares.squareRoot() : 0 }

    mutating func add(_ value: Double, floor: Double = 0) {
      sum += value
      squares += value * value + floor
    }
  }

  var cells = Moments()
  var blocks = Moments()
  private var block = Moments()

  /// Adds the cells of a segment.
  mutating func add(_ values: [CellProduct], perBlock: Int) {
    for (index, value) in values.enumerated() {
      if index > 0 && index % perBlock == 0 { endBlock() }
      cells.add(Double(value.sum), floor: Double(value.floor))
      block.add(Double(value.sum), floor: Double(value.floor))
    }
    endBlock()
  }

  /// Of a loud block and of one that agrees better, neither is to hide the other.
  private mutating func endBlock() {
    blocks.add(block.squares > 0 ? block.sum / block.squares.squareRoot().squareRoot() : 0)
    block = Moments()
  }
}

/// A sum over a cell, and what is added to its square.
struct CellProduct {
  var sum: Float = 0
  var floor: Float = 0

  /// What the interpolation leaves of a copied sound's difference is always of one sign: 1 % of the
  /// products, by the decimator's errors, against which 5 % are judged.
  private static var floorFactor: Float { 0.05 }

  mutating func subtract(_ other: CellProduct, sign: Float) {
    floor = Self.floorFactor * Self.floorFactor * (sum * sum + other.sum * other.sum)
    sum -= sign * other.sum
  }
}

/// The sums of products in phase in cells.
struct CellCorrelator {
  private let transform: RealTransform<Float>
  /// Rotations that take the fraction of a sample out, times the frequencies' weights.
  private let rotation: [Complex<Float>]
  /// The bands' bounds, in frequencies of a cell.
  private let bounds: [Int]

  init(length: Int, _ band: SearchBand, fraction: Double, gain: (Double) -> Float) {
    transform = realTransform(length)
    rotation = (0..<transform.spectrumCount).map { bin in
      let weight = gain(Double(bin) * band.rate / Double(length))
      let angle = 2 * Double.pi * Double(bin) * fraction / Double(length)
      return Complex(weight * Float(Double.cos(angle)), weight * Float(Double.sin(angle)))
    }
    let low = max(1, Int(band.low / band.rate * Double(length)) + 1)
    let high = max(low + 1, Int((band.high / band.rate * Double(length)).rounded(.up)))
    let bands = min(MatchEvidence.bandCount, high - low)
    bounds = (0...bands).map { low + (high - low) * $0 / bands }
  }

  var bandCount: Int { bounds.count - 1 }

  /// The cells of two segments, ``bandCount`` of each moment: the sums of products in phase, first
  /// divided by the roots of their magnitudes and then as they are.
  func products(
    _ first: borrowing AlignedBuffer<Float>, _ second: borrowing AlignedBuffer<Float>
  ) -> [[CellProduct]] {
    let length = transform.length
    var allRoots: [CellProduct] = []
    var allProducts: [CellProduct] = []
    allRoots.reserveCapacity(first.count / length * bandCount)
    allProducts.reserveCapacity(first.count / length * bandCount)
    var piece = AlignedBuffer<Float>(repeating: 0, count: length)
    var x = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    var y = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    for start in stride(from: 0, to: first.count - length + 1, by: length) {
      piece.copy(first.span, from: start)
      transform.forward(piece, &x)
      piece.copy(second.span, from: start)
      transform.forward(piece, &y)
      let (p, q) = (x.span, y.span)
      for band in 0..<bandCount {
        var products: Float = 0
        var roots: Float = 0
        for bin in bounds[band]..<bounds[band + 1] {
          let (real, imaginary) = p[bin].crossProduct(q[bin])
          let (c, s) = rotation[bin].rawStorage
          let inPhase = real * c - imaginary * s
          products += inPhase
          let magnitude = (real * real + imaginary * imaginary).squareRoot()
          if magnitude > .leastNormalMagnitude {
            roots += inPhase / magnitude.squareRoot()
          }
        }
        allRoots.append(CellProduct(sum: roots))
        allProducts.append(CellProduct(sum: products))
      }
    }
    return [allRoots, allProducts]
  }
}

extension AlignedBuffer<Float> {
  fileprivate mutating func copy(_ values: Span<Float>, from start: Int) {
    var target = mutableSpan
    for index in target.indices { target[index] = values[start + index] }
  }
}
