// SPDX-License-Identifier: MIT

/// A script for gnuplot, as it grows: a figure of a title and rows of panels.
struct PlotScript {
  private(set) var text = ""
  private let height: Int
  private let rowHeight: Int

  /// In pixels.
  private static var titleHeight: Int { 60 }
  /// Terminals differ in how far the labels of the last axis are below it.
  private static var footHeight: Int { 20 }

  init(rows: Int, rowHeight: Int = 270, _ kind: Gnuplot.FileKind) {
    self.rowHeight = rowHeight
    height = Self.titleHeight + rows * rowHeight + Self.footHeight
    add(kind.terminal(width: 1200, height: height))
    add("set encoding utf8")
    add("set multiplot")
    add("set tics nomirror out scale 0.6 front")
    add("set border 3 lw 1 lc rgb '#555555' front")
    add("set grid lc rgb '#dddddd' lw 0.6 back")
    add("set key horizontal right bottom at graph 1, graph 1.02 samplen 1.6")
    add("set style fill solid 0.85 noborder")
  }

  mutating func add(_ line: String) { text += line + "\n" }

  /// Adds a block of data, without the rows that are not finite: gnuplot does not read them.
  mutating func data(_ name: String, _ rows: [[Double]]) {
    add("\(name) << END")
    var isEmpty = true
    for row in rows where row.allSatisfy(\.isFinite) {
      add(row.map { "\($0)" }.joined(separator: " "))
      isEmpty = false
    }
    // gnuplot does not plot a block without any data.
    if isEmpty { add("nan nan nan") }
    add("END")
  }

  /// Adds a label that belongs to the whole figure.
  mutating func label(_ tag: Int, _ text: String, _ place: String) {
    add("set label \(tag) \(Gnuplot.quoted(text)) \(place)")
  }

  /// Adds what stands above all panels, in two lines; it goes with ``endTitle()``.
  mutating func title(_ first: String, _ second: String) {
    label(1, first, "at screen 0.5, screen \(1 - 22 / Double(height)) center font ',15'")
    label(
      2, second,
      "at screen 0.5, screen \(1 - 50 / Double(height)) center textcolor rgb '#555555'")
  }

  /// Each panel draws all labels that there are: those of the whole figure are for the first one.
  mutating func endTitle() {
    add("unset label 1")
    add("unset label 2")
  }

  /// Begins a panel in the row `row` from the top, between fractions of the width. The title is at
  /// the left above it, where the legend is not.
  mutating func panel(_ title: String, row: Int, from left: Double, to right: Double) {
    let top = Double(Self.titleHeight + row * rowHeight + 45)
    let bottom = Double(Self.titleHeight + (row + 1) * rowHeight - 55)
    add("set lmargin at screen \(left)")
    add("set rmargin at screen \(right)")
    add("set bmargin at screen \(1 - bottom / Double(height))")
    add("set tmargin at screen \(1 - top / Double(height))")
    add("set label 99 \(Gnuplot.quoted(title)) at graph 0, graph 1.08 left font ',12'")
  }

  /// Makes an axis span `values`, whatever they are.
  mutating func range(_ axis: String, _ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), high > low else {
      let middle = finite.first ?? 0
      add("set \(axis)range [\(middle - 1):\(middle + 1)]")
      return
    }
    add("set \(axis)range [\(low):\(high)]")
  }
}

/// A unit in which times of some size have up to three digits before the point.
struct TimeUnit {
  var name: String
  private var factor: Double

  /// How many decimals a time in seconds has that is as fine as a tenth of the unit.
  var decimals: Int { factor == 1e6 ? 7 : factor == 1e3 ? 4 : 1 }

  init(of size: Double) {
    switch size {
    case ..<1e-3: (name, factor) = ("us", 1e6)
    case ..<1: (name, factor) = ("ms", 1e3)
    default: (name, factor) = ("s", 1)
    }
  }

  func value(_ seconds: Double) -> Double { seconds * factor }
}
