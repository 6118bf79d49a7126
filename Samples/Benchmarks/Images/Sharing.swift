import ArgumentParser
import BenchmarkSupport
import Convolution

/// What two threads gain over one, in one process and in turns, so that both find the cores awake.
struct Sharing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads", abstract: "Time filters on one thread and on several, in turns.")

  struct Result: Encodable {
    var image: Int
    var kernel: Int
    var threads: Int
    var seconds: ThreadGain
    /// Whether both results have the same bits.
    var same: Bool
  }

  @OptionGroup var options: GainOptions

  func run() throws {
    for (image, kernel) in Self.points {
      let scene = noise(image, image, seed: 1)
      let taps = noise(kernel, kernel, seed: 2)
      var results: [Matrix<Float>] = []
      let gain = ThreadGain(
        threads: options.threads, turns: options.turns,
        one: { results = [convolve(scene, taps, mode: .same, threads: 1)] },
        several: { results.append(convolve(scene, taps, mode: .same, threads: options.threads)) })
      try printLine(
        Result(
          image: image, kernel: kernel, threads: options.threads, seconds: gain,
          same: results[0] == results[1]))
    }
  }

  private static let points = [512, 1024, 2048].flatMap { image in
    [3, 7, 31, 63, 127].map { (image, $0) }
  }
}
