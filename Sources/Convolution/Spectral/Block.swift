// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// A window of a signal, and which part of it holds samples of the signal.
struct Block<Element: SignalElement>: ~Escapable {
  /// The samples; those beyond the signal are zero.
  let samples: Span<Element>
  /// The indices that hold samples of the signal.
  let inside: Range<Int>
  /// Whether the first and last of those are the signal's own first and last: there, results are
  /// made of fewer samples than the kernel has taps.
  let startsSignal: Bool
  let endsSignal: Bool

  /// The window of `signal` itself where it lies inside; else `padded`, which is a copy of it with
  /// zeros for what is beyond the signal.
  @_lifetime(copy signal, copy padded)
  init(of signal: Span<Element>, _ window: Range<Int>, orPadded padded: Span<Element>) {
    let isInside = padded.isEmpty
    let part = signal.extracting(isInside ? window : 0..<0)
    samples = either(part, padded)
    let clamped = window.clamped(to: 0..<signal.count)
    inside = (clamped.lowerBound - window.lowerBound)..<(clamped.upperBound - window.lowerBound)
    startsSignal = clamped.lowerBound == 0 && !clamped.isEmpty
    endsSignal = clamped.upperBound == signal.count && !clamped.isEmpty
  }
}

/// The first of two spans unless it is empty.
@_lifetime(copy first, copy second)
private func either<Element>(_ first: Span<Element>, _ second: Span<Element>) -> Span<Element> {
  first.isEmpty ? second : first
}

/// One thread's memory for blocks.
struct BlockScratch<Element: SignalElement>: ~Copyable {
  /// The packed block, and then its packed results.
  var packed: AlignedBuffer<Complex<Element.Scalar>>
  /// Its spectrum, or the values of a second kernel where a transform goes in four steps.
  var spectrum: AlignedBuffer<Complex<Element.Scalar>>
  /// What a transform in four steps needs on this thread.
  var steps: FourStepScratch<Element.Scalar>
  /// The largest magnitudes of a block's chunks.
  var maxima: [Element.Scalar] = []
  /// For a padded copy; empty until one is given back.
  var padding: [Element] = []

  init(_ transform: PackedTransform<Element>) {
    packed = unsafe AlignedBuffer(uninitialized: transform.storage)
    spectrum = unsafe AlignedBuffer(uninitialized: transform.storage)
    switch transform.kind {
    case .plain: steps = FourStepScratch(tile: 0, row: 0)
    case .fourStep(let transform): steps = transform.makeScratch()
    }
  }

  /// A copy of the window of `signal` with zeros beyond its ends; empty if the window lies inside.
  mutating func takePadding(for signal: Span<Element>, _ window: Range<Int>) -> [Element] {
    guard window.lowerBound < 0 || window.upperBound > signal.count else { return [] }
    var copy = padding.taken()
    if copy.isEmpty { copy = [Element](repeating: .zero, count: window.count) }
    let clamped = window.clamped(to: 0..<signal.count)
    let inside = (clamped.lowerBound - window.lowerBound)..<(clamped.upperBound - window.lowerBound)
    var elements = copy.mutableSpan
    for index in 0..<inside.lowerBound { elements[index] = .zero }
    for index in inside.upperBound..<window.count { elements[index] = .zero }
    var part = elements._mutatingExtracting(inside)
    copyElements(signal.extracting(clamped), into: &part)
    return copy
  }
}
