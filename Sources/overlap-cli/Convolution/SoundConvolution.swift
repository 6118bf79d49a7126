import Convolution
import SignalFiles

/// A convolution or correlation in which an audio file takes part, channel by channel.
struct SoundConvolution {
  let job: ConvolutionJob
  var operation: ConvolutionJob.Operation { job.operation }
  var options: ConvolutionOptions { job.options }

  /// Reads, computes and writes: block by block unless both inputs are long.
  func run(_ first: String, _ second: String) throws(SignalFileError) {
    let a = try SoundInput(path: first)
    let b = try SoundInput(path: second)
    let channelCount = max(a.channelCount, b.channelCount)
    guard min(a.channelCount, b.channelCount) == 1 || a.channelCount == b.channelCount else {
      throw .wrongShape(
        path: b.path,
        expected: "one channel, or \(a.channelCount) as in \(a.path),",
        actual: "\(b.channelCount) channels")
    }
    guard let rate = a.sampleRate ?? b.sampleRate else {
      preconditionFailure("two arrays are no sound")
    }
    // What is shorter is kept in memory, what is longer is read block by block. The results of a
    // correlation come in the order of the first, whichever is longer.
    let keepsFirst =
      operation == .convolve && a.frameCount < b.frameCount && b.isFile && b.hasRate(rate)
    let (kept, streamed) = keepsFirst ? (a, b) : (b, a)
    let kernel = try kept.channels(at: rate, keepingGain: operation == .convolve && !keepsFirst)
    let kernelCount = keepsFirst ? b.frameCount : kernel[0].count
    let n = a.frameCount
    let lags = job.lags(n, kernelCount)
    // Lag k is at index k + m - 1 of all results.
    let range = (lags.lowerBound + kernelCount - 1)..<(lags.upperBound + kernelCount - 1)

    var output = try SoundOutput(
      path: options.output, sampleRate: rate, channelCount: channelCount,
      frameCount: range.count, tags: operation == .convolve ? a.tags : [:])
    if streamed.isFile && kernel[0].count <= longestKept {
      try stream(streamed, kernel, from: kept.path, range, into: &output)
    } else {
      try compute(
        try keepsFirst ? kernel : a.channels(at: rate),
        try keepsFirst ? b.channels(at: rate) : kernel, a.path, b.path, into: &output)
    }
    var lagOutput = try LagOutput(ResultLags(columns: lags).columnArray, path: job.lagPath)
    let clipped = try output.finish()
    try lagOutput.commit()
    report(clipped: clipped, count: range.count, channelCount: channelCount, rate)
  }

  /// Convolves or correlates two inputs in memory.
  private func compute(
    _ a: [[Float]], _ b: [[Float]], _ pathA: String, _ pathB: String,
    into output: inout SoundOutput
  ) throws(SignalFileError) {
    var results: [[Float]] = []
    for channel in 0..<max(a.count, b.count) {
      var (signal, kernel) = (a[a.count == 1 ? 0 : channel], b[b.count == 1 ? 0 : channel])
      if job.normalizes {
        (signal, kernel) = (try normalized(signal, pathA), try normalized(kernel, pathB))
      }
      results.append(job.apply(signal, kernel))
    }
    try forEachInterleavedBlock(of: results) { block throws(SignalFileError) in
      try output.write(block)
    }
  }

  private func report(clipped: Int, count: Int, channelCount: Int, _ rate: Int) {
    if clipped > 0, !options.quiet {
      let samples = clipped == 1 ? "1 sample" : "\(clipped) samples"
      printError(
        "note: \(samples) of \(options.output) exceeded full scale and had to be limited to it; "
          + "a .wav file keeps them as they are")
    }
    guard options.json else { return }
    printResult([
      "output": options.output, "count": count, "channels": channelCount, "sample_rate": rate,
      "clipped_samples": clipped,
    ])
  }
}

/// A kernel of up to this many samples is kept while the other input is read block by block: a
/// minute and a half at 44.1 kHz, for which that takes 0.6 GB a channel. Beyond it both are read
/// whole.
private let longestKept = 1 << 22
