/// A script for gnuplot, as it grows.
struct PlotScript {
  private(set) var text = ""

  /// Adds a line.
  mutating func add(_ line: String) { text += line + "\n" }

  /// Adds a block of data: rows of numbers. Those that are not finite, which gnuplot does not read,
  /// are left out.
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

  /// Begins a panel: where it is, as fractions of the figure.
  mutating func panel(
    _ place: (left: Double, right: Double, bottom: Double, top: Double)
  ) {
    add("set lmargin at screen \(place.left)")
    add("set rmargin at screen \(place.right)")
    add("set bmargin at screen \(place.bottom)")
    add("set tmargin at screen \(place.top)")
  }

  /// Gives the panel a title, at the left above it, where the legend is not.
  mutating func title(_ text: String) {
    add("set label 99 \(Gnuplot.quoted(text)) at graph 0, graph 1.08 left font ',12'")
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

/// Where the panels of a figure are.
struct FigureLayout {
  var rows: Int
  let width = 1200

  private static var rowHeight: Int { 270 }
  private static var titleHeight: Int { 60 }

  /// In pixels.
  var height: Int { Self.titleHeight + rows * Self.rowHeight }

  /// The inside of a panel in the row `row`, counted from the top, as fractions of the figure.
  func row(
    _ row: Int, from left: Double, to right: Double
  ) -> (left: Double, right: Double, bottom: Double, top: Double) {
    let top = Double(Self.titleHeight + row * Self.rowHeight + 45)
    let bottom = Double(Self.titleHeight + (row + 1) * Self.rowHeight - 55)
    return (left, right, 1 - bottom / Double(height), 1 - top / Double(height))
  }
}

/// A unit in which times of some size have up to three digits before the point.
struct TimeUnit {
  var name: String
  private var factor: Double

  init(of size: Double) {
    switch size {
    case ..<1e-3: (name, factor) = ("us", 1e6)
    case ..<1: (name, factor) = ("ms", 1e3)
    default: (name, factor) = ("s", 1)
    }
  }

  /// A time in this unit.
  func value(_ seconds: Double) -> Double { seconds * factor }
}
