// SPDX-License-Identifier: MIT

// An equaliser that moves nothing in time: a kernel of linear phase, made from the gains of a few
// frequencies, and what it does to tones of these frequencies.

import Foundation
import Overlap

let rate = 48_000.0
/// The gains in decibels that are asked for, by frequency in hertz.
let sliders: [(frequency: Double, gain: Double)] = [
  (60, 6), (250, 0), (1000, -3), (4000, -12), (12_000, 3),
]

/// The gain at a frequency: between two sliders along a straight line over the octaves.
func gain(at frequency: Double, _ sliders: [(frequency: Double, gain: Double)]) -> Double {
  guard let above = sliders.firstIndex(where: { $0.frequency >= frequency }) else {
    return sliders[sliders.count - 1].gain
  }
  guard above > 0 else { return sliders[0].gain }
  let (low, high) = (sliders[above - 1], sliders[above])
  let part = log(frequency / low.frequency) / log(high.frequency / low.frequency)
  return low.gain + part * (high.gain - low.gain)
}

// Real amplitudes have an impulse response that is the same before and after time 0.
let transform = try RealTransform<Double>(length: 32_768)
let amplitudes = (0..<transform.spectrumCount).map { index in
  let frequency = Double(index) * rate / Double(transform.length)
  return Complex(pow(10, gain(at: frequency, sliders) / 20), 0)
}
let response = try transform.inverse(amplitudes)

// The middle of it, from -half to half, faded out by a Hann window.
let half = 4096
let kernel = (-half...half).map { time in
  let window = 0.5 + 0.5 * cos(.pi * Double(time) / Double(half + 1))
  return response[abs(time)] * window
}
print("\(kernel.count) taps, the same from both ends: \(kernel == kernel.reversed())")

// One second of each tone, through the same plan.
let plan = try ConvolutionPlan(kernel: kernel, mode: .same)
for slider in sliders {
  let tone = (0..<48_000).map { sin(2 * .pi * slider.frequency * Double($0) / rate) }
  let filtered = plan.apply(to: tone)
  // Where the kernel lies wholly inside. In linear phase the result is the tone times a number.
  let middle = half..<(tone.count - half)
  let product = middle.reduce(0.0) { $0 + filtered[$1] * tone[$1] }
  let energy = middle.reduce(0.0) { $0 + tone[$1] * tone[$1] }
  let factor = product / energy
  let rest = middle.map { abs(filtered[$0] - factor * tone[$0]) }.max() ?? 0
  let isMet = abs(20 * log10(factor) - slider.gain) < 0.2
  print(
    String(format: "%5.0f Hz: %+5.1f dB within 0.2: ", slider.frequency, slider.gain)
      + "\(isMet), not moved in time: \(rest < 1e-3)")
}
