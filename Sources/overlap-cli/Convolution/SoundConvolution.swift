// SPDX-License-Identifier: MIT

import Convolution
import SignalFiles

// Convolutions and correlations in which an audio file takes part, channel by channel.
extension ConvolutionJob {
  /// Reads, computes and writes: block by block unless both inputs are long.
  func runSound(_ first: String, _ second: String) throws(SignalFileError) {
    let (a, b) = (try input(first), try input(second))
    let paths = try paths(a, b)
    let channelCount = (paths.map(\.output).max() ?? 0) + 1
    guard let rate = a.sampleRate ?? b.sampleRate else {
      preconditionFailure("two arrays are no sound")
    }
    // The shorter is kept in memory; a correlation's results come in the order of the first.
    let keepsFirst = operation == .convolve && a.frameCount < b.frameCount && b.sampleRate == rate
    let (kept, streamed) = keepsFirst ? (a, b) : (b, a)
    let (kernel, lead) = try kept.filter(at: rate, keepingLevel: operation == .correlate)
    // What a resampled kernel rings before and after itself belongs to its results, and makes no more
    // of them: those of the files' common time line are wanted.
    let kernelCount = try nominalCount(b, at: rate)
    let lags = lags(a.frameCount, kernelCount)

    var output = try SoundOutput(
      path: options.output, sampleRate: rate, channelCount: channelCount,
      frameCount: lags.count, tags: operation == .convolve ? a.tags : [:])
    // Lag k is at index k + m - 1 of all results of a convolution.
    let shift = operation == .convolve ? kernelCount - 1 + lead : -lead
    let range = lags.lowerBound + shift..<lags.upperBound + shift
    if streamed.isFile && kernel[0].count <= longestKept {
      // A correlation is a convolution with the kernel backwards.
      let origin = operation == .convolve ? 0 : kernel[0].count - 1
      try stream(
        streamed, kernel, from: kept.path,
        keepsFirst ? paths.map { ($0.second, $0.first, $0.output) } : paths,
        range.lowerBound + origin..<range.upperBound + origin, into: &output)
    } else {
      try compute(
        try keepsFirst ? kernel : a.channels(), try keepsFirst ? b.channels() : kernel,
        lead == 0 ? nil : .lags(ClosedRange(range)), a.path, b.path, paths, into: &output)
    }
    var lagFile = try pendingLags(columns: lags)
    let clipped = try output.finish()
    try lagFile?.commit()
    report(
      clipped: clipped, count: lags.count, channelCount: channelCount, rate,
      notes: [a, b].flatMap { input in input.notes.map { "\(input.path): \($0)" } })
  }

  private func input(_ path: String) throws(SignalFileError) -> SoundInput {
    try SoundInput(path: path, track: options.track, allowingPartial: options.partial)
  }

  /// The number of samples that an input has at a sample rate.
  private func nominalCount(_ input: SoundInput, at rate: Int) throws(SignalFileError) -> Int {
    guard let own = input.sampleRate, own != rate else { return input.frameCount }
    let count = (Double(input.frameCount) * Double(rate) / Double(own)).rounded()
    // Less than half a sample is left of it at so low a rate.
    if count < 1 { throw .empty(path: input.path) }
    return Int(count)
  }

  /// Which channel of the one goes with which of the other, and what of the result they are added to.
  private typealias Path = (first: Int, second: Int, output: Int)

  private func paths(_ a: SoundInput, _ b: SoundInput) throws(SignalFileError) -> [Path] {
    let (n, m) = (a.channelCount, b.channelCount)
    // True stereo, in the usual order: from the left to both sides, then from the right.
    if operation == .convolve, n == 2, m == 4 {
      return [(0, 0, 0), (0, 1, 1), (1, 2, 0), (1, 3, 1)]
    }
    guard min(n, m) == 1 || n == m else {
      throw .wrongShape(
        path: b.path,
        expected: "one channel, or \(n) as in \(a.path)"
          + (operation == .convolve && n == 2 ? ", or the 4 of true stereo," : ","),
        actual: "\(m) channels")
    }
    return (0..<max(n, m)).map { (n == 1 ? 0 : $0, m == 1 ? 0 : $0, $0) }
  }

  /// Convolves or correlates two inputs in memory.
  private func compute(
    _ a: [[Float]], _ b: [[Float]], _ mode: ConvolutionMode?, _ pathA: String, _ pathB: String,
    _ paths: [Path], into output: inout SoundOutput
  ) throws(SignalFileError) {
    // Beside a result stand the spectra that it is made by.
    let (n, m) = (a[0].count, b[0].count)
    try requireMemory(
      (n + m) * (max(a.count, b.count) + 4) * MemoryLayout<Float>.size, for: pathA)
    var results: [[Float]] = []
    for path in paths {
      var (signal, kernel) = (a[path.first], b[path.second])
      if normalizes {
        (signal, kernel) = (try normalized(signal, pathA), try normalized(kernel, pathB))
      }
      let result = apply(signal, kernel, mode: mode)
      if path.output < results.count {
        for index in result.indices { results[path.output][index] += result[index] }
      } else {
        results.append(result)
      }
    }
    try forEachInterleavedBlock(of: results) { block throws(SignalFileError) in
      try output.write(block)
    }
  }

