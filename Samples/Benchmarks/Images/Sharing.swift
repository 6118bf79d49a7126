import ArgumentParser
import Convolution

/// What two threads gain over one, in one process and in turns, so that both find the cores awake.
struct Sharing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "threads", abstract: "Time filters on one thread and on several, in turns.")

  @Option(help: "Threads to compare with one.")
  var threads = 2

  @Option(help: "Turns at each point.")
  var turns = 21

  func run() throws {
    for (image, kernel) in Self.points {
      let scene = noise(image, image, seed: 1)
      let taps = noise(kernel, kernel, seed: 2)
      var seconds: [[Double]] = [[], []]
      var isSame = true
      // The first turn prepares and is not counted.
      for turn in 0...turns {
        var results: [Matrix<Float>] = []
        for (place, count) in [1, threads].enumerated() {
          let time = ContinuousClock().measure {
            results.append(convolve(scene, taps, mode: .same, threads: count))
          }
          if turn > 0 { seconds[place].append(time / .seconds(1)) }
        }
        isSame = isSame && results[0] == results[1]
      }
      let (one, several) = (median(seconds[0]), median(seconds[1]))
      print(
        "{\"image\": \(image), \"kernel\": \(kernel), \"one\": \(one), "
          + "\"threads\": \(several), \"ratio\": \(one / several), \"same\": \(isSame)}")
    }
  }

  private static let points = [512, 1024, 2048].flatMap { image in
    [3, 7, 31, 63, 127].map { (image, $0) }
  }
}
