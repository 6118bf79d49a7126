// SPDX-License-Identifier: MIT

public import COverlap
internal import Convolution

// The functions of overlap.h that convolve arrays. That they are those of the header is checked by the
// compiler.

/// Convolves an array with a kernel; the header, overlap.h, has the rest.
@c @implementation
public func overlap_convolve(
  _ type: overlap_type, _ signal: UnsafePointer<overlap_array>?,
  _ kernel: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?,
  _ options: UnsafePointer<overlap_options>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    unsafe try convolveOnce(type, signal, kernel, output, options, isCorrelation: false)
  }
}

/// Correlates an array with a kernel; the header, overlap.h, has the rest.
@c @implementation
public func overlap_correlate(
  _ type: overlap_type, _ signal: UnsafePointer<overlap_array>?,
  _ kernel: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?,
  _ options: UnsafePointer<overlap_options>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    unsafe try convolveOnce(type, signal, kernel, output, options, isCorrelation: true)
  }
}

private func convolveOnce(
  _ type: overlap_type, _ signal: UnsafePointer<overlap_array>?,
  _ kernel: UnsafePointer<overlap_array>?, _ output: UnsafePointer<overlap_array>?,
  _ options: UnsafePointer<overlap_options>?, isCorrelation: Bool
) throws(InterfaceError) {
  if unsafe try convolveLines(
    type, signal, kernel, output, options, isCorrelation: isCorrelation)
  {
    return
  }
  let type = try ElementType(type)
  let signal = unsafe try ArrayView(signal, type, "the signal")
  let kernel = unsafe try ArrayView(kernel, type, "the kernel")
  let options = unsafe try ArrayOptions(options, kernelRank: kernel.rank)
  let output = unsafe try ArrayView(
    output, options.resultType ?? type, "the output", isWritten: true)
  try type.withComputedElement(
    OneConvolution(
      signal: signal, kernel: kernel, output: output, options: options,
      isCorrelation: isCorrelation))
}

private struct OneConvolution: ComputedElementBody {
  let signal: ArrayView
  let kernel: ArrayView
  let output: ArrayView
  let options: ArrayOptions
  let isCorrelation: Bool

  func run<Element: ComputedElement>(_: Element.Type) throws(InterfaceError) {
    try ArrayConvolution<Element>(kernel, options, isCorrelation: isCorrelation, uses: 1)
      .execute(signal, output)
  }
}

/// Writes the shape of a result; the header, overlap.h, has the rest.
@c @implementation
public func overlap_result_shape(
  _ signalRank: Int32, _ signalShape: UnsafePointer<Int64>?, _ kernelRank: Int32,
  _ kernelShape: UnsafePointer<Int64>?, _ options: UnsafePointer<overlap_options>?,
  _ shape: UnsafeMutablePointer<Int64>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let signal = unsafe try checkedShape(signalRank, signalShape, "the signal")
    let kernel = unsafe try checkedShape(kernelRank, kernelShape, "the kernel")
    let options = unsafe try ArrayOptions(options, kernelRank: kernel.count)
    let geometry = try Geometry(
      signal: signal, kernel: kernel, options, isCorrelation: false)
    unsafe try write(geometry.resultShape, to: shape)
  }
}

/// Tells the planner's choice; the header, overlap.h, has the rest.
@c @implementation
public func overlap_choose_method(
  _ type: overlap_type, _ signalRank: Int32, _ signalShape: UnsafePointer<Int64>?,
  _ kernelRank: Int32, _ kernelShape: UnsafePointer<Int64>?,
  _ options: UnsafePointer<overlap_options>?, _ method: UnsafeMutablePointer<overlap_method>?,
  _ seconds: UnsafeMutablePointer<Double>?
) -> overlap_status {
  status { () throws(InterfaceError) in
    let type = try ElementType(type)
    let signal = unsafe try checkedShape(signalRank, signalShape, "the signal")
    let kernel = unsafe try checkedShape(kernelRank, kernelShape, "the kernel")
    let options = unsafe try ArrayOptions(options, kernelRank: kernel.count)
    guard let method = unsafe method else { throw .argument("the method is NULL") }
    let geometry = try Geometry(
      signal: signal, kernel: kernel, options, isCorrelation: false)
    let choice = try geometry.choice(type, options)
    unsafe method.pointee =
      switch choice.method {
      case .direct: OVERLAP_DIRECT
      case .separable: OVERLAP_SEPARABLE
      case .fft: OVERLAP_FFT
      case .overlapSave: OVERLAP_OVERLAP_SAVE
      }
    guard let seconds = unsafe seconds else { return }
    let methods: [ConvolutionMethod?] = [nil, .direct, .separable, .fft, .overlapSave]
    for (number, method) in methods.enumerated() {
      unsafe seconds[number] = method.flatMap { choice.predictedSeconds[$0] } ?? 0
    }
  }
}

/// Writes a shape, one number for each axis.
func write(_ shape: [Int], to target: UnsafeMutablePointer<Int64>?) throws(InterfaceError) {
  guard !shape.isEmpty else { return }
  guard let target = unsafe target else { throw .argument("the shape to write is NULL") }
  for axis in shape.indices { unsafe target[axis] = Int64(shape[axis]) }
}

extension Geometry {
  /// What the planner chooses for one block.
  fileprivate func choice(
    _ type: ElementType, _ options: ArrayOptions
  ) throws(InterfaceError) -> MethodChoice {
    // Integers are convolved as doubles.
    let kind: ElementKind =
      switch type.cType {
      case OVERLAP_FLOAT32: .float32
      case OVERLAP_COMPLEX64: .complex64
      case OVERLAP_COMPLEX128: .complex128
      default: .float64
      }
    guard added.isEmpty else {
      throw .shape("a method is chosen for three axes at most, not \(added.count + inner.count)")
    }
    let blocks = inner.map { axes[$0] }
    let isPadded = options.boundary != .zero
    let mode: ConvolutionMode =
      switch options.mode {
      case .full, .lags: .full
      case .same: .same
      case .valid: .valid
      }
    let (planner, threads) = (Planner.shared, options.threads)
    return switch blocks.count {
    case 0:
      planner.choose(kind, signalCount: 1, kernelCount: 1, threads: threads)
    case 1 where !isPadded:
      planner.choose(
        kind, signalCount: blocks[0].signal, kernelCount: blocks[0].kernel, mode: mode,
        threads: threads)
    case 1:
      planner.choose(
        kind, rows: 1, columns: blocks[0].signal, kernelRows: 1, kernelColumns: blocks[0].kernel,
        mode: mode, isPadded: true, threads: threads)
    case 2:
      planner.choose(
        kind, rows: blocks[0].signal, columns: blocks[1].signal, kernelRows: blocks[0].kernel,
        kernelColumns: blocks[1].kernel, mode: mode, isPadded: isPadded, threads: threads)
    default:
      planner.choose(
        kind, planes: blocks[0].signal, rows: blocks[1].signal, columns: blocks[2].signal,
        kernelPlanes: blocks[0].kernel, kernelRows: blocks[1].kernel,
        kernelColumns: blocks[2].kernel, mode: mode, isPadded: isPadded, threads: threads)
    }
  }
}
