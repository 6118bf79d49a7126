// SPDX-License-Identifier: MIT

public import ComplexModule
public import RealModule

// What every fast path is compared with: the definitions, term by term, in the order of the page.

/// The full convolution by its definition, `result[k] = Σ_j signal[k - j] · kernel[j]`.
public func directConvolution<T: AdditiveArithmetic>(
  _ signal: [T], _ kernel: [T], _ multiply: (T, T) -> T
) -> [T] {
  guard !signal.isEmpty, !kernel.isEmpty else { return [] }
  var result = [T](repeating: .zero, count: signal.count + kernel.count - 1)
  for k in result.indices {
    for j in max(0, k - signal.count + 1)...min(k, kernel.count - 1) {
      result[k] += multiply(signal[k - j], kernel[j])
    }
  }
  return result
}

/// The full convolution of numbers by its definition.
public func directConvolution<T: Numeric>(_ signal: [T], _ kernel: [T]) -> [T] {
  directConvolution(signal, kernel, *)
}

/// The discrete Fourier transform by its definition, in Double; `sign` -1 is forward.
public func naiveTransform(_ signal: [Complex<Double>], sign: Double = -1) -> [Complex<Double>] {
  let n = signal.count
  // The angles repeat after n: taken modulo n they are exact.
  let turns = (0..<n).map {
    Complex<Double>(length: 1, phase: sign * 2 * .pi * Double($0) / Double(n))
  }
  return (0..<n).map { k in
    var sum = Complex<Double>.zero
    for t in 0..<n { sum += signal[t] * turns[(k * t) % n] }
    return sum
  }
}

/// Half the distance from 1 to the next number: the largest relative error of one rounding.
public func unitOfRounding<T: BinaryFloatingPoint>(_ type: T.Type) -> Double {
  Double(T.ulpOfOne) / 2
}

/// The Euclidean norm of the difference over that of `expected`, in units of rounding of `T`.
public func relativeError<T: BinaryFloatingPoint>(_ actual: [T], _ expected: [Double]) -> Double {
  precondition(actual.count == expected.count)
  var difference = 0.0
  var norm = 0.0
  for (a, e) in zip(actual, expected) {
    difference += (Double(a) - e) * (Double(a) - e)
    norm += e * e
  }
  return difference == 0 ? 0 : (difference / norm).squareRoot() / unitOfRounding(T.self)
}

/// The Euclidean norm.
public func norm<T: BinaryFloatingPoint>(_ values: [T]) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

/// Both parts of complex numbers, one after the other.
public func components<T: Real>(_ values: [Complex<T>]) -> [T] {
  values.flatMap { [$0.rawStorage.x, $0.rawStorage.y] }
}

/// The full 2-D convolution by its definition, of matrices given row by row.
public func directConvolution2D<T: AdditiveArithmetic>(
  _ image: [[T]], _ kernel: [[T]], _ multiply: (T, T) -> T
) -> [[T]] {
  guard let width = image.first?.count, let taps = kernel.first?.count, width > 0, taps > 0 else {
    return []
  }
  var result = [[T]](
    repeating: [T](repeating: .zero, count: width + taps - 1),
    count: image.count + kernel.count - 1)
  for (i, imageRow) in image.enumerated() {
    for (a, kernelRow) in kernel.enumerated() {
      for j in 0..<width {
        for b in 0..<taps { result[i + a][j + b] += multiply(imageRow[j], kernelRow[b]) }
      }
    }
  }
  return result
}
