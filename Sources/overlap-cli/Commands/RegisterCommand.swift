// SPDX-License-Identifier: MIT

import ArgumentParser
import Convolution
import ImageMatching
import SignalFiles

struct RegisterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Find by how much one image is shifted in another.",
    discussion: """
      Example: overlap register first.png second.png

      REFERENCE and MOVING are PNG images, of which the brightness is compared, or .npy arrays of \
      two dimensions, of one size. Positive shifts mean that the same thing is further down and \
      further to the right in MOVING.

      Every shift is looked at that leaves some of the images in common. Unrelated images agree at \
      some shift by chance: one is accepted if the probability of that is no more than --threshold. \
      Where the images fit in two ways that cannot be told apart, as what repeats itself does, none \
      is accepted, and both are named. Of a scene and a pattern that stays where it is, as a \
      camera's own, the scene counts. If one image is like the negative of the other, the polarity \
      is -1.

      Transparent pixels of either do not count, and partly transparent ones by their alpha. So it is \
      with masks, as for captions and dead pixels that stay where they are: bright pixels of an image \
      count, and all but 0 of integers and truth values; floating-point numbers from 0 to 1 are \
      weights. What does not count may be anything, NaN too; what counts has to be finite. Shifts are \
      then left out with less in common than --overlap-ratio.

      Exit status: 0 if a shift was found, 1 if the images show nothing in common.
      """)

  @Argument(help: "The image that stays where it is.", completion: .raster)
  var reference: String

  @Argument(help: "The image that is compared with it.", completion: .raster)
  var moving: String

  @Option(
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept, above 0 and up to 1, such as 1e-3.",
      valueName: "p"))
  var threshold = 1e-4

  @Option(
    help: ArgumentHelp(
      "How much each pixel of REFERENCE counts: an image or array of its size.", valueName: "file"),
    completion: .raster)
  var mask: String?

  @Option(
    help: ArgumentHelp("The same of MOVING; may be the same file.", valueName: "file"),
    completion: .raster)
  var movingMask: String?

  @Option(
    help: ArgumentHelp(
      "The least share of the pixels that may be in common, from 0 to 1. Default: 0.3 where not all "
        + "count, else 0.", valueName: "share"))
  var overlapRatio: Double?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold needs a probability above 0 and up to 1, such as 1e-3.")
    }
    if let overlapRatio, !(0...1).contains(overlapRatio) {
      throw ValidationError("--overlap-ratio needs a share from 0 to 1, such as 0.3.")
    }
  }

  func run() throws {
    let inputs = (reference: try ArrayInput(path: reference), moving: try ArrayInput(path: moving))
    let (first, second) = (try inputs.reference.brightness(), try inputs.moving.brightness())
    let weights = (
      reference: try inputs.reference.weights(maskedBy: mask),
      moving: try inputs.moving.weights(maskedBy: movingMask)
    )
    let isMasked = weights.reference != nil || weights.moving != nil
    // Spectra of both and all shifts (measured: 80 to 95 bytes a pixel; with masks up to 185, and 335 more
    // where all shifts are looked at in full size, which images of up to 2^18 pixels are).
    let count = max(first.count, second.count)
    try requireMemory(
      isMasked ? 185 * count + 335 * min(count, 1 << 18) : 96 * count, for: moving)
    let found: ImageTranslation
    do throws(ImageError) {
      found = try estimateTranslation(
        of: second, from: first, mask: weights.reference, movingMask: weights.moving,
        overlapRatio: overlapRatio, threads: common.threads)
    } catch {
      var problem = "\(error)"
      if case .notFinite = error { problem += "; leave such pixels out by --mask or --moving-mask" }
      throw CommandFailure(.invalidData, "\(reference), \(moving): \(problem)")
    }
    let isReliable = found.isReliable(atMost: threshold)
    if common.json {
      var object: JSONObject = [
        "reference": reference, "moving": moving, "registered": isReliable,
        "row_shift": found.rowShift, "column_shift": found.columnShift,
        "row_standard_error": found.rowStandardError,
        "column_standard_error": found.columnStandardError,
        "polarity": found.polarity, "peak_ratio": found.peakRatio,
        "false_alarm_probability": found.falseAlarmProbability,
      ]
      if let other = found.alternative {
        object.add("alternative_row_shift", other.rowShift)
        object.add("alternative_column_shift", other.columnShift)
        object.add("alternative_likelihood_ratio", other.likelihoodRatio)
      }
      printResult(object)
    } else if isReliable {
      printResult(
        "\(moving.onOneLine) shows the same\(found.polarity < 0 ? ", as a negative," : "") "
          + "\(signedFixed(found.rowShift, 3)) rows further down and "
          + "\(signedFixed(found.columnShift, 3)) columns further right than \(reference.onOneLine) "
          + "(\(precision(of: found))a false alarm \(probability(found.falseAlarmProbability))).")
    }
    guard !isReliable else { return }
    let problem =
      if found.falseAlarmProbability <= threshold, let other = found.alternative {
        "\(signedFixed(found.rowShift, 1)) rows down and \(signedFixed(found.columnShift, 1)) "
          + "columns right fits as well as \(other.rowShift) and \(other.columnShift)"
      } else {
        "unrelated images agree as well \(probability(found.falseAlarmProbability))"
      }
    throw CommandFailure(
      .noMatch, "no reliable shift between \(reference) and \(moving): \(problem)")
  }

  /// By how much the shifts may be off, where that is known.
  private func precision(of found: ImageTranslation) -> String {
    let errors = [found.rowStandardError, found.columnStandardError].compactMap(\.self)
    guard let error = errors.max() else { return "" }
    let text = error < 1e-3 ? "less than 0.001" : fixed(error, decimals(error) + 1)
    return "give or take \(text) pixels, "
  }
}
