import ImageMatching
import ArgumentParser

struct RegisterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Find by how much one image is shifted in another.",
    discussion: """
      REFERENCE and MOVING are PNG images, of which the brightness is compared, or .npy arrays of \
      two dimensions, of one size. Positive shifts mean that the same thing is further down and \
      further to the right in MOVING.

      Unrelated images agree at some shift by chance, small ones easily: a shift is accepted if the \
      probability of that is at most 1 in 1000, whatever the threshold.

      Exit status: 0 if a shift was found, 1 if the images show nothing in common.
      """)

  @Argument(help: "The image that stays where it is.", completion: .file())
  var reference: String

  @Argument(help: "The image that is compared with it.", completion: .file())
  var moving: String

  @Option(
    help: ArgumentHelp(
      "The least ratio of the best peak to the next separate one to accept, such as 1.5.",
      valueName: "ratio"))
  var threshold = 2.0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threshold >= 1, threshold.isFinite else {
      throw ValidationError("--threshold needs a ratio of at least 1, such as 1.5.")
    }
  }

  func run() throws {
    let first = try ArrayInput(path: reference).brightness()
    let second = try ArrayInput(path: moving).brightness()
    let found: ImageTranslation
    do throws(ImageError) {
      found = try estimateTranslation(of: second, from: first, threads: common.threads)
    } catch {
      throw CommandFailure(.invalidData, "\(reference), \(moving): \(error)")
    }
    // A bound for images of all kinds: of those of one kind, far fewer pass by chance.
    let isReliable = found.isReliable(atMost: 1e-3, peakRatio: threshold)
    if common.json {
      printResult([
        "reference": reference, "moving": moving, "registered": isReliable,
        "row_shift": found.rowShift, "column_shift": found.columnShift,
        "peak_ratio": found.peakRatio, "false_alarm_probability": found.falseAlarmProbability,
      ])
    } else if isReliable {
      printResult(
        "\(moving.onOneLine) shows the same \(signedFixed(found.rowShift, 3)) rows further down and "
          + "\(signedFixed(found.columnShift, 3)) columns further right than \(reference.onOneLine) "
          + "(peak ratio \(fixed(min(found.peakRatio, 1e6), 2))).")
    }
    guard isReliable else {
      throw CommandFailure(
        .noMatch,
        "no reliable shift between \(reference) and \(moving): "
          + (found.peakRatio >= threshold
            ? "unrelated images agree as well \(probability(found.falseAlarmProbability))"
            : "the best peak is only \(fixed(found.peakRatio, 2)) times the next one"))
    }
  }
}
