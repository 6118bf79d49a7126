// SPDX-License-Identifier: MIT

// Written from the documents by SnippetTests, which tells how.
// swift-format-ignore-file

import Alignment
import Convolution
import CorrelationLayers
import Foundation
import FourierTransform
import ImageMatching
import SignalFiles
import Synchronization

let snippets: [String: @Sendable ((Any...) -> Void) throws -> Void] = [
  "readme1": readme1,
  "readme2": readme2,
  "alignment1": alignment1,
  "convolution1": convolution1,
  "correlationLayers1": correlationLayers1,
  "fourierTransform1": fourierTransform1,
  "imageMatching1": imageMatching1,
  "accuracy1": accuracy1,
  "accuracy2": accuracy2,
  "aligningRecordings1": aligningRecordings1,
  "aligningRecordings2": aligningRecordings2,
  "aligningRecordings3": aligningRecordings3,
  "choosingAMethod1": choosingAMethod1,
  "choosingAMethod2": choosingAMethod2,
  "comingFrom1": comingFrom1,
  "images1": images1,
  "images2": images2,
  "images3": images3,
  "images4": images4,
  "layers1": layers1,
  "layers2": layers2,
  "layers3": layers3,
  "modesAndSigns1": modesAndSigns1,
  "modesAndSigns2": modesAndSigns2,
  "modesAndSigns3": modesAndSigns3,
  "recipes1": recipes1,
  "recipes2": recipes2,
  "recipes3": recipes3,
  "recipes4": recipes4,
  "recipes5": recipes5,
  "recipes6": recipes6,
  "recipes7": recipes7,
  "streams1": streams1,
  "streams2": streams2,
  "streams3": streams3,
  "signalFiles1": signalFiles1,
]

@Sendable private func readme1(_ print: (Any...) -> Void) throws {

  let signal: [Float] = [0, 0, 0, 1, 0, 0, 0]
  print(convolve(signal, [3, 2, 1]))  // full: [0, 0, 0, 3, 2, 1, 0, 0, 0]
  print(correlate([0, 1, 2, 3], [1, 2] as [Float], mode: .valid))  // [2, 5, 8]

  // A kernel prepared once, for any number of signals, from any thread.
  let plan = try ConvolutionPlan(kernel: [3, 2, 1] as [Float], mode: .same)
  print(plan.apply(to: signal))  // [0, 0, 3, 2, 1, 0, 0]

  // A signal that arrives piece by piece, with no latency.
  var filter = try StreamingFilter(kernel: [3, 2, 1] as [Float])
  print(filter.push([0, 1]), filter.push([0, 0]))  // [0, 3] [2, 1]
}

@Sendable private func readme2(_ print: (Any...) -> Void) throws {

  let camera = try AudioRecording(path: "Samples/Audio/camera.flac", channels: .mix)
  let phone = try AudioRecording(path: "Samples/Audio/phone.flac", channels: .mix)
  let found = try estimateDelay(
    of: ArraySource(phone.channels[0], sampleRate: Double(phone.sampleRate)),
    from: ArraySource(camera.channels[0], sampleRate: Double(camera.sampleRate)))
  print(found.delay, found.isReliable(atMost: 1e-6))  // 2.39678…
}

@Sendable private func alignment1(_ print: (Any...) -> Void) throws {

  // Noise, and the same 100 samples later.
  var state: UInt32 = 1
  let noise = (0..<8000).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Double(state >> 8) / Double(1 << 24) - 0.5
  }
  let late = [Double](repeating: 0, count: 100) + noise
  let found = try estimateDelay(of: late, from: noise, sampleRate: 8000)
  print(found.isReliable(atMost: 1e-6))  // true
  print(found.delayInSamples(at: 8000).rounded())  // 100
}

@Sendable private func convolution1(_ print: (Any...) -> Void) throws {

  let signal: [Float] = [1, 2, 3, 4]
  print(convolve(signal, [1, 10]))  // [1, 12, 23, 34, 40]
  print(correlate(signal, [1, 10], mode: .valid))  // [21, 32, 43]
}

@Sendable private func correlationLayers1(_ print: (Any...) -> Void) throws {

  let image = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 3),
    elements: [1, 2, 3, 4, 5, 6])
  let weights = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 1, columns: 2),
    elements: [-1, 1])
  let output = try ConvolutionLayer().forward(image, weights: weights)
  print(output.elements)  // [1, 1, 1, 1]
}

