// SPDX-License-Identifier: MIT

import ImageMatching
import ArgumentParser

struct MatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find a template in an image.",
    discussion: """
      Example: overlap match template.png photo.png --top 3

      TEMPLATE and IMAGE are PNG images, of which the brightness is compared, or .npy arrays of two \
      dimensions. The score is their normalised cross-correlation: 1 for the template itself, in \
      whatever brightness and contrast, -1 for its negative. Row and column are those of the \
      template's first pixel in the image, counted from 0.

      Transparent pixels of either do not count, and partly transparent ones by their alpha; a place \
      where less than half of the template counts is none. So it is with masks: bright pixels of an \
      image count, and all but 0 of integers and truth values; floating-point numbers from 0 to 1 \
      are weights.

      The image may have missing or fill values: places that hold a NaN or an infinity are none of \
      the template's, and numbers of whatever size do not touch the scores of other places.

      Some place always fits best, and where things are smooth it fits well. A place is printed if \
      the probability that a template which is not in the image fits as well is no more than \
      --threshold; of few pixels, or in much noise, none can be told.

      Exit status: 0 if the template was found, 1 if no place can be told from chance.
      """)

  @Argument(help: "What to look for.", completion: .raster)
  var template: String

  @Argument(help: "Where to look for it.", completion: .raster)
  var image: String

  @Option(
    name: [.long, .customLong("top")],
    help: ArgumentHelp(
      "How many places to print, such as 3: the best ones, half a template apart at least.",
      valueName: "n"))
  var count = 1

  @Option(
    help: ArgumentHelp(
      "The largest probability of a false alarm to accept, above 0 and up to 1, such as 1e-3.",
      valueName: "p"))
  var threshold = 1e-4

  @Option(
    help: ArgumentHelp(
      "How much each pixel of IMAGE counts: an image or array of its size.", valueName: "file"),
    completion: .raster)
  var mask: String?

  @Option(
    help: ArgumentHelp("The same of TEMPLATE.", valueName: "file"), completion: .raster)
  var templateMask: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard count > 0 else {
      throw ValidationError("--count needs a number of at least 1, such as 3.")
    }
    guard threshold > 0, threshold <= 1 else {
      throw ValidationError("--threshold needs a probability above 0 and up to 1, such as 1e-3.")
    }
  }

  func run() throws {
    TuningCache.adopt(isQuiet: common.quiet)
    let wanted = try ArrayInput(path: template)
    let scene = try ArrayInput(path: image)
    let (brightness, sceneBrightness) = (try wanted.brightness(), try scene.brightness())
    let weights = (
      template: try wanted.weights(maskedBy: templateMask), image: try scene.weights(maskedBy: mask)
    )
    let matches: [TemplateMatch]
    do throws(ImageError) {
      matches = try findTemplate(
        brightness, in: sceneBrightness, templateMask: weights.template, mask: weights.image,
        count: count, threads: common.threads)
    } catch {
      throw CommandFailure(.invalidData, "\(template), \(image): \(error)")
    }
    let found = matches.filter { $0.falseAlarmProbability <= threshold }
    guard !found.isEmpty else {
      let problem =
        matches.first.map {
          "the best score is \(signedFixed($0.score, 4)) at row \($0.row), column \($0.column), and "
            + "what is not in it scores as high \(probability($0.falseAlarmProbability))"
        } ?? "every place holds a missing value, or is transparent"
      throw CommandFailure(.noMatch, "\(template) is not found in \(image): \(problem)")
    }
    for match in found {
      if common.json {
        printResult([
          "row": match.row, "column": match.column, "score": match.score,
          "false_alarm_probability": match.falseAlarmProbability,
        ])
      } else {
        printResult(
          "row \(match.row), column \(match.column), score \(signedFixed(match.score, 4))")
      }
    }
  }
}
