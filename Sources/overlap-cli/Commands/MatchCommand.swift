import ImageMatching
import ArgumentParser

struct MatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Find a template in an image.",
    discussion: """
      TEMPLATE and IMAGE are PNG images, of which the brightness is compared, or .npy arrays of two \
      dimensions. The score is their normalised cross-correlation: 1 for the template itself, in \
      whatever brightness and contrast, -1 for its negative. Row and column are those of the \
      template's first pixel in the image, counted from 0.

      The image may have missing or fill values: places that hold a NaN or an infinity are none of \
      the template's, and numbers of whatever size do not touch the scores of other places.

      Exit status: 0 if the template was found, 1 if no place has a score above the threshold.
      """)

  @Argument(help: "What to look for.", completion: .file())
  var template: String

  @Argument(help: "Where to look for it.", completion: .file())
  var image: String

  @Option(
    name: [.long, .customLong("top")],
    help: ArgumentHelp(
      "How many places to print, such as 3: the best ones, half a template apart at least.",
      valueName: "n"))
  var count = 1

  // What follows is the value even if it looks like an option, as negative scores do.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The score that a place has to exceed, from -1 to 1, such as 0.8.", valueName: "score"))
  var threshold = 0.0

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard count > 0 else {
      throw ValidationError("--count needs a number of at least 1, such as 3.")
    }
    guard (-1...1).contains(threshold) else {
      throw ValidationError("--threshold needs a score from -1 to 1, such as 0.8.")
    }
  }

  func run() throws {
    TuningCache.adopt(isQuiet: common.quiet)
    let wanted = try ArrayInput(path: template).brightness()
    let scene = try ArrayInput(path: image).brightness()
    let matches: [TemplateMatch]
    do throws(ImageError) {
      matches = try findTemplate(wanted, in: scene, count: count, threads: common.threads)
    } catch {
      throw CommandFailure(.invalidData, "\(template), \(image): \(error)")
    }
    guard let best = matches.first, best.score > threshold else {
      throw CommandFailure(
        .noMatch,
        "\(template) is not found in \(image): the best score is "
          + "\(signedFixed(matches.first?.score ?? 0, 4))")
    }
    for match in matches where match.score > threshold {
      if common.json {
        printResult(["row": match.row, "column": match.column, "score": match.score])
      } else {
        printResult(
          "row \(match.row), column \(match.column), score \(signedFixed(match.score, 4))")
      }
    }
  }
}
