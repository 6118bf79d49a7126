// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution
internal import FourierTransform

extension Float: ComputedElement {
  static func element(real: Double, imaginary: Double) -> Float? {
    imaginary == 0 ? Float(real) : nil
  }
}

extension Double: ComputedElement {
  static func element(real: Double, imaginary: Double) -> Double? { imaginary == 0 ? real : nil }
}

extension Complex: ComputedElement where RealType: FourierScalar {
  static func element(real: Double, imaginary: Double) -> Complex? {
    Complex(RealType(real), RealType(imaginary))
  }
}

// By the plans of one, two and three dimensions.
extension ComputedElement where Self: SignalElement, Result == Self {
  static func operation(
    _ kernel: [Self], _ job: BlockJob
  ) throws(InterfaceError) -> BlockOperation<Self> {
    let boundary = try job.boundary(Self.self)
    switch job.shape.count {
    case 1 where boundary == .zero: return try lineOperation(kernel, job)
    case 1: return try imageOperation(kernel, job, boundary)
    case 2: return try imageOperation(kernel, job, boundary)
    default: return try volumeOperation(kernel, job, boundary)
    }
  }

  static func add(_ results: Span<Self>, to sums: inout MutableSpan<Self>) -> Bool {
    for index in sums.indices { sums[index] += results[index] }
    return true
  }

  private static func lineOperation(
    _ kernel: [Self], _ job: BlockJob
  ) throws(InterfaceError) -> BlockOperation<Self> {
    let mode = job.modes[0]
    let plan = try translating(InterfaceError.init) { () throws(ConvolutionError) in
      job.isCorrelation
        ? try ConvolutionPlan(
          correlatingWith: kernel, mode: mode, method: job.method, threads: job.threads,
          expectedUses: job.uses)
        : try ConvolutionPlan(
          kernel: kernel, mode: mode, method: job.method, threads: job.threads,
          expectedUses: job.uses)
    }
    return BlockOperation { block, _, results throws(InterfaceError) in
      try translating(InterfaceError.init) { () throws(ConvolutionError) in
        // The shorter of the two is better the one that is prepared.
        guard job.uses == 1, kernel.count > block.count else {
          return try plan.apply(to: block, into: &results)
        }
        try job.isCorrelation
          ? correlate(
            block, kernel, into: &results, mode: mode, method: job.method, threads: job.threads)
          : convolve(
            block, kernel, into: &results, mode: mode, method: job.method, threads: job.threads)
      }
    }
  }

  /// A line is an image of one row where there is something beyond its ends.
  private static func imageOperation(
    _ kernel: [Self], _ job: BlockJob, _ boundary: Boundary<Self>
  ) throws(InterfaceError) -> BlockOperation<Self> {
    let isLine = job.shape.count == 1
    let kernel = Matrix(
      rows: isLine ? 1 : job.shape[0], columns: job.shape[isLine ? 0 : 1], elements: kernel)
    let columnMode = job.modes[isLine ? 0 : 1]
    let mode = isLine ? (columnMode == .valid ? .valid : .same) : job.modes[0]
    let plan = try translating(InterfaceError.init) { () throws(ConvolutionError) in
      job.isCorrelation
        ? try ConvolutionPlan2D(
          correlatingWith: kernel, mode: mode, columnMode: columnMode, boundary: boundary,
          method: job.method, threads: job.threads, expectedUses: job.uses)
        : try ConvolutionPlan2D(
          kernel: kernel, mode: mode, columnMode: columnMode, boundary: boundary,
          method: job.method, threads: job.threads, expectedUses: job.uses)
    }
    return BlockOperation { block, shape, results throws(InterfaceError) in
      let (rows, columns) = isLine ? (1, shape[0]) : (shape[0], shape[1])
      // The smaller of the two is better the one that is prepared.
      guard job.uses == 1, kernel.rows >= rows, kernel.columns >= columns, boundary == .zero
      else {
        return try translating(InterfaceError.init) { () throws(ConvolutionError) in
          try plan.apply(to: block, rows: rows, columns: columns, into: &results)
        }
      }
      let image = Matrix(rows: rows, columns: columns, elements: Array(copying: block))
      let found =
        job.isCorrelation
        ? correlate(
          image, kernel, mode: mode, columnMode: columnMode, method: job.method,
          threads: job.threads)
        : convolve(
          image, kernel, mode: mode, columnMode: columnMode, method: job.method,
          threads: job.threads)
      copy(found.elements, into: &results)
    }
  }

  private static func volumeOperation(
    _ kernel: [Self], _ job: BlockJob, _ boundary: Boundary<Self>
  ) throws(InterfaceError) -> BlockOperation<Self> {
    let kernel = Volume(
      planes: job.shape[0], rows: job.shape[1], columns: job.shape[2], elements: kernel)
    let modes = job.modes
    let plan = try translating(InterfaceError.init) { () throws(ConvolutionError) in
      job.isCorrelation
        ? try ConvolutionPlan3D(
          correlatingWith: kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
          boundary: boundary, method: job.method, threads: job.threads, expectedUses: job.uses)
        : try ConvolutionPlan3D(
          kernel: kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
          boundary: boundary, method: job.method, threads: job.threads, expectedUses: job.uses)
    }
    return BlockOperation { block, shape, results throws(InterfaceError) in
      let isLarge = zip(job.shape, shape).allSatisfy { $0 >= $1 }
      guard job.uses == 1, isLarge, boundary == .zero else {
        return try translating(InterfaceError.init) { () throws(ConvolutionError) in
          try plan.apply(
            to: block, planes: shape[0], rows: shape[1], columns: shape[2], into: &results)
        }
      }
      let volume = Volume(
        planes: shape[0], rows: shape[1], columns: shape[2], elements: Array(copying: block))
      let found =
        job.isCorrelation
        ? correlate(
          volume, kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
          method: job.method, threads: job.threads)
        : convolve(
          volume, kernel, mode: modes[0], rowMode: modes[1], columnMode: modes[2],
          method: job.method, threads: job.threads)
      copy(found.elements, into: &results)
    }
  }
}
