// SPDX-License-Identifier: MIT

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

extension SharedBuffer where Element: FourierScalar {
  /// The sum of the squares; unless all elements are 0, at least ``FourierScalar/leastEnergy``.
  func energy() -> Double {
    let (kernels, elements) = unsafe (Element._operations.kernels, address(0, count))
    let energy = unsafe kernels.pointee.energy(elements, count)
    // Squares of single precision may exceed its range, though not that of their sum.
    guard energy.isFinite else {
      var energy = 0.0
      let elements = span
      for index in elements.indices { energy += Double(elements[index]) * Double(elements[index]) }
      return energy
    }
    guard energy < Element.leastEnergy else { return energy }
    // The squares of very small elements underflow.
    var peak: Element = 0
    unsafe kernels.pointee.chunkMaxima(elements, &peak, count, count)
    return peak == 0 ? 0 : Element.leastEnergy
  }

  /// Multiplies all elements by `factor`.
  func scale(by factor: Element) {
    unsafe Element._operations.kernels.pointee.scale(
      address(0, count), Double(factor), address(0, count), count)
  }

  /// Multiplies all elements by `factor` and rounds them to whole numbers.
  func round(factor: Element) {
    withAllElements { elements in
      for index in elements.indices { elements[index] = (elements[index] * factor).rounded() }
    }
  }

  /// Writes the numbers of those elements, of `count` from `first` on and `step` apart, that are
  /// below `limit` to `places` from `place` on, and returns how many they are.
  func smallPlaces(
    _ count: Int, each step: Int, from first: Int, below limit: Double,
    into places: SharedBuffer<Int>, at place: Int
  ) -> Int {
    guard count > 0 else { return 0 }
    return unsafe Element._operations.kernels.pointee.smallPlaces(
      address(first, (count - 1) * step + 1), count, step, limit, places.address(place, count))
  }
}
