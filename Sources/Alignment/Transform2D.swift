internal import ComplexModule
internal import FourierTransform

/// Transforms a matrix of complex numbers in place, rows and then columns; the inverse is not
/// scaled.
func transform2D(
  _ values: inout [Complex<Double>], rows: Int, columns: Int, isInverse: Bool
) {
  do throws(TransformError) {
    let rowTransform = try ComplexTransform<Double>.shared(length: columns)
    let columnTransform = try ComplexTransform<Double>.shared(length: rows)
    var source = AlignedBuffer<Complex<Double>>(repeating: .zero, count: max(rows, columns))
    var target = AlignedBuffer<Complex<Double>>(repeating: .zero, count: max(rows, columns))
    func run(
      _ transform: ComplexTransform<Double>, _ from: Int, _ step: Int
    ) throws(TransformError) {
      var all = source.mutableSpan
      var line = all._mutatingExtracting(0..<transform.length)
      for index in 0..<transform.length { line[index] = values[from + index * step] }
      var room = target.mutableSpan
      var result = room._mutatingExtracting(0..<transform.length)
      if isInverse {
        try transform.unscaledInverse(consuming: &line, into: &result)
      } else {
        try transform.forward(line.span, into: &result)
      }
      for index in 0..<transform.length { values[from + index * step] = result[index] }
    }
    for row in 0..<rows { try run(rowTransform, row * columns, 1) }
    for column in 0..<columns { try run(columnTransform, column, columns) }
  } catch {
    preconditionFailure("fast lengths can be transformed: \(error)")
  }
}
