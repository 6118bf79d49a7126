import Alignment
import ArgumentParser
import Convolution
import SignalFiles

/// `overlap register`.
struct RegisterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Find by how much one image is shifted in another.",
    discussion: """
      REFERENCE and MOVING are PNG images, of which the brightness is compared, or .npy arrays of \
      two dimensions, of one size. Positive shifts mean that the same thing is further down and \
      further to the right in MOVING.

      Exit status: 0 if a shift was found, 1 if the images show nothing in common.
      """)

  @Argument(help: "The image that stays where it is.")
  var reference: String

  @Argument(help: "The image that is compared with it.")
  var moving: String

  @Option(
    help: ArgumentHelp(
      "The least ratio of the best peak to the next separate one to accept.", valueName: "ratio"))
  var threshold = 2.0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threshold >= 1, threshold.isFinite else {
      throw ValidationError("--threshold needs a ratio of at least 1.")
    }
  }

  func run() throws {
    let first = try MatrixInput.required(path: reference).brightness()
    let second = try MatrixInput.required(path: moving).brightness()
    let found: Translation
    do throws(ImageError) {
      found = try register(first, second)
    } catch {
      throw CommandFailure(.invalidData, "\(reference), \(moving): \(error)")
    }
    let isReliable = found.peakRatio >= threshold
    if common.json {
      var object = JSONObject()
      object.add("reference", reference)
      object.add("moving", moving)
      object.add("registered", isReliable)
      object.add("row_shift", found.rowShift)
      object.add("column_shift", found.columnShift)
      object.add("peak_ratio", found.peakRatio)
      printResult(object.line)
    } else if isReliable {
      printResult(
        "\(moving) shows the same \(signedFixed(found.rowShift, 3)) rows further down and "
          + "\(signedFixed(found.columnShift, 3)) columns further right than \(reference) "
          + "(peak ratio \(fixed(min(found.peakRatio, 1e6), 2))).")
    }
    guard isReliable else {
      throw CommandFailure(
        .noMatch,
        "no reliable shift between \(reference) and \(moving): the best peak is only "
          + "\(fixed(found.peakRatio, 2)) times the next one")
    }
  }
}
