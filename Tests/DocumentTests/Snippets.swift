// Written from the documents by SnippetTests, which tells how.
// swift-format-ignore-file

import Alignment
import Convolution
import CorrelationLayers
import ImageMatching
import SignalFiles

let snippets: [String: @Sendable ((Any...) -> Void) throws -> Void] = [
  "readme1": readme1,
  "readme2": readme2,
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
  "layers1": layers1,
  "layers2": layers2,
  "layers3": layers3,
  "modesAndSigns1": modesAndSigns1,
  "modesAndSigns2": modesAndSigns2,
  "modesAndSigns3": modesAndSigns3,
  "streams1": streams1,
  "streams2": streams2,
  "streams3": streams3,
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

@Sendable private func accuracy1(_ print: (Any...) -> Void) throws {

  let choice = Planner.shared.choose(.float64, signalCount: 1000, kernelCount: 9, method: .direct)
  print(choice.errorBound(Double.self, blockNorm: 1, kernelNorm: 1) <= 12 * 0x1p-53)  // true
}

@Sendable private func accuracy2(_ print: (Any...) -> Void) throws {

  print(convolve([1, .infinity, 1, 1, 1] as [Float], [1, 1], mode: .valid))  // [inf, inf, 2, 2]
  print(try convolve([1 << 40, 1], [3, -1], mode: .full))  // [3298534883328, -1099511627773, -1]
  do {
    _ = try convolve([Int64.max, 1], [2])
  } catch {
    print(error)  // result 0 of this integer convolution is beyond the range of Int
  }
}

@Sendable private func aligningRecordings1(_ print: (Any...) -> Void) throws {

  let camera = try AudioRecording(path: "Samples/Audio/camera.flac", channels: .mix)
  let phone = try AudioRecording(path: "Samples/Audio/phone.flac", channels: .mix)
  let found = try estimateDelay(
    of: ArraySource(phone.channels[0], sampleRate: Double(phone.sampleRate)),
    from: ArraySource(camera.channels[0], sampleRate: Double(camera.sampleRate)))
  print(found.delay)  // 2.39678…
  print(found.isReliable(atMost: 1e-6))  // true
}

@Sendable private func aligningRecordings2(_ print: (Any...) -> Void) throws {

  // The other one is a second late, runs slow by 20 ppm, and lost half a second after a minute.
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

  // A delay of 0.25 s at 8 kHz: what comes 2000 samples late is moved to the front.
  let late = [Float](repeating: 0, count: 2000) + [1, 0, 0]
  let warp = TimeWarp(start: 2000, step: 1)
  print(warp.apply(to: late, count: 3).map { Int($0.rounded()) })  // [1, 0, 0]
}

@Sendable private func choosingAMethod1(_ print: (Any...) -> Void) throws {

  let choice = Planner.shared.choose(.float32, signalCount: 10_000_000, kernelCount: 4097)
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
    shape: FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 2), elements: [0, 1, 2, 3])
  print(try ConvolutionLayer(padding: 0).forward(x, weights: w).elements)  // [19, 25, 37, 43]
}

@Sendable private func images1(_ print: (Any...) -> Void) throws {

  let image: Matrix<Float> = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
  let kernel: Matrix<Float> = [[1, 2], [3, 4]]
  print(convolve(image, kernel, mode: .same).elements)  // [0, 0, 0, 0, 1, 2, 0, 3, 4]
  let plan = try ConvolutionPlan2D(kernel: kernel, mode: .valid)
  print(plan.apply(to: image).elements)  // [1, 2, 3, 4]
}

@Sendable private func images2(_ print: (Any...) -> Void) throws {

  var scene = Matrix<Float>(repeating: 0, rows: 24, columns: 24)
  for row in 0..<24 {
    for column in 0..<24 { scene[row, column] = Float((37 * row + 11 * column * column) % 17) }
  }
  let rows = (5..<15).map { row in (8..<18).map { scene[row, $0] } }
  let match = try findTemplate(Matrix(rows), in: scene)[0]
  print(match.row, match.column)  // 5 8
}

@Sendable private func images3(_ print: (Any...) -> Void) throws {

  let picture = Raster(
    height: 2, width: 2, channels: .grey, planes: [[0, 255, 255, 0]], bits: 8)
  let grey = Matrix(rows: picture.height, columns: picture.width, elements: picture.plane(0))
  print(grey[0, 1])  // 255
  let array = NumPyArray(shape: [grey.rows, grey.columns], grey.elements)
  print([Float](array) ?? [])  // [0, 255, 255, 0]
}

@Sendable private func layers1(_ print: (Any...) -> Void) throws {

  let shape = try FeatureMapShape(images: 1, channels: 1, rows: 3, columns: 3)
  let image = try FeatureMaps<Float>(shape: shape, elements: [0, 1, 2, 3, 4, 5, 6, 7, 8])
  let kernel = try FeatureMaps<Float>(
    shape: FeatureMapShape(images: 1, channels: 1, rows: 2, columns: 2), elements: [0, 1, 2, 3])
  let layer = try ConvolutionLayer(padding: 0)
  let output = try layer.forward(image, weights: kernel)
  print(output.elements)  // [19, 25, 37, 43]

  // Gradients, given that with respect to the output: here of the sum of all results.
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
  let layer = try CorrelationLayer(kernelSize: 1, maxDisplacement: 1, padding: 1)
  let output = try layer.forward(first, second)
  print(output.shape.channels)  // 9
  print(layer.displacement(ofChannel: 5))
}

@Sendable private func layers3(_ print: (Any...) -> Void) throws {

  // The valid part of a correlation: row i has the kernel from column i on.
  let matrix = try SparseMatrix.toeplitz(kernel: [3, 2, 1] as [Float], signalLength: 4)
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
  print(convolve(image, mean, mode: .same, boundary: .replicate).elements)  // [4, 6, 8]
  print(convolve(image, mean, mode: .same, boundary: .wrap).elements)  // [6, 6, 6]
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
