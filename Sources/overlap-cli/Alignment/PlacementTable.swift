// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles

/// Where several recordings lie on one time line, for people: one a line, from the first that
/// starts.
struct PlacementTable {
  private struct Row {
    var name: String
    /// In seconds of the reference, with the standard error.
    var start: (time: Double, error: Double)?
    var duration: Double?
    var clock = ""
    var remark = ""
  }

  private var rows: [Row]
  private let reference: String

  init(
    _ reference: Recording, _ others: [String], _ outcomes: [PairOutcome], hasDrift: Bool,
    choosesChannels: Bool
  ) {
    self.reference = reference.path.onOneLine
    rows = [
      Row(
        name: self.reference, start: (0, 0), duration: reference.duration, clock: "reference")
    ]
    for (other, outcome) in zip(others, outcomes) {
      var row = Row(name: other.onOneLine)
      switch outcome {
      case .failure(let failure): row.remark = failure.reason(of: other)
      case .success(let found):
        row.duration = found.other.duration
        row.remark = found.remark(choosesChannels)
        if found.isReliable {
          let estimate = found.estimate
          row.start = (
            AlignedTimeLine.Placement(duration: 0, estimate.clock).referenceTime(0),
            hasDrift ? estimate.standardErrorAtStart : estimate.standardError
          )
          if let drift = estimate.drift, hasDrift || drift.isSignificant {
            row.clock =
              partsPerMillion(drift.rate, standardError: drift.standardError).value + " ppm"
          }
        }
      }
      rows.append(row)
    }
  }

  func print(hasCopies: Bool) {
    let placed = rows.compactMap(\.start)
    guard placed.count > 1, let first = placed.min(by: { $0.time < $1.time }) else { return }
    var columns = [["start (s)"], ["give or take"], ["length (s)"], ["clock"], ["file"]]
    for row in rows {
      if let start = row.start {
        // Places of the same reference, measured apart.
        let error =
          start.time == first.time
          ? 0 : (start.error * start.error + first.error * first.error).squareRoot()
        let widest = placed.reduce(0) { max($0, $1.error) }
        columns[0].append(
          measured(start.time - first.time, standardError: error > 0 ? error : widest))
        columns[1].append(start.time == first.time ? "" : uncertainty(error))
      } else {
        columns[0].append("not placed")
        columns[1].append("")
      }
      columns[2].append(row.duration.map { fixed($0, 1) } ?? "")
      columns[3].append(row.clock)
      columns[4].append(row.remark.isEmpty ? row.name : "\(row.name): \(row.remark)")
    }
    for line in TextTable(columns, numeric: [0, 2]).lines { printResult(line) }
    if hasCopies { return }
    printResult(
      "To line them up, put each at its start; --output-dir DIR writes copies that begin together.")
  }
}

extension PairAlignment {
  /// What is worth a word in a table, of a file that has a place or of one that has none.
  fileprivate func remark(_ choosesChannels: Bool) -> String {
    guard isReliable else {
      return estimate.falseAlarmProbability > threshold
        ? "nothing in common with the others was found" : "fits at more than one place"
    }
    var remarks: [String] = []
    if estimate.polarity == -1 { remarks.append("upside down") }
    if !route.isEmpty {
      remarks.append("linked by \(route.map(\.onOneLine).joined(separator: ", "))")
    }
    if choosesChannels {
      remarks.append(
        "channel \(compared.other.channel ?? 1) with \(compared.reference.channel ?? 1)")
    }
    if !estimate.map.breaks.isEmpty { remarks.append("its delay jumps") }
    return remarks.joined(separator: "; ")
  }
}

extension CommandFailure {
  /// What is wrong, without the name of the file and without advice.
  fileprivate func reason(of file: String) -> String {
    let text = message.hasPrefix("\(file): ") ? String(message.dropFirst(file.count + 2)) : message
    return String(text.onOneLine.prefix { $0 != ";" })
  }
}