@Sendable private func fourierTransform1(_ print: (Any...) -> Void) throws {

  let transform = try RealTransform<Float>(length: 4)
  let spectrum = try transform.forward([1, 2, 3, 4])
  print(spectrum[0], spectrum[1], spectrum[2])  // (10, 0) (-2, 2) (-2, 0)
  print(try transform.inverse(spectrum))  // [1, 2, 3, 4]
}

@Sendable private func imageMatching1(_ print: (Any...) -> Void) throws {

  let template: Matrix<Float> = [[3, 1, 4], [1, 5, 9], [2, 6, 5]]
  var image = Matrix<Float>(repeating: 0, rows: 12, columns: 12)
  for row in 0..<3 {
    for column in 0..<3 { image[4 + row, 7 + column] = template[row, column] }
  }
  let best = try findTemplate(template, in: image)[0]
  print(best.row, best.column)  // 4 7
}

@Sendable private func accuracy1(_ print: (Any...) -> Void) throws {

  let choice = Planner.shared.choose(
    .float64, signalCount: 1000, kernelCount: 9, method: .direct)
  let bound = choice.errorBound(Double.self, blockNorm: 1, kernelNorm: 1)
  print(bound <= 12 * 0x1p-53)  // true
}

@Sendable private func accuracy2(_ print: (Any...) -> Void) throws {

  let sums = convolve(
    [1, .infinity, 1, 1, 1] as [Float], [1, 1], mode: .valid)
  print(sums)  // [inf, inf, 2, 2]
  let exact = try convolve([1 << 40, 1], [3, -1], mode: .full)
  print(exact)  // [3298534883328, -1099511627773, -1]
  do {
    _ = try convolve([Int64.max, 1], [2])
  } catch {
    // result 0 of this integer convolution is beyond the range of Int
    print(error)
  }
}

@Sendable private func aligningRecordings1(_ print: (Any...) -> Void) throws {

  let folder = "Samples/Audio/"
  let camera = try AudioRecording(path: folder + "camera.flac", channels: .mix)
  let phone = try AudioRecording(path: folder + "phone.flac", channels: .mix)
  let found = try estimateDelay(
    of: ArraySource(phone.channels[0], sampleRate: Double(phone.sampleRate)),
    from: ArraySource(
      camera.channels[0], sampleRate: Double(camera.sampleRate)))
  print(found.delay)  // 2.39678…
  print(found.isReliable(atMost: 1e-6))  // true
}

@Sendable private func aligningRecordings2(_ print: (Any...) -> Void) throws {

  // The other one is a second late, runs slow by 20 ppm, and lost half a
  // second after a minute.
  let map = TimeMap([
    TimeMap.Stretch(start: 0, end: 60, delay: 1, rate: 20e-6),
    TimeMap.Stretch(start: 60.5, end: 120, delay: 0.5, rate: 20e-6),
  ])
  print(map.delay(at: 10) ?? .nan)  // 1.0002
  print(map.delay(at: 60.2) == nil)  // true
  print(map.otherTime(at: 100) ?? .nan)  // 100.5…
  print(map.inverse.delay(at: 11.0002) ?? .nan)  // -1.0002…
}

@Sendable private func aligningRecordings3(_ print: (Any...) -> Void) throws {

  // A delay of 0.25 s at 8 kHz: what comes 2000 samples late is moved to the
  // front.
  let late = [Float](repeating: 0, count: 2000) + [1, 0, 0]
  let warp = TimeWarp(start: 2000, step: 1)
  print(warp.apply(to: late, count: 3).map { Int($0.rounded()) })  // [1, 0, 0]
}

@Sendable private func choosingAMethod1(_ print: (Any...) -> Void) throws {

  let choice = Planner.shared.choose(
    .float32, signalCount: 10_000_000, kernelCount: 4097)
  print(choice.method)  // overlapSave
  let short = Planner.shared.choose(.float32, signalCount: 100, kernelCount: 5)
  print(short.method)  // direct
}

@Sendable private func choosingAMethod2(_ print: (Any...) -> Void) throws {

  let plan = try ConvolutionPlan(kernel: [3, 2, 1] as [Float], mode: .same)
  print(plan.apply(to: [0, 0, 0, 1, 0, 0, 0]))  // [0, 0, 3, 2, 1, 0, 0]
  var results = [Float](repeating: 0, count: plan.resultCount(signalCount: 4))
  try plan.apply(to: [1, 0, 0, 0], into: &results)
  print(results)  // [2, 1, 0, 0]
}

