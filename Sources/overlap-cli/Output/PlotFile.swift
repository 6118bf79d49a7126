// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import Platform
import SignalFiles

/// Where the figures of alignments go: `--plot`.
struct PlotFile: ExpressibleByArgument {
  var path: String
  var kind: Gnuplot.FileKind

  static var defaultCompletionKind: CompletionKind {
    .file(extensions: Gnuplot.FileKind.allCases.map(\.rawValue))
  }

  init?(argument: String) {
    guard let dot = argument.lastIndex(of: "."), !argument[dot...].contains("/"),
      let kind = Gnuplot.FileKind(rawValue: argument[argument.index(after: dot)...].lowercased())
    else { return nil }
    path = argument
    self.kind = kind
  }

  /// The file of the figure of a pair: the path itself if there is one pair, else, as that is the one
  /// of the overview, with a number from 1 on in it.
  private func path(of index: Int, count: Int) -> String {
    guard count > 1, let dot = path.lastIndex(of: ".") else { return path }
    return "\(path[..<dot])-\(index + 1)\(path[dot...])"
  }

  func draw(
    _ outcomes: [PairOutcome], reference: Recording, others: [String], aligner: PairAligner
  ) throws(CommandFailure) {
    if outcomes.count > 1 {
      try Gnuplot.draw(
        OverviewFigure(outcomes, reference: reference, others: others, aligner: aligner)
          .script(kind), to: path)
    }
    for (index, outcome) in outcomes.enumerated() {
      guard case .success(let found) = outcome else { continue }
      let other = try aligner.open(others[index])
      let figure: AlignmentFigure
      do throws(AlignmentError) {
        figure = try AlignmentFigure(
          found, reference: reference, other: other, options: aligner.options)
      } catch {
        throw CommandFailure(error, reference: reference.path, other: other.path)
      }
      try Gnuplot.draw(figure.script(kind), to: path(of: index, count: outcomes.count))
    }
  }
}
