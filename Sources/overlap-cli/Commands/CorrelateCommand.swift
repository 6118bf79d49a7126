// SPDX-License-Identifier: MIT

import ArgumentParser

struct CorrelateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correlate",
    abstract: "Correlate two signals: slide one over the other.",
    discussion: """
      Example: overlap correlate a.npy b.npy -o result.npy --max-lag 100 --lags lags.npy

      At lag k the result is the sum over t of A[t+k] times the conjugate of B[t], as in NumPy and \
      SciPy. Full has the lags from -(m-1) to n-1, for A of n and B of m samples; same has n of \
      them, from index (m-1)/2 of full on; valid has those at which the shorter lies wholly inside \
      the longer.

      Two .npy files of one dimension give a .npy file, of the type that holds both: float32, \
      float64, complex64 or complex128. Integers give exact int64, or an error if that cannot \
      hold a result.

      Audio files are correlated channel by channel, in single precision. B has one channel, with \
      which each of A is correlated, or as many as A, or A has one; it is resampled if its sample rate is \
      another. A .npy file that goes with an audio file has its sample rate, and one channel. The \
      extension of OUTPUT tells what it is: an audio file, or .npy for an array of results, or of \
      results by channels. Correlations of sound exceed full scale by far; .wav and .npy keep that.

      With --normalize the result is divided by the norms of both signals: it is 1 where they are \
      alike, -1 where one is the other upside down, and a signal with itself has 1 at lag 0 (as \
      "normalized" in MATLAB's xcorr). Where they overlap only in part it is the smaller for that. \
      A --boundary is in the units of A; what it adds can exceed 1.

      PNG images and .npy files of two dimensions are correlated in two dimensions, images colour \
      by colour; the result is a .npy or .png file. The samples of an image that is B count from 0 \
      to 1. --max-lag then limits row lags and column lags alike, --lags writes an array of rows, \
      columns and two, the row lag and the column lag of each result, and --normalize divides by \
      the norms of both, each colour by its own.

      Two .npy files of three dimensions are correlated in three: --max-lag limits the lags of planes, \
      rows and columns alike, and --lags writes an array of planes, rows, columns and three.

      --axis, --missing and --mask are those of `overlap convolve`.
      """)

  @Argument(help: "The signal that stays: an audio file or .npy.", completion: .signal)
  var a: String

  @Argument(help: "The signal that slides: an audio file or .npy.", completion: .signal)
  var b: String

  @OptionGroup var options: ConvolutionOptions

  @Option(
    help: ArgumentHelp(
      "Only the lags from -n to n, such as 100, of those at which the two overlap.", valueName: "n")
  )
  var maxLag: Int?

  @Flag(help: "Divide by the norms of both: results from -1 to 1.")
  var normalize = false

  @Option(
    help: ArgumentHelp("Write the lags of the results to this .npy file.", valueName: "file"),
    completion: .array)
  var lags: String?

  func validate() throws {
    if let maxLag, maxLag < 0 {
      throw ValidationError(
        "--max-lag needs a number of samples that is not negative, such as 100.")
    }
    guard maxLag == nil || options.mode == .full && options.method == nil else {
      throw ValidationError("--max-lag goes without --mode and --method: it has its own.")
    }
    if let lags, isSamePlace(lags, options.output) {
      throw ValidationError("--lags and --output need files of their own.")
    }
    guard !normalize || !options.output.namesImage else {
      throw ValidationError("--normalize gives numbers from -1 to 1: name the output with .npy.")
    }
    if let lags, !lags.namesArray {
      throw ValidationError("--lags writes an array: name it with .npy.")
    }
  }

  func run() throws {
    TuningCache.adopt(isQuiet: options.common.quiet)
    try ConvolutionJob(
      operation: .correlate, options: options, normalizes: normalize, maximumLag: maxLag,
      lagPath: lags
    ).run(a, b)
  }
}
