// SPDX-License-Identifier: MIT

import Alignment

/// A figure of several recordings on one time line, from the first that starts, as in a
/// ``PlacementTable``.
struct OverviewFigure {
  fileprivate struct Lane {
    var name: String
    /// By the line's time.
    var columns: [EnvelopeColumn] = []
    var polarity = 1.0
    var remark = ""
  }

  private var lanes: [Lane]
  /// The names of those that have no place.
  private var unplaced: [String] = []

  fileprivate static var columnCount: Int { 1100 }

  init(
    _ outcomes: [PairOutcome], reference: Recording, others: [String], aligner: PairAligner
  ) throws(CommandFailure) {
    var placements: [AlignedTimeLine.Placement] = [.init(duration: reference.duration)]
    let part = outcomes.lazy.compactMap { try? $0.get().compared.reference }.first
    lanes = [
      try Lane(
        reference,
        part ?? ComparedPart(reference.tracks[0], reference.tracks[0].parts[0], of: reference),
        placements[0])
    ]
    for (path, outcome) in zip(others, outcomes) {
      guard case .success(let found) = outcome, found.isReliable else {
        unplaced.append(figureName(path))
        continue
      }
      let placement = AlignedTimeLine.Placement(
        duration: found.other.duration, found.estimate.clock)
      placements.append(placement)
      var lane = try Lane(try aligner.open(path), found.compared.other, placement)
      if found.estimate.polarity == -1 {
        lane.polarity = -1
        lane.remark = "upside down"
      }
      lanes.append(lane)
    }
    let start = placements.reduce(0) { min($0, $1.referenceTime(0)) }
    for lane in lanes.indices {
      for column in lanes[lane].columns.indices {
        lanes[lane].columns[column].position -= start
      }
    }
  }

  /// The script by which gnuplot draws the figure to its standard output.
  func script(_ kind: Gnuplot.FileKind) -> String {
    var script = PlotScript(rows: 1, rowHeight: 100 + 70 * lanes.count, kind)
    let missing = unplaced.joined(separator: ", ")
    script.title(
      "\(lanes.count) recordings on one time line",
      missing.isEmpty
        ? "" : "not placed: " + (missing.count > 150 ? missing.prefix(150) + "…" : missing))
    script.panel("", row: 0, from: 0.03, to: 0.975)
    var plots: [String] = []
    for (index, lane) in lanes.enumerated() {
      let middle = -Double(index)
      let scale = lane.polarity * 0.36 / Double(max(lane.columns.tallest, .leastNormalMagnitude))
      let name = lane.name + (lane.remark.isEmpty ? "" : " (\(lane.remark))")
      script.label(100 + index, name, "at graph 0.004, first \(middle + 0.43) left front")
      script.data(
        "$lane\(index)",
        lane.columns.map {
          [$0.position, middle + scale * Double($0.lowest), middle + scale * Double($0.highest)]
        })
      let color = index % 2 == 0 ? "#3b6ea5" : "#d9822b"
      plots.append("$lane\(index) using 1:2:3 with filledcurves lc rgb '\(color)' notitle")
    }
    script.add("set xlabel 'time (s)'")
    script.add("unset ytics")
    script.add("set yrange [\(0.5 - Double(lanes.count)):0.6]")
    script.range("x", [0] + lanes.flatMap { $0.columns.map(\.position) })
    script.add("plot " + plots.joined(separator: ", "))
    script.add("unset multiplot")
    return script.text
  }
}

extension OverviewFigure.Lane {
  init(
    _ recording: Recording, _ part: ComparedPart, _ placement: AlignedTimeLine.Placement
  ) throws(CommandFailure) {
    name = figureName(recording.path)
    do throws(AlignmentError) {
      columns = try minMaxEnvelope(
        of: recording.source(of: part), from: 0, to: part.duration,
        columnCount: OverviewFigure.columnCount)
    } catch {
      throw CommandFailure(error, reference: recording.path, other: recording.path)
    }
    for index in columns.indices {
      columns[index].position = placement.referenceTime(
        part.track.start + columns[index].position)
    }
  }
}
