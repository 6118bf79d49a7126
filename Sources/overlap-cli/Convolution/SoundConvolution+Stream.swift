import Convolution
import SignalFiles

extension SoundConvolution {
  /// Convolves or correlates a file with a kernel of few samples, block by block: the results
  /// `range` of all.
  func stream(
    _ input: SoundInput, _ kernel: [[Float]], from kernelPath: String, _ range: Range<Int>,
    into output: inout SoundOutput
  ) throws(SignalFileError) {
    let inputChannels = input.channelCount
    let channelCount = max(inputChannels, kernel.count)
    var bar = ProgressBar(
      operation == .convolve ? "Convolving" : "Correlating", isQuiet: options.quiet)
    var filters = try filters(kernel, of: input, kernelPath, count: channelCount)
    var reader = try AudioReader(path: input.audioPath)

    let blockFrames = min(blockFrames(kernelCount: kernel[0].count), range.upperBound)
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
      for channel in 0..<channelCount {
        let source = inputChannels == 1 ? 0 : channel
        for index in 0..<read { lane[index] = block[index * inputChannels + source] }
        for index in min(read, count)..<count { lane[index] = 0 }
        push(lane.span.extracting(first: count), through: &filters[channel], into: &results)
        for index in 0..<count { frames[index * channelCount + channel] = results[index] }
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

  /// A filter for each channel: the kernel's, backwards for a correlation.
  private func filters(
    _ kernel: [[Float]], of input: SoundInput, _ kernelPath: String, count: Int
  ) throws(SignalFileError) -> [BlockwiseFilter<Float>] {
    let energies = job.normalizes ? try input.energies() : []
    var filters: [BlockwiseFilter<Float>] = []
    for channel in 0..<count {
      var taps = kernel[kernel.count == 1 ? 0 : channel]
      if operation == .correlate { taps.reverse() }
      if job.normalizes {
        let energy = energies[energies.count == 1 ? 0 : channel]
        guard energy > 0 else {
          throw .wrongShape(
            path: input.path, expected: "sound in every channel", actual: "a silent channel")
        }
        let factor = Float(1 / energy.squareRoot())
        taps = try normalized(taps, kernelPath).map { $0 * factor }
      }
      do throws(ConvolutionError) {
        filters.append(
          try BlockwiseFilter(kernel: taps, method: options.method, threads: options.threads))
      } catch {
        preconditionFailure("a file that was read has samples: \(error)")
      }
    }
    return filters
  }
}

/// Blocks of eight times the kernel's length are nearly as fast as the whole signal, and shorter
/// ones than 2^18 samples have no less memory to speak of.
private func blockFrames(kernelCount: Int) -> Int {
  var frames = 1 << 18
  while frames < 8 * kernelCount { frames *= 2 }
  return frames
}
