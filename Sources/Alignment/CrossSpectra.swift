import ComplexModule
import FourierTransform
import RealModule

/// The cross-spectra and powers of pairs of windows, all brought to one delay.
///
/// With X and Y the spectra of a pair's windows, the cross-spectrum is conj(X) · Y, turned by the
/// delay by which the windows were cut, so that what is left of its phase is -2πf times what the
/// true delay exceeds that of ``line`` by.
struct CrossSpectra {
  /// The delays that the cross-spectra are relative to.
  let line: ClockLine
  let windowCount: Int
  let binCount: Int
  /// The distance of frequencies in Hz.
  let binWidth: Double
  /// The middles of the windows, in seconds of the first signal.
  let times: [Double]
  /// Window by window.
  var cross: [[Complex<Float>]]
  var firstPower: [[Float]]
  var secondPower: [[Float]]

  /// The samples over which a window's ends rise: few, for what they cost in precision (2 % of it),
  /// and enough to keep strong low frequencies from leaking, by the fraction of a sample in which
  /// the windows do not hold the same, over weak high ones.
  private static func softCount(_ count: Int) -> Int { min(2048, count / 32) }

  init(
    _ first: some SampleSource, _ second: some SampleSource, grid: WindowGrid, line: ClockLine,
    roles: (first: SignalRole, second: SignalRole)
  ) throws(AlignmentError) {
    self.line = line
    windowCount = grid.starts.count
    binCount = grid.binCount
    binWidth = 1 / grid.duration
    let rates = (first: Double(first.sampleRate), second: Double(second.sampleRate))
    let middle = Double(grid.lengths.first) / 2
    times = grid.starts.map { (Double($0) + middle) / rates.first }
    // Twice what windows of not quite the same duration put between their middles; in units of
    // 1 / (rate · rate), in which all times are integers.
    let unevenness =
      grid.lengths.second * first.sampleRate - grid.lengths.first * second.sampleRate
    let half = Double(grid.lengths.second) / 2
    let bins = binCount
    let width = binWidth
    let times = times
    let results = try parallelMap(windowCount) { window throws(AlignmentError) -> Pair in
      let start = grid.starts[window]
      let delay = line.delay(at: times[window])
      let other = Int(((times[window] + delay) * rates.second - half).rounded())
      let x = try Self.windowSpectrum(of: first, at: start, count: grid.lengths.first, roles.first)
      let y = try Self.windowSpectrum(
        of: second, at: other, count: grid.lengths.second, roles.second)
      let cut =
        Double(2 * (other * first.sampleRate - start * second.sampleRate) + unevenness)
        / Double(2 * first.sampleRate * second.sampleRate)
      return Pair(x, y, binCount: bins, turn: 2 * .pi * width * (delay - cut))
    }
    cross = results.map(\.cross)
    firstPower = results.map(\.firstPower)
    secondPower = results.map(\.secondPower)
  }

  private struct Pair: Sendable {
    var cross: [Complex<Float>]
    var firstPower: [Float]
    var secondPower: [Float]

    init(
      _ first: borrowing AlignedBuffer<Complex<Float>>,
      _ second: borrowing AlignedBuffer<Complex<Float>>, binCount: Int, turn: Double
    ) {
      let (x, y) = (first.span, second.span)
      cross = [Complex<Float>](repeating: .zero, count: binCount)
      firstPower = [Float](repeating: 0, count: binCount)
      secondPower = firstPower
      var rotor = Rotor(step: turn)
      for bin in 0..<binCount {
        let (a, b) = x[bin].rawStorage
        let (u, v) = y[bin].rawStorage
        let (c, s): (Float, Float) = rotor.next()
        let real = a * u + b * v
        let imaginary = a * v - b * u
        cross[bin] = Complex(real * c - imaginary * s, real * s + imaginary * c)
        firstPower[bin] = a * a + b * b
        secondPower[bin] = u * u + v * v
      }
      // The mean of a window is no part of the sound.
      cross[0] = .zero
      firstPower[0] = 0
      secondPower[0] = 0
    }
  }

  /// The spectrum of `count` samples from `start` on, without their mean, divided by sqrt(count).
  private static func windowSpectrum(
    of source: some SampleSource, at start: Int, count: Int, _ role: SignalRole
  ) throws(AlignmentError) -> AlignedBuffer<Complex<Float>> {
    let values: [Float]
    do {
      values = try source.samples(in: start..<start + count)
    } catch {
      throw .sourceFailed(role: role, error)
    }
    let transform = realTransform(count)
    var samples = AlignedBuffer<Float>(repeating: 0, count: count)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    samples.load(values.span, at: 0, softCount: softCount(count))
    transform.forward(samples, &spectrum)
    return spectrum
  }
}

/// The numbers exp(i · k · step), k = 0, 1, 2 …
///
/// One is computed and 63 are had by multiplication, which keeps the error below 1e-14.
struct Rotor {
  private let step: Double
  private let factor: (Double, Double)
  private var index = 0
  private var current = (1.0, 0.0)

  init(step: Double) {
    self.step = step
    factor = (Double.cos(step), Double.sin(step))
  }

  mutating func next() -> (Float, Float) {
    let (real, imaginary): (Double, Double) = next()
    return (Float(real), Float(imaginary))
  }

  mutating func next() -> (Double, Double) {
    if index & 63 == 0 {
      let angle = Double(index) * step
      current = (Double.cos(angle), Double.sin(angle))
    }
    index += 1
    let result = current
    current = (
      current.0 * factor.0 - current.1 * factor.1, current.0 * factor.1 + current.1 * factor.0
    )
    return result
  }
}
