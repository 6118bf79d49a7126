public import ComplexModule

extension ConvolutionScalar {
  /// See ``ConvolutionElement/slidingDot2D(_:rowDistance:_:tapColumns:into:rowDistance:rows:columns:streams:)``.
  public static func slidingDot2D(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, tapColumns: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    streams: Bool
  ) {
    guard rows > 0, columns > 0 else { return }
    let tapRows = taps.count / tapColumns
    precondition(signal.count >= (rows + tapRows - 2) * rowDistance + columns + tapColumns - 1)
    precondition(output.count >= (rows - 1) * outputDistance + columns)
    unsafe withNumbers(signal, taps, &output) { x, w, y, _ in
      unsafe _kernels.slidingDot2D(
        x, rowDistance, w, tapRows, tapColumns, 1, y, outputDistance, rows, columns,
        streams ? 1 : 0)
    }
  }
}

extension Complex where RealType: ConvolutionScalar {
  /// See ``ConvolutionElement/slidingDot2D(_:rowDistance:_:tapColumns:into:rowDistance:rows:columns:streams:)``.
  ///
  /// The interleaved parts of the signal slide along the real and along the imaginary parts of the
  /// taps, as in one dimension.
  public static func slidingDot2D(
    _ signal: Span<Complex>, rowDistance: Int, _ taps: Span<Complex>, tapColumns: Int,
    into output: inout MutableSpan<Complex>, rowDistance outputDistance: Int, rows: Int,
    columns: Int, streams: Bool
  ) {
    guard rows > 0, columns > 0 else { return }
    let tapRows = taps.count / tapColumns
    precondition(signal.count >= (rows + tapRows - 2) * rowDistance + columns + tapColumns - 1)
    precondition(output.count >= (rows - 1) * outputDistance + columns)
    var realTaps = [RealType](repeating: 0, count: taps.count)
    var imaginaryTaps = realTaps
    for index in taps.indices { (realTaps[index], imaginaryTaps[index]) = taps[index].rawStorage }
    // As many rows and columns as stay in the first-level cache.
    let (height, width) = (4, min(256, columns))
    var products = [Complex](repeating: .zero, count: height * width)
    for row in stride(from: 0, to: rows, by: height) {
      for column in stride(from: 0, to: columns, by: width) {
        let (bandRows, bandColumns) = (min(height, rows - row), min(width, columns - column))
        let from = row * rowDistance + column
        let end = from + (bandRows + tapRows - 2) * rowDistance + bandColumns + tapColumns - 1
        let window = signal.extracting(from..<end)
        let place = row * outputDistance + column
        var part = output._mutatingExtracting(
          place..<(place + (bandRows - 1) * outputDistance + bandColumns))
        unsafe withNumbers(window, realTaps.span, &part) { x, w, y, _ in
          unsafe RealType._kernels.slidingDot2D(
            x, 2 * rowDistance, w, tapRows, tapColumns, 2, y, 2 * outputDistance, bandRows,
            2 * bandColumns, 0)
        }
        var partial = products.mutableSpan
        unsafe withNumbers(window, imaginaryTaps.span, &partial) { x, w, y, _ in
          unsafe RealType._kernels.slidingDot2D(
            x, 2 * rowDistance, w, tapRows, tapColumns, 2, y, 2 * width, bandRows, 2 * bandColumns,
            0)
        }
        for r in 0..<bandRows {
          for c in 0..<bandColumns {
            let a = part[r * outputDistance + c].rawStorage
            let b = partial[r * width + c].rawStorage
            part[r * outputDistance + c] = Complex(a.x - b.y, a.y + b.x)
          }
        }
      }
    }
  }
}