@Sendable private func comingFrom1(_ print: (Any...) -> Void) throws {

  // torch.nn.functional.conv2d of a picture of 3 x 3 and a kernel of 2 x 2
  let x = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 3, columns: 3),
    elements: [0, 1, 2, 3, 4, 5, 6, 7, 8])
  let w = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 2),
    elements: [0, 1, 2, 3])
  let y = try ConvolutionLayer(padding: 0).forward(x, weights: w)
  print(y.elements)  // [19, 25, 37, 43]
}

@Sendable private func images1(_ print: (Any...) -> Void) throws {

  let image: Matrix<Float> = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
  let kernel: Matrix<Float> = [[1, 2], [3, 4]]
  let filtered = convolve(image, kernel, mode: .same)
  print(filtered.elements)  // [0, 0, 0, 0, 1, 2, 0, 3, 4]
  let plan = try ConvolutionPlan2D(kernel: kernel, mode: .valid)
  print(plan.apply(to: image).elements)  // [1, 2, 3, 4]
}

@Sendable private func images2(_ print: (Any...) -> Void) throws {

  var scene = Matrix<Float>(repeating: 0, rows: 24, columns: 24)
  for row in 0..<24 {
    for column in 0..<24 {
      scene[row, column] = Float((37 * row + 11 * column * column) % 17)
    }
  }
  let rows = (5..<15).map { row in (8..<18).map { scene[row, $0] } }
  let match = try findTemplate(Matrix(rows), in: scene)[0]
  print(match.row, match.column)  // 5 8
}

@Sendable private func images3(_ print: (Any...) -> Void) throws {

  func spot(_ row: Int, _ column: Int) -> Float {
    Float((row * row * 7 + column * 13 + row * column * 5) % 31)
  }
  var first = Matrix<Float>(repeating: 0, rows: 48, columns: 48)
  var second = first
  var mask = Matrix<Float>(repeating: 1, rows: 48, columns: 48)
  for row in 0..<48 {
    for column in 0..<48 {
      first[row, column] = spot(row, column)
      second[row, column] = spot(row - 3, column + 2)
    }
    // Two dead columns, of both.
    for dead in [10, 30] {
      (first[row, dead], second[row, dead], mask[row, dead]) = (900, 900, 0)
    }
  }
  let shift = try estimateTranslation(
    of: second, from: first, mask: mask, movingMask: mask)
  print(shift.rowShift.rounded(), shift.columnShift.rounded())  // 3 -2
}

@Sendable private func images4(_ print: (Any...) -> Void) throws {

  let picture = Raster(
    height: 2, width: 2, channels: .grey, planes: [[0, 255, 255, 0]], bits: 8)
  let grey = Matrix(
    rows: picture.height, columns: picture.width, elements: picture.plane(0))
  print(grey[0, 1])  // 255
  let array = NumPyArray(shape: [grey.rows, grey.columns], grey.elements)
  print([Float](array) ?? [])  // [0, 255, 255, 0]
}

@Sendable private func layers1(_ print: (Any...) -> Void) throws {

  let shape = try FeatureMapShape(images: 1, channels: 1, rows: 3, columns: 3)
  let image = try FeatureMaps<Float>(
    shape: shape, elements: [0, 1, 2, 3, 4, 5, 6, 7, 8])
  let kernel = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 2),
    elements: [0, 1, 2, 3])
  let layer = try ConvolutionLayer(padding: 0)
  let output = try layer.forward(image, weights: kernel)
  print(output.elements)  // [19, 25, 37, 43]

  // Gradients, given that with respect to the output: here of the sum of all
  // results.
  let ones = FeatureMaps<Float>(shape: output.shape, repeating: 1)
  let byWeights = try layer.weightGradient(
    input: image, outputGradient: ones, weightShape: kernel.shape)
  print(byWeights.elements)  // [8, 12, 20, 24]
  let byInput = try layer.inputGradient(
    outputGradient: ones, weights: kernel, inputShape: image.shape)
  print(byInput.elements)  // [0, 1, 1, 2, 6, 4, 2, 5, 3]
}

@Sendable private func layers2(_ print: (Any...) -> Void) throws {

  let shape = try FeatureMapShape(images: 1, channels: 1, rows: 1, columns: 4)
  let first = try FeatureMaps<Float>(shape: shape, elements: [0, 1, 0, 0])
  let second = try FeatureMaps<Float>(shape: shape, elements: [0, 0, 1, 0])
  let layer = try CorrelationLayer(
    kernelSize: 1, maxDisplacement: 1, padding: 1)
  let output = try layer.forward(first, second)
  print(output.shape.channels)  // 9
  print(layer.displacement(ofChannel: 5))
}

