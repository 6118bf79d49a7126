// SPDX-License-Identifier: MIT

import SignalFiles

/// The program that draws figures.
enum Gnuplot {
  /// The kinds of figures, by the extension of their file.
  enum FileKind: String, CaseIterable {
    case svg, png, pdf

    /// The command that makes gnuplot draw this kind, `width` by `height` pixels large.
    func terminal(width: Int, height: Int) -> String {
      let (name, size, font) =
        switch self {
        case .svg: ("svg", "\(width),\(height)", 13)
        case .png: ("pngcairo", "\(width),\(height)", 11)
        // 100 pixels an inch.
        case .pdf: ("pdfcairo", "\(Double(width) / 100)in,\(Double(height) / 100)in", 10)
        }
      return "set terminal \(name) noenhanced size \(size) background rgb 'white' "
        + "font 'Sans,\(font)'"
    }
  }

  static func checkIsInstalled() throws(CommandFailure) {
    if case .missing = ExternalProgram.run("gnuplot", ["--version"]) { throw missing }
  }

  private static var missing: CommandFailure {
    CommandFailure(
      .missingProgram,
      "--plot needs the program `gnuplot`, which is not installed; install it with "
        + "`apt-get install gnuplot-nox`")
  }

  /// Draws what `script` says, and writes it to a file, which appears when it is complete.
  static func draw(_ script: String, to path: String) throws(CommandFailure) {
    // Without its user's settings; figures have some hundred kilobytes.
    let outcome = ExternalProgram.run(
      "gnuplot", ["-d", "-"], input: Array(script.utf8), outputLimit: 1 << 26)
    switch outcome {
    case .missing: throw missing
    case .ended(succeeded: true, let figure) where !figure.isEmpty:
      do throws(SignalFileError) {
        try writeFile(figure, to: path)
      } catch {
        throw CommandFailure(error)
      }
    case .ended:
      throw CommandFailure(
        .missingProgram,
        "\(path): gnuplot failed to draw it; it has to be version 5 or later with the terminals "
          + "svg, pngcairo and pdfcairo, as in `apt-get install gnuplot-nox`")
    case .failed(let reason), .stopped(let reason):
      throw CommandFailure(.inputOutput, "\(path): gnuplot could not be run (\(reason))")
    }
  }

  /// A text as gnuplot takes it literally: in single quotes, in which nothing is special, but for quotes,
  /// which have quotes of the other kind. (Two of them one after another end a text.)
  static func quoted(_ text: String) -> String {
    var parts: [(isQuotes: Bool, text: String)] = []
    // By scalars: a quote with an accent is another character.
    for scalar in text.onOneLine.unicodeScalars {
      let isQuote = scalar == "'"
      if parts.last?.isQuotes != isQuote { parts.append((isQuote, "")) }
      parts[parts.count - 1].text.unicodeScalars.append(scalar)
    }
    if parts.isEmpty { return "''" }
    return parts.map { $0.isQuotes ? "\"\($0.text)\"" : "'\($0.text)'" }.joined(separator: ".")
  }
}
