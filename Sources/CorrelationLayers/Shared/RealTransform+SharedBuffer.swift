internal import ComplexModule
internal import ComputeSupport
internal import FourierTransform

extension DiscreteTransform where Element: FourierScalar {
  /// A transform of planes of `rows` by `columns`.
  static func planned(rows: Int, columns: Int) throws(LayerError) -> Self {
    do { return try Self(rows: rows, columns: columns) } catch {
      throw .invalidShape([rows, columns])
    }
  }

  /// Transforms a plane; plane and spectrum have the transform's sizes.
  func forward(_ plane: SharedBuffer<Element>, into spectrum: SharedBuffer<Complex<Element>>) {
    spectrum.withAllElements { spectrum in
      cannotFail { () throws(TransformError) in try forward(plane.span, into: &spectrum) }
    }
  }

  /// Transforms a spectrum back to a plane, unscaled; the spectrum is used up.
  func unscaledInverse(
    consuming spectrum: SharedBuffer<Complex<Element>>, into plane: SharedBuffer<Element>
  ) {
    spectrum.withAllElements { spectrum in
      plane.withAllElements { plane in
        cannotFail { () throws(TransformError) in
          try unscaledInverse(consuming: &spectrum, into: &plane)
        }
      }
    }
  }
}

extension SharedBuffer {
  /// Complex numbers as pairs of real ones, which they are in memory.
  @unsafe func pairs<Scalar: FourierScalar>() -> UnsafeMutablePointer<Scalar>
  where Element == Complex<Scalar> {
    unsafe UnsafeMutableRawPointer(address(0, count)).assumingMemoryBound(to: Scalar.self)
  }
}
