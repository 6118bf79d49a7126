public import ComplexModule
internal import VectorKernels

extension ConvolutionScalar {
  /// Taps beyond which sums are split, as ``ConvolutionElement/slidingDot(_:_:into:)`` splits them,
  /// so that their rounding stays small.
  private static var mostPlainTaps: Int { 64 }

  /// See ``ConvolutionElement/filterRows(_:rowDistance:_:symmetry:into:rowDistance:rows:columns:room:)``.
  public static func filterRows(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    room: inout [Self]
  ) {
    guard taps.count <= mostPlainTaps else {
      return slideAlongRows(
        signal, rowDistance: rowDistance, taps, into: &output, rowDistance: outputDistance,
        rows: rows, columns: columns)
    }
    precondition(signal.count >= (rows - 1) * rowDistance + columns + taps.count - 1)
    precondition(output.count >= (rows - 1) * outputDistance + columns)
    unsafe withNumbers(signal, taps, &output) { x, w, y, _ in
      unsafe withPassRoom(taps.count, &room) { room in
        unsafe _kernels.rowPass(
          x, rowDistance, w, taps.count, CInt(symmetry), y, outputDistance, rows, columns, room)
      }
    }
  }

  /// See ``ConvolutionElement/filterColumns(_:rowDistance:_:symmetry:into:rowDistance:rows:columns:streams:room:)``.
  public static func filterColumns(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    streams: Bool, room: inout [Self]
  ) -> Bool {
    guard taps.count <= mostPlainTaps else {
      return slideDownColumns(
        signal, rowDistance: rowDistance, taps, into: &output, rowDistance: outputDistance,
        rows: rows, columns: columns, streams: streams)
    }
    precondition(signal.count >= (rows + taps.count - 2) * rowDistance + columns)
    precondition(output.count >= (rows - 1) * outputDistance + columns)
    var areFinite = true
    unsafe withNumbers(signal, taps, &output) { x, w, y, _ in
      unsafe withPassRoom(taps.count, &room) { room in
        areFinite =
          unsafe _kernels.columnPass(
            x, rowDistance, w, taps.count, CInt(symmetry), y, outputDistance, rows, columns,
            streams ? 1 : 0, room) != 0
      }
    }
    return areFinite
  }

  /// Lends the kernels of the passes what they want of memory, kept in `room` from call to call.
  private static func withPassRoom(
    _ taps: Int, _ room: inout [Self], _ body: (UnsafeMutablePointer<Self>) -> Void
  ) {
    let size = vk_pass_room(taps)
    if room.count < size { room = [Self](repeating: .zero, count: size) }
    var space = room.mutableSpan
    unsafe space.withUnsafeMutableBufferPointer { space in
      if let start = space.baseAddress { unsafe body(start) }
    }
  }
}

// Complex numbers take the sums that know nothing of symmetry.
extension Complex where RealType: ConvolutionScalar {
  /// See ``ConvolutionElement/filterRows(_:rowDistance:_:symmetry:into:rowDistance:rows:columns:room:)``.
  public static func filterRows(
    _ signal: Span<Complex>, rowDistance: Int, _ taps: Span<Complex>, symmetry: Int,
    into output: inout MutableSpan<Complex>, rowDistance outputDistance: Int, rows: Int,
    columns: Int, room: inout [Complex]
  ) {
    slideAlongRows(
      signal, rowDistance: rowDistance, taps, into: &output, rowDistance: outputDistance,
      rows: rows, columns: columns)
  }

  /// See ``ConvolutionElement/filterColumns(_:rowDistance:_:symmetry:into:rowDistance:rows:columns:streams:room:)``.
  public static func filterColumns(
    _ signal: Span<Complex>, rowDistance: Int, _ taps: Span<Complex>, symmetry: Int,
    into output: inout MutableSpan<Complex>, rowDistance outputDistance: Int, rows: Int,
    columns: Int, streams: Bool, room: inout [Complex]
  ) -> Bool {
    slideDownColumns(
      signal, rowDistance: rowDistance, taps, into: &output, rowDistance: outputDistance,
      rows: rows, columns: columns, streams: streams)
  }
}

extension ConvolutionElement {
  fileprivate static func slideAlongRows(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let samples = (row * rowDistance)..<(row * rowDistance + columns + taps.count - 1)
      var line = output._mutatingExtracting(
        (row * outputDistance)..<(row * outputDistance + columns))
      slidingDot(signal.extracting(samples), taps, into: &line)
    }
  }

  fileprivate static func slideDownColumns(
    _ signal: Span<Self>, rowDistance: Int, _ taps: Span<Self>,
    into output: inout MutableSpan<Self>, rowDistance outputDistance: Int, rows: Int, columns: Int,
    streams: Bool
  ) -> Bool {
    slidingDot2D(
      signal, rowDistance: rowDistance, taps, tapColumns: 1, into: &output,
      rowDistance: outputDistance, rows: rows, columns: columns, streams: streams)
    var maximum = [Scalar](repeating: 0, count: 1)
    var target = maximum.mutableSpan
    for row in 0..<rows {
      let line = output.span.extracting((row * outputDistance)..<(row * outputDistance + columns))
      chunkMaxima(of: line, chunk: columns, into: &target)
      if !target[0].isFinite { return false }
    }
    return true
  }
}