@Sendable private func layers3(_ print: (Any...) -> Void) throws {

  // The valid part of a correlation: row i has the kernel from column i on.
  let matrix = try SparseMatrix.toeplitz(
    kernel: [3, 2, 1] as [Float], signalLength: 4)
  print(try matrix.times([1, 10, 100, 1000]))  // [123, 1230]
}

@Sendable private func modesAndSigns1(_ print: (Any...) -> Void) throws {

  print(correlate([0, 0, 1] as [Float], [1]))  // [0, 0, 1]
  print(Correlation(of: [0, 0, 1] as [Float], with: [1]).peakLag ?? 0)  // 2
  print(convolve([0, 1, 0] as [Float], [3, 2, 1]))  // [0, 3, 2, 1, 0]
  print(correlate([0, 1, 0] as [Float], [3, 2, 1]))  // [0, 1, 2, 3, 0]
}

@Sendable private func modesAndSigns2(_ print: (Any...) -> Void) throws {

  let signal: [Float] = [1, 2, 3, 4]
  let kernel: [Float] = [1, 10, 100]
  print(convolve(signal, kernel))  // [1, 12, 123, 234, 340, 400]
  print(convolve(signal, kernel, mode: .same))  // [12, 123, 234, 340]
  print(convolve(signal, kernel, mode: .valid))  // [123, 234]
  print(ConvolutionMode.same.lags(signalCount: 4, kernelCount: 3))  // -1..<3
  print(correlate(signal, kernel, mode: .lags(0...1)))  // [321, 432]
}

@Sendable private func modesAndSigns3(_ print: (Any...) -> Void) throws {

  let image: Matrix<Float> = [[1, 2, 3]]
  let mean: Matrix<Float> = [[1, 1, 1]]
  print(convolve(image, mean, mode: .same).elements)  // [3, 6, 5]
  let edges = convolve(image, mean, mode: .same, boundary: .replicate)
  print(edges.elements)  // [4, 6, 8]
  let around = convolve(image, mean, mode: .same, boundary: .wrap)
  print(around.elements)  // [6, 6, 6]
}

@Sendable private func recipes1(_ print: (Any...) -> Void) throws {

  var sound = try AudioRecording(path: "Samples/Audio/phone.flac")
  let mean = [Float](repeating: 1 / 9, count: 9)
  sound.channels = sound.channels.map { convolve($0, mean, mode: .same) }
  let path = NSTemporaryDirectory() + "/overlap-recipe.flac"
  try sound.write(to: path, samples: .pcm16)
  print(try AudioRecording(path: path).frameCount == sound.frameCount)  // true
}

@Sendable private func recipes2(_ print: (Any...) -> Void) throws {

  let folder = "Samples/Audio/"
  let camera = try AudioRecording(path: folder + "camera.flac", channels: .mix)
  let phone = try AudioRecording(path: folder + "phone.flac", channels: .mix)
  let reference = ArraySource(
    camera.channels[0], sampleRate: Double(camera.sampleRate))
  let other = ArraySource(
    phone.channels[0], sampleRate: Double(phone.sampleRate))

  let found = try estimateDelay(of: other, from: reference)
  let warp = TimeWarp(aligning: found, of: other, from: reference)
  let placed = warp.apply(to: phone.channels[0], count: camera.frameCount)

  print(found.isReliable(atMost: 1e-6))  // true
  let rate = reference.sampleRate
  let rest = try estimateDelay(
    of: placed, from: camera.channels[0], sampleRate: rate)
  print(abs(rest.delayInSamples(at: rate)) < 0.1)  // true
}

@Sendable private func recipes3(_ print: (Any...) -> Void) throws {

  /// A file of one channel, which is read where it is needed.
  final class FileSource: SampleSource {
    let sampleRate: Double
    let frameCount: Int
    private let reader: Mutex<AudioReader>

    init(path: String) throws {
      let reader = try AudioReader(path: path)
      sampleRate = Double(reader.sampleRate)
      // Of a file that does not tell its length nothing is read.
      frameCount = reader.frameCount ?? 0
      self.reader = Mutex(reader)
    }

    func read(at start: Int, into block: inout MutableSpan<Float>) throws {
      try reader.withLock { reader in
        try reader.seek(toFrame: start)
        _ = try reader.read(into: &block)
      }
    }
  }

  let found = try estimateDelay(
    of: FileSource(path: "Samples/Audio/phone.flac"),
    from: FileSource(path: "Samples/Audio/camera.flac"))
  print(found.delay)  // 2.39678…
}

