extension Planner {
  /// A convolution to be planned. A signal is an image of one row.
  struct Job {
    var kind: ElementKind
    var rows: Int
    var columns: Int
    var kernelRows: Int
    var kernelColumns: Int
    /// The wanted results among the full ones.
    var region: Region2D
    /// Whether what is beyond the image's edges takes part.
    var isPadded = false
    var threads: Int
    /// How often the same kernel will be used.
    var uses: Int
  }
}

extension Planner.Job {
  init(
    kind: ElementKind, signalCount: Int, kernelCount: Int, range: Range<Int>, threads: Int,
    uses: Int
  ) {
    self.init(
      kind: kind, rows: 1, columns: signalCount, kernelRows: 1, kernelColumns: kernelCount,
      region: Region2D(rows: 0..<1, columns: range), threads: threads, uses: uses)
  }

  /// The wanted results of a signal.
  var range: Range<Int> { region.columns }

  /// What preparing the kernel counts, in blocks: one of a block's two transforms, once.
  var preparation: Double { 0.5 / Double(max(1, uses)) }
}

/// a · b, or the largest number there is.
func saturatingProduct(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
}
