// SPDX-License-Identifier: MIT

package import ComplexModule
package import ComputeSupport
import FourierTransform

/// What a frequency's magnitude is divided by to make a spectrum white.
package enum SpectralLevel {
  /// The mean magnitude of its neighbourhood, or its own if that is much larger: hum counts no more
  /// than the rest, and frequencies that noise happened to cancel less.
  case neighboursOrOwn
  /// Its own magnitude: what is left is the phase.
  case own
  /// The root of its neighbourhood's mean power.
  case power
}

/// Divides each frequency by the level around it.
///
/// - Parameters:
///   - reach: The number of neighbours on each side.
///   - gains: Further factors, one for each frequency; nil for none.
package func whiten(
  _ spectrum: inout AlignedBuffer<Complex<Float>>, reach: Int,
  by level: SpectralLevel = .neighboursOrOwn, gains: [Float]? = nil
) {
  let count = spectrum.count
  var bins = spectrum.mutableSpan
  var levels = NeighbourLevels(reach: reach, count: count)
  // A piece at a time: what is measured behind a frequency has to be known when it is overwritten.
  let pieceLength = max(4096, 4 * reach)
  var divisors = [Float](repeating: 0, count: min(pieceLength, count))
  for start in stride(from: 0, to: count, by: pieceLength) {
    let piece = start..<min(start + pieceLength, count)
    levels.write(of: bins.span, piece, by: level, to: &divisors)
    let all = divisors.span
    var own = bins._mutatingExtracting(piece)
    let divisor = all.extracting(0..<piece.count)
    precondition(own.count == divisor.count)
    if let gains {
      let gain = gains.span.extracting(piece)
      precondition(gain.count == own.count)
      for index in own.indices {
        let weight = divisor[index] > .leastNormalMagnitude ? gain[index] / divisor[index] : 0
        let (a, b) = own[index].rawStorage
        own[index] = Complex(a * weight, b * weight)
      }
    } else {
      for index in own.indices {
        let weight = divisor[index] > .leastNormalMagnitude ? 1 / divisor[index] : 0
        let (a, b) = own[index].rawStorage
        own[index] = Complex(a * weight, b * weight)
      }
    }
  }
}

/// The level around each frequency of a spectrum, piece after piece.
private struct NeighbourLevels {
  private let reach: Int
  /// The number of frequencies.
  private let count: Int
  /// The measures of a piece, of as many before it as reach and one more, and of those behind.
  private var measures: [Float] = []
  private var sum = 0.0

  /// Times the mean magnitude: what noise exceeds with a probability of 17 %
  /// (Rayleigh: exp(-π/4 · 1.5²)). Judged.
  private static var standsOut: Float { 1.5 }

  init(reach: Int, count: Int) { (self.reach, self.count) = (reach, count) }

  /// Writes the levels of the frequencies `piece`, the one after the last piece.
  mutating func write(
    of bins: Span<Complex<Float>>, _ piece: Range<Int>, by level: SpectralLevel,
    to levels: inout [Float]
  ) {
    advance(to: piece, bins, isPower: level == .power)
    let measures = measures
    let own = measures.span.extracting(reach + 1..<reach + 1 + piece.count)
    var all = levels.mutableSpan
    var target = all._mutatingExtracting(0..<piece.count)
    precondition(own.count == target.count)
    guard level != .own else {
      for index in target.indices { target[index] = own[index] }
      return
    }
    let leaving = measures.span.extracting(0..<piece.count)
    let arriving = measures.span.extracting(2 * reach + 1..<2 * reach + 1 + piece.count)
    precondition(leaving.count == target.count && arriving.count == target.count)
    let inner = 1 / Float(2 * reach + 1)
    var running = sum
    for index in target.indices {
      running += Double(arriving[index]) - Double(leaving[index])
      target[index] = Float(max(0, running)) * inner
    }
    // Near the ends there are fewer neighbours.
    let (low, high) = (min(reach, count), max(reach, count - reach))
    for part in [0..<low, min(high, count)..<count] {
      for bin in part.clamped(to: piece) {
        let present = min(bin, reach) + min(count - 1 - bin, reach) + 1
        target[bin - piece.lowerBound] *= Float(2 * reach + 1) / Float(present)
      }
    }
    if level == .power {
      for index in target.indices { target[index] = target[index].squareRoot() }
    } else {
      for index in target.indices {
        target[index] = max(own[index], Self.standsOut * target[index])
      }
    }
    sum = running
  }

  /// Brings ``measures`` to a piece.
  private mutating func advance(
    to piece: Range<Int>, _ bins: Span<Complex<Float>>, isPower: Bool
  ) {
    let isFirst = measures.isEmpty
    let kept = 2 * reach + 1
    if isFirst {
      measures = [Float](repeating: 0, count: piece.count + kept)
    } else {
      // Pieces but the last are of one length.
      let length = measures.count - kept
      measures.removeFirst(length)
      measures.append(contentsOf: repeatElement(0, count: piece.count))
    }
    let known = isFirst ? reach + 1 : kept
    let first = isFirst ? 0 : piece.lowerBound + reach
    let new = min(first, count)..<min(count, piece.upperBound + reach)
    let places = known..<known + new.count
    Self.measure(bins.extracting(new), isPower: isPower, to: &measures, at: places)
    guard isFirst else { return }
    sum = measures[places].prefix(reach).reduce(0) { $0 + Double($1) }
  }

  private static func measure(
    _ values: Span<Complex<Float>>, isPower: Bool, to measures: inout [Float], at places: Range<Int>
  ) {
    var all = measures.mutableSpan
    var target = all._mutatingExtracting(places)
    precondition(values.count == target.count)
    for index in target.indices {
      let (a, b) = values[index].rawStorage
      let power = a * a + b * b
      target[index] = isPower ? power : power.squareRoot()
    }
  }
}

/// In Hz on each side: narrower than speech's harmonics are apart. Judged.
let whiteningReach = 10.0

/// Whitens pieces of a signal within a band.
struct BandWhitening: Sendable {
  let transform: RealTransform<Float>
  private let reach: Int
  private let gains: [Float]

  /// Prepares pieces of `length` samples.
  init(length: Int, _ band: SearchBand) {
    transform = realTransform(length)
    let binWidth = band.rate / Double(length)
    reach = max(2, Int(whiteningReach / binWidth))
    gains = (0..<transform.spectrumCount).map { band.gain(Double($0) * binWidth) }
  }

  /// Writes the whitened spectrum of `samples`, weighted by the band.
  func spectrum(
    of samples: borrowing AlignedBuffer<Float>, into spectrum: inout AlignedBuffer<Complex<Float>>
  ) {
    transform.forward(samples, &spectrum)
    whiten(&spectrum, reach: reach, gains: gains)
  }

  /// Makes `samples` white within the band, times their number.
  func makeWhite(_ samples: inout AlignedBuffer<Float>) {
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    self.spectrum(of: samples, into: &spectrum)
    transform.inverse(&spectrum, &samples)
  }
}
