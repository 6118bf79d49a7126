// SPDX-License-Identifier: MIT

import ComplexModule
import Foundation
import FourierTransform

/// Random numbers that can be had again: SplitMix64 (Steele, Lea & Flood 2014).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, stream: Int = 0) {
    state = seed &+ UInt64(bitPattern: Int64(stream)) &* 0xD134_2543_DE82_EF95
    for _ in 0..<3 { _ = next() }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func uniform(_ range: ClosedRange<Double> = 0...1) -> Double {
    Double.random(in: range, using: &self)
  }

  /// Normal numbers (Box & Muller 1958).
  mutating func normals(_ count: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    for index in stride(from: 0, to: count, by: 2) {
      let radius = (-2 * log(1 - uniform(0...0.999_999_999_999))).squareRoot()
      let angle = 2 * Double.pi * uniform()
      result[index] = Float(radius * cos(angle))
      if index + 1 < count { result[index + 1] = Float(radius * sin(angle)) }
    }
    return result
  }
}

/// Spectra of noise, as amplitudes over the frequency in Hz.
enum Spectrum: String, CaseIterable {
  case white
  /// About the long-term spectrum of speech (Byrne et al. 1994): flat from 100 to 500 Hz, from there
  /// on 9 dB less an octave.
  case speech
  /// 3 dB less an octave.
  case pink

  func amplitude(_ frequency: Double) -> Double {
    switch self {
    case .white: 1
    case .speech:
      frequency < 100 ? frequency / 100 : pow(max(1, frequency / 500), -1.5)
    case .pink: 1 / max(frequency, 30).squareRoot()
    }
  }
}

/// A plan for a length that is known to be possible.
func transform(_ length: Int) -> RealTransform<Float> {
  do {
    return try RealTransform<Float>(length: length)
  } catch {
    fatalError("\(error)")
  }
}

/// Multiplies the spectrum of `signal` at each frequency by what `response` gives for it, in Hz.
/// The signal wraps round; its power is made 1.
///
/// - Parameter count: How many samples there are to be in the same time; nil for as many.
func filtered(
  _ signal: [Float], rate: Double, count: Int? = nil, _ response: (Double) -> Complex<Double>
) -> [Float] {
  do {
    var spectrum = try transform(signal.count).forward(signal)
    for bin in spectrum.indices {
      let factor = response(Double(bin) * rate / Double(signal.count))
      spectrum[bin] *= Complex(Float(factor.real), Float(factor.imaginary))
    }
    let length = count ?? signal.count
    let missing = length / 2 + 1 - spectrum.count
    spectrum.append(contentsOf: repeatElement(.zero, count: max(0, missing)))
    spectrum.removeLast(max(0, -missing))
    return ofUnitPower(try transform(length).inverse(spectrum))
  } catch {
    fatalError("\(error)")
  }
}

/// `signal` without its mean and with a mean square of 1.
func ofUnitPower(_ signal: [Float]) -> [Float] {
  let mean = signal.reduce(0.0) { $0 + Double($1) } / Double(signal.count)
  let power =
    signal.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(signal.count)
  let scale = power > 0 ? 1 / power.squareRoot() : 1
  return signal.map { Float((Double($0) - mean) * scale) }
}

/// Noise of unit power with a spectrum.
func noise(_ spectrum: Spectrum, count: Int, rate: Double, _ dice: inout Dice) -> [Float] {
  let white = dice.normals(count)
  return spectrum == .white
    ? white : filtered(white, rate: rate) { Complex(spectrum.amplitude($0)) }
}

/// Adds `noise` at a signal-to-noise ratio in dB; both are of unit power.
func mixed(_ signal: [Float], _ noise: [Float], snr: Double) -> [Float] {
  let gain = Float(pow(10, -snr / 20))
  return zip(signal, noise).map { $0 + gain * $1 }
}

/// Notes of several instruments, each a few decaying harmonics, and strokes of noise on a beat.
func music(seconds: Double, rate: Double, _ dice: inout Dice) -> [Float] {
  var result = [Float](repeating: 0, count: Int(seconds * rate))
  let beat = dice.uniform(0.3...0.6)
  let scale = [0, 2, 4, 5, 7, 9, 11, 12].map { $0 + Int(dice.uniform(0...11)) }
  var time = 0.0
  while time < seconds {
    for _ in 0..<3 {
      let pitch = 110 * pow(2, Double(scale.randomElement(using: &dice) ?? 0) / 12)
      let octave = pow(2, dice.uniform(0...2).rounded())
      add(note: pitch * octave, at: time, seconds: 2 * beat, &result, rate, &dice)
    }
    let stroke = dice.normals(Int(0.15 * rate))
    let start = Int(time * rate)
    for index in stroke.indices where start + index < result.count {
      result[start + index] += 0.3 * stroke[index] * Float(exp(-Double(index) / (0.02 * rate)))
    }
    time += beat / (dice.uniform() < 0.3 ? 2 : 1)
  }
  return ofUnitPower(result)
}

private func add(
  note frequency: Double, at time: Double, seconds: Double, _ sound: inout [Float], _ rate: Double,
  _ dice: inout Dice
) {
  let start = Int(time * rate)
  let count = min(Int(seconds * rate), sound.count - start)
  guard count > 0 else { return }
  let detune = dice.uniform(0.998...1.002)
  for harmonic in 1...10 where Double(harmonic) * frequency < 0.45 * rate {
    let step = 2 * Double.pi * frequency * detune * Double(harmonic) / rate
    let level = dice.uniform(0.3...1) / Double(harmonic)
    let decay = exp(-(2 + Double(harmonic)) / rate)
    // A rotation a sample, its length the envelope.
    let turn = Complex<Double>(length: decay, phase: step)
    var value = Complex<Double>(length: level, phase: dice.uniform(0...6.28))
    for index in 0..<count {
      sound[start + index] += Float(value.real * min(1, Double(index) / (0.005 * rate)))
      value *= turn
    }
  }
}

/// A room's response from a talker to a microphone: the direct path with gain 1 at time 0, early
/// reflections, and a tail that decays by 60 dB in `reverberation` seconds.
func room(
  reverberation: Double, directToReverberant: Double, rate: Double, _ dice: inout Dice
) -> [Float] {
  var response = [Float](repeating: 0, count: Int((reverberation + 0.02) * rate))
  let tail = dice.normals(response.count)
  for index in response.indices where Double(index) > 0.002 * rate {
    let time = Double(index) / rate
    // Reflections come ever denser.
    let density = min(1, time / 0.03)
    if dice.uniform() < 0.05 + 0.95 * density * density {
      response[index] = tail[index] * Float(pow(10, -3 * time / reverberation))
    }
  }
  let power = response.reduce(0.0) { $0 + Double($1) * Double($1) }
  let gain = pow(10, -directToReverberant / 20) / max(power, 1e-12).squareRoot()
  for index in response.indices { response[index] *= Float(gain) }
  response[0] = 1
  return response
}

/// Mains hum with its harmonics, of unit power.
func hum(count: Int, rate: Double, _ dice: inout Dice) -> [Float] {
  let mains = dice.uniform() < 0.5 ? 50 : 60.0
  var result = [Float](repeating: 0, count: count)
  for harmonic in 1...12 {
    let phase = dice.uniform(0...6.28)
    let level = dice.uniform(0.2...1) / Double(harmonic).squareRoot()
    let step = 2 * Double.pi * mains * 1.0003 * Double(harmonic) / rate
    for index in result.indices {
      result[index] += Float(level * sin(step * Double(index) + phase))
    }
  }
  return ofUnitPower(result)
}
