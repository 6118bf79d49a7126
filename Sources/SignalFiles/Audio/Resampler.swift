// SPDX-License-Identifier: MIT

import CSoxr

/// What can be wrong with a request to resample.
public enum ResamplingError: Error, Equatable, CustomStringConvertible {
  /// A sample rate is not a positive finite number, or the two are too far apart.
  case invalidRates(from: Double, to: Double)
  /// The resampling library gave up.
  case failed(String)

  /// The problem in one sentence.
  public var description: String {
    switch self {
    case .invalidRates(let source, let target):
      "cannot resample from \(source) Hz to \(target) Hz: rates must be positive and finite"
    case .failed(let reason):
      "resampling failed: \(reason)"
    }
  }
}

/// Changes the sample rate of a stream of interleaved frames, block by block, with linear phase and
/// no delay: output frame k is the band-limited signal at the time `k / target rate` from the
/// first input frame on.
///
/// It is libsoxr's very high quality: 28 bits of precision, flat to 91.3 % of the lower of the two
/// Nyquist frequencies.
@safe public struct Resampler: ~Copyable {
  private let channelCount: Int
  private let handle: OpaquePointer

  /// Prepares a stream.
  ///
  /// - Precondition: a frame has at least one sample.
  /// - Throws: ``ResamplingError/invalidRates(from:to:)``, ``ResamplingError/failed(_:)``.
  public init(
    from source: Double, to target: Double, channelCount: Int = 1
  ) throws(ResamplingError) {
    precondition(channelCount > 0, "a frame has at least one channel")
    guard source > 0, target > 0, source.isFinite, target.isFinite else {
      throw .invalidRates(from: source, to: target)
    }
    var problem: soxr_error_t?
    var samples = unsafe soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = unsafe soxr_quality_spec(CUnsignedLong(SOXR_VHQ), 0)
    guard
      let handle = unsafe soxr_create(
        source, target, CUnsignedInt(channelCount), &problem, &samples, &quality, nil)
    else {
      guard let problem = unsafe problem else { throw .invalidRates(from: source, to: target) }
      throw .failed(unsafe String(cString: problem))
    }
    self.channelCount = channelCount
    unsafe self.handle = handle
  }

  /// Takes frames in and gives out those that are ready.
  ///
  /// - Returns: The number of frames taken from `input`, which is all of them unless `output` is
  ///   full, and the number written to `output`.
  /// - Throws: ``ResamplingError/failed(_:)``.
  public mutating func process(
    _ input: Span<Float>, into output: inout MutableSpan<Float>
  ) throws(ResamplingError) -> (consumed: Int, produced: Int) {
    // An address even for no input: none at all would mean its end.
    var nothing: Float = 0
    return try unsafe input.withUnsafeBufferPointer { source throws(ResamplingError) in
      try unsafe withUnsafePointer(to: &nothing) { placeholder throws(ResamplingError) in
        try unsafe step(source.baseAddress ?? placeholder, source.count, into: &output)
      }
    }
  }

  /// Gives out what is left after the last input: to be called until it returns 0.
  ///
  /// - Returns: The number of frames written to `output`.
  /// - Throws: ``ResamplingError/failed(_:)``.
  public mutating func finish(
    into output: inout MutableSpan<Float>
  ) throws(ResamplingError) -> Int {
    try unsafe step(nil, 0, into: &output).produced
  }

  /// Takes `count` samples in, or with no address their end, and gives out what is ready.
  @unsafe private func step(
    _ source: UnsafePointer<Float>?, _ count: Int, into output: inout MutableSpan<Float>
  ) throws(ResamplingError) -> (consumed: Int, produced: Int) {
    var (consumed, produced) = (0, 0)
    let problem = unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe soxr_process(
        handle, source, count / channelCount, &consumed, target.baseAddress,
        target.count / channelCount, &produced)
    }
    if let problem = unsafe problem { throw .failed(unsafe String(cString: problem)) }
    return (consumed, produced)
  }

  deinit { unsafe soxr_delete(handle) }
}

/// The signal at another sample rate; see ``Resampler``.
///
/// The result has `signal.count · target / source` samples, rounded to the nearest integer. Equal
/// rates give the signal back as it is.
///
/// - Throws: ``ResamplingError/invalidRates(from:to:)``.
/// - Complexity: O(input + output) for a given ratio.
public func resample(
  _ signal: [Float], from source: Double, to target: Double
) throws(ResamplingError) -> [Float] {
  if source == target, source > 0, source.isFinite { return signal }
  var resampler = try Resampler(from: source, to: target)
  let length = (Double(signal.count) * target / source).rounded()
  guard length < Double(Int.max >> 4) else { throw .invalidRates(from: source, to: target) }
  var result = [Float](repeating: 0, count: Int(length))
  var free = result.mutableSpan
  var position = 0
  var rest = signal.span
  while !rest.isEmpty, position < free.count {
    var target = free._mutatingExtracting(position..<free.count)
    let step = try resampler.process(rest, into: &target)
    rest = rest.extracting(droppingFirst: step.consumed)
    position += step.produced
    if step.consumed == 0 && step.produced == 0 { break }
  }
  while position < free.count {
    var target = free._mutatingExtracting(position..<free.count)
    let produced = try resampler.finish(into: &target)
    if produced == 0 { break }
    position += produced
  }
  return result
}
