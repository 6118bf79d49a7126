import ComputeSupport
import ArgumentParser
import Convolution
import SignalFiles

/// `overlap tune`.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Measure this machine once, so that every choice fits it.",
    discussion: """
      Finds the fastest plans for transforms and measures what the planner predicts from. Both are \
      kept under $XDG_CACHE_HOME/overlap (by default ~/.cache/overlap) and used by the other \
      commands. Takes about four minutes, in which the machine should have nothing else to do. \
      Everything works without it.
      """)

  @Option(help: "Threads to use at most: measurements are those of one.")
  var threads = processorCount

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads needs a number of at least 1.") }
  }

  func run() throws {
    guard let cache = TuningCache() else {
      throw CommandFailure(
        .cannotCreateOutput, "no place to keep measurements: set XDG_CACHE_HOME or HOME")
    }
    do {
      try cache.prepare()
    } catch {
      throw CommandFailure(error)
    }
    var bar = ProgressBar("Measuring", isQuiet: quiet)
    let tuning = Tuning.measured { bar.report($0) }
    do {
      try cache.store(tuning)
    } catch {
      throw CommandFailure(error)
    }
    if json {
      var object = JSONObject()
      object.add("tuning", cache.path)
      printResult(object.line)
    } else if !quiet {
      printResult("Kept the measurements of this machine in \(cache.path)")
    }
  }
}
