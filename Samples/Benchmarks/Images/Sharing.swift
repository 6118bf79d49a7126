import ArgumentParser
import BenchmarkSupport
import Convolution

/// What two threads gain over one, in one process and in turns, so that both find the cores awake.
struct Sharing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads", abstract: "Time filters on one thread and on several, in turns.")

  @Option(help: "Threads to compare with one.")
  var threads = 2

  @Option(help: "Undisturbed turns at each point.")
  var turns = 21

  func run() throws {
    for (image, kernel) in Self.points {
      let scene = noise(image, image, seed: 1)
      let taps = noise(kernel, kernel, seed: 2)
      var results: [Matrix<Float>] = []
      let gain = ThreadGain(
        threads: threads, turns: turns,
        one: { results = [convolve(scene, taps, mode: .same, threads: 1)] },
        several: { results.append(convolve(scene, taps, mode: .same, threads: threads)) })
      print(
        "{\"image\": \(image), \"kernel\": \(kernel), \"one\": \(gain.one), "
          + "\"threads\": \(gain.several), \"ratio\": \(gain.gain), \"turns\": \(gain.turns), "
          + "\"disturbed\": \(gain.disturbed), \"same\": \(results[0] == results[1])}")
    }
  }

  private static let points = [512, 1024, 2048].flatMap { image in
    [3, 7, 31, 63, 127].map { (image, $0) }
  }
}
