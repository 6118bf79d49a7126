// SPDX-License-Identifier: MIT

import ArgumentParser

struct ConvolveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolve",
    abstract: "Convolve two signals: filter one with the other.",
    discussion: """
      Example: overlap convolve speech.wav hall.flac -o speech-in-hall.wav

      Two .npy files of one dimension give a .npy file, of the type that holds both: float32, \
      float64, complex64 or complex128. Integers give exact int64, or an error if that cannot \
      hold a result. --boundary tells what the first is beyond its ends.

      Audio files are convolved channel by channel, in single precision and in blocks, so that \
      their length does not matter. KERNEL has one channel, which is applied to each of INPUT, or \
      as many as INPUT, or each of its channels is applied to the only one of INPUT. Four channels \
      for an INPUT of two are true stereo: left to left, left to right, right to left, right to \
      right, in this order, and OUTPUT has two. If its sample rate is another, KERNEL is resampled \
      to that of INPUT, with its gain at each frequency as it was. A .npy file that goes with an audio file has its \
      sample rate, and one channel.

      The extension of OUTPUT tells what it is: .wav, .aiff, .caf, .au and .w64 hold floating-point \
      samples and keep what exceeds full scale; .flac and the compressed formats do not; .npy is \
      an array of frames, or of frames by channels.

      PNG images and .npy files of two dimensions are convolved in two dimensions, images colour \
      by colour; the result is a .npy or .png file, the latter rounded and limited to the image's \
      range. Where both are images with alpha, it is filtered too, and colours count by it: those of \
      transparent pixels and beyond the edges do not show (a constant boundary is opaque). A .npy \
      file has the colours as they are. The samples of an image that is the KERNEL count from 0 to 1. Arrays \
      of integers give exact int64 in two and three dimensions too.

      Two .npy files of three dimensions are convolved in three: planes, rows and columns. All options but \
      those of sound hold for them too.

      With --axis, arrays have any rank, and each of the lines along that dimension is convolved with the \
      kernel, or, if that has as many dimensions, with its own line of it.

      With --missing ignore, or a --mask, a result is P S / (S - M): the sum S of the taps, P with zeros for \
      what is missing, and M the taps that meet it. So the mean of what is there stays what it is. Where \
      nothing is there it is NaN.
      """)

  @Argument(help: "The signal: an audio file or .npy.", completion: .signal)
  var input: String

  @Argument(help: "What it is convolved with: an audio file or .npy.", completion: .signal)
  var kernel: String

  @OptionGroup var options: ConvolutionOptions

  func run() throws {
    TuningCache.adopt(isQuiet: options.common.quiet)
    try ConvolutionJob(operation: .convolve, options: options).run(input, kernel)
  }
}