@Sendable private func recipes4(_ print: (Any...) -> Void) throws {

  // Noise, sampled by a clock of 47 999.95 Hz, and the same 250 samples later.
  var state: UInt32 = 7
  let noise = (0..<24_000).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Double(state >> 8) / Double(1 << 24) - 0.5
  }
  let late = [Double](repeating: 0, count: 250) + noise
  let rate = 47_999.95
  let found = try estimateDelay(of: late[...], from: noise, sampleRate: rate)
  print((1000 * found.delayInSamples(at: rate)).rounded() / 1000)  // 250
  print((1e6 * found.delay).rounded())  // microseconds: 5208
}

@Sendable private func recipes5(_ print: (Any...) -> Void) throws {

  let path = NSTemporaryDirectory() + "/overlap-recipe.png"
  try Raster(
    height: 1, width: 4, channels: .color,
    planes: [[0, 0, 200, 0], [80, 80, 80, 80], [0, 100, 0, 0]], bits: 8
  ).write(to: path)

  let picture = try Raster(path: path)
  let blurred = (0..<picture.channels.rawValue).map { channel in
    let plane = Matrix(
      rows: picture.height, columns: picture.width,
      elements: picture.plane(channel))
    return convolve(
      plane, [[0.25, 0.5, 0.25]], mode: .same, boundary: .replicate)
  }
  let result = Raster(
    height: picture.height, width: picture.width,
    channels: picture.channels, planes: blurred.map(\.elements),
    bits: picture.fullScale == 255 ? 8 : 16)
  print(result.plane(0))  // [0, 50, 100, 50]
  print(result.plane(1))  // [80, 80, 80, 80]
}

@Sendable private func recipes6(_ print: (Any...) -> Void) throws {

  let array = NumPyArray(shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Double])
  if let elements = [Double](array), array.shape.count == 2 {
    let matrix = Matrix(
      rows: array.shape[0], columns: array.shape[1], elements: elements)
    let sums = convolve(matrix, [[1, 1]], mode: .valid)
    print(sums.elements)  // [3, 5, 9, 11]
    let result = NumPyArray(shape: [sums.rows, sums.columns], sums.elements)
    print(result.shape)  // [2, 2]
  }
}

@Sendable private func recipes7(_ print: (Any...) -> Void) throws {

  // An echo of half the level, two samples later, for each of two channels.
  let echo: [Float] = [1, 0, 0.5]
  var filters = try (0..<2).map { _ in try StreamingFilter(kernel: echo) }
  let first: [[Float]] = [[1, 0], [0, 1]]
  let second: [[Float]] = [[0, 0], [0, 0]]
  let early = filters.indices.map { filters[$0].push(first[$0]) }
  let late = filters.indices.map { filters[$0].push(second[$0]) }
  print(early)  // [[1, 0], [0, 1]]
  print(late)  // [[0.5, 0], [0, 0.5]]
}

@Sendable private func streams1(_ print: (Any...) -> Void) throws {

  var filter = try StreamingFilter(kernel: [3, 2, 1] as [Float])
  print(filter.push([0, 1]), filter.push([0, 0, 0]))  // [0, 3] [2, 1, 0]
}

@Sendable private func streams2(_ print: (Any...) -> Void) throws {

  var reverb = try StreamingFilter(kernel: [1, 0, 0.5] as [Float], latency: 0)
  var block: [Float] = [1, 0, 0, 0]
  var output = [Float](repeating: 0, count: block.count)
  try reverb.push(block, into: &output)
  print(output)  // [1, 0, 0.5, 0]
  block = [0, 0, 0, 0]
  try reverb.push(block, into: &output)
  print(output)  // [0, 0, 0, 0]
}

@Sendable private func streams3(_ print: (Any...) -> Void) throws {

  var filter = try BlockwiseFilter(kernel: [3, 2, 1] as [Float])
  print(filter.push([0, 1, 0, 0]))  // [0, 3, 2, 1]
}

@Sendable private func signalFiles1(_ print: (Any...) -> Void) throws {

  let sound = try AudioRecording(
    path: "Samples/Audio/phone.flac", channels: .mix)
  print(sound.sampleRate, sound.channels.count)  // 48000 1
  let slower = try resample(sound.channels[0], from: 48_000, to: 16_000)
  print(slower.count == sound.frameCount / 3)  // true
}