  /// The results `range` of a file and a kernel of few samples, block by block. The first channels of
  /// the paths are the file's.
  private func stream(
    _ input: SoundInput, _ kernel: [[Float]], from kernelPath: String, _ paths: [Path],
    _ range: Range<Int>, into output: inout SoundOutput
  ) throws(SignalFileError) {
    let inputChannels = input.channelCount
    let channelCount = (paths.map(\.output).max() ?? 0) + 1
    let bar = ProgressBar(operation == .convolve ? "Convolving" : "Correlating")
    var filters = try filters(kernel, of: input, kernelPath, paths)
    var reader = try input.reader()

    let blockFrames = min(
      blockFrames(kernelCount: kernel[0].count, channelCount: channelCount), range.upperBound)
    var block = [Float](repeating: 0, count: blockFrames * inputChannels)
    var frames = [Float](repeating: 0, count: blockFrames * channelCount)
    var lane = [Float](repeating: 0, count: blockFrames)
    var results = lane
    var hasEnded = false
    var position = 0
    while position < range.upperBound {
      var read = 0
      if !hasEnded {
        var target = block.mutableSpan
        read = try reader.read(into: &target)
        hasEnded = read < blockFrames
      }
      // Behind the end of the file there are zeros.
      let count = hasEnded ? min(blockFrames, range.upperBound - position) : read
      for index in 0..<(count * channelCount) { frames[index] = 0 }
      for (place, path) in paths.enumerated() {
        for index in 0..<read { lane[index] = block[index * inputChannels + path.first] }
        for index in min(read, count)..<count { lane[index] = 0 }
        push(lane.span.extracting(first: count), through: &filters[place], into: &results)
        for index in 0..<count { frames[index * channelCount + path.output] += results[index] }
      }
      let wanted = range.clamped(to: position..<position + count)
      if !wanted.isEmpty {
        try output.write(
          frames.span.extracting(
            (wanted.lowerBound - position) * channelCount..<(wanted.upperBound - position)
              * channelCount))
      }
      position += count
      bar.report(Double(position) / Double(range.upperBound))
    }
  }

  private func push(
    _ samples: Span<Float>, through filter: inout BlockwiseFilter<Float>,
    into results: inout [Float]
  ) {
    var all = results.mutableSpan
    var part = all._mutatingExtracting(0..<samples.count)
    do { try filter.push(samples, into: &part) } catch { preconditionFailure("\(error)") }
  }

  /// A filter for each path: the kernel's channel, backwards for a correlation.
  private func filters(
    _ kernel: [[Float]], of input: SoundInput, _ kernelPath: String, _ paths: [Path]
  ) throws(SignalFileError) -> [BlockwiseFilter<Float>] {
    let energies = normalizes ? try input.energies() : []
    try requireMemory(filterBytesPerTap * kernel[0].count * paths.count, for: kernelPath)
    var filters: [BlockwiseFilter<Float>] = []
    for path in paths {
      var taps = kernel[path.second]
      if operation == .correlate { taps.reverse() }
      if normalizes {
        let energy = energies[path.first]
        guard energy > 0 else {
          throw .wrongShape(
            path: input.path, expected: "sound in every channel", actual: "a silent channel")
        }
        let factor = Float(1 / energy.squareRoot())
        taps = try normalized(taps, kernelPath).map { $0 * factor }
      }
      do throws(ConvolutionError) {
        filters.append(
          try BlockwiseFilter(kernel: taps, method: options.method, threads: threads))
      } catch {
        preconditionFailure("a file that was read has samples: \(error)")
      }
    }
    return filters
  }

  private func report(
    clipped: Int, count: Int, channelCount: Int, _ rate: Int, notes: [String]
  ) {
    if !options.common.quiet { for note in notes { printError("note: " + note) } }
    if clipped > 0, !options.common.quiet {
      let samples = clipped == 1 ? "1 sample" : "\(clipped) samples"
      printError(
        "note: \(samples) of \(options.output) exceeded full scale and had to be limited to it; "
          + "a .wav file keeps them as they are")
    }
    guard options.common.json else { return }
    var object: JSONObject = [
      "output": options.output, "count": count, "channels": channelCount, "sample_rate": rate,
      "clipped_samples": clipped,
    ]
    if !notes.isEmpty { object.add("notes", notes) }
    printResult(object)
  }
}

/// Kernels of up to this many samples, a minute and a half at 44.1 kHz, are kept while the other
/// input is read block by block, in 0.6 GB a channel; with longer ones both are read whole.
private let longestKept = 1 << 22

/// What a long filter keeps in memory: see ``longestKept``.
private let filterBytesPerTap = 150

/// Eight times the kernel's length is nearly as fast as the whole signal; fewer than 2^18 samples,
/// of which a few channels make no more, save no memory to speak of.
private func blockFrames(kernelCount: Int, channelCount: Int) -> Int {
  var frames = max(1 << 10, (1 << 18) / max(1, channelCount / 4))
  while frames < 8 * kernelCount { frames *= 2 }
  return frames
}
