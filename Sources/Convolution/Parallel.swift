internal import FourierTransform
internal import RealModule

/// The number of threads that are used where the caller does not say: all cores.
public let defaultThreadCount = processorCount

/// Calls `body` once for each piece 0 ..< `count`, on up to `threads` threads.
///
/// Each thread makes itself one workspace and takes the next piece whenever it is free. What a
/// piece computes must not depend on which thread does it, nor on what was in the workspace, so
/// that results have the same bits on any number of threads.
func forEachPiece<Workspace: ~Copyable>(
  _ count: Int, threads: Int, workspace: @Sendable () -> Workspace,
  _ body: @Sendable (Int, inout Workspace) -> Void
) {
  shareWork(count, among: threads) { _, next in
    guard let first = next() else { return }
    var own = workspace()
    body(first, &own)
    while let piece = next() { body(piece, &own) }
  }
}

/// Elements that several threads read, for as long as the call that made it lasts.
///
/// `Span` cannot cross into the closures that threads run; this can, and gives spans back.
@safe struct SharedElements<Element>: @unchecked Sendable {
  // @unchecked: nobody writes while threads read.
  private let elements: UnsafeBufferPointer<Element>

  @unsafe init(_ elements: UnsafeBufferPointer<Element>) { unsafe self.elements = elements }

  var count: Int { unsafe elements.count }

  var span: Span<Element> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(Span(_unsafeElements: elements), borrowing: self) }
  }
}

/// Memory of which several threads write parts that do not overlap.
@safe struct SharedOutput<Element>: @unchecked Sendable {
  // @unchecked: each thread writes only the ranges of its own pieces.
  private let elements: UnsafeMutableBufferPointer<Element>

  @unsafe init(_ elements: UnsafeMutableBufferPointer<Element>) { unsafe self.elements = elements }

  var count: Int { unsafe elements.count }

  /// Lets `body` write the elements of `range`, which no other piece may touch.
  func withElements<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result
  ) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let part = unsafe UnsafeMutableBufferPointer(rebasing: elements[range])
    var span = unsafe MutableSpan(_unsafeElements: part)
    return body(&span)
  }
}

extension SharedOutput {
  /// The elements of `range` on their own.
  func part(_ range: Range<Int>) -> SharedOutput {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe SharedOutput(UnsafeMutableBufferPointer(rebasing: elements[range]))
  }

  /// Lets `body` read and write elements all over, of which no other piece may touch any: for
  /// columns of a matrix.
  func withAllElements<Result>(_ body: (inout MutableSpan<Element>) -> Result) -> Result {
    withElements(0..<count, body)
  }
}

extension Span {
  /// Lets `body` read these elements from several threads.
  func withShared<Result>(_ body: (SharedElements<Element>) -> Result) -> Result {
    unsafe withUnsafeBufferPointer { unsafe body(SharedElements($0)) }
  }
}

extension MutableSpan {
  /// Lets `body` write these elements from several threads, each its own part.
  mutating func withShared<Result>(_ body: (SharedOutput<Element>) -> Result) -> Result {
    unsafe withUnsafeMutableBufferPointer { unsafe body(SharedOutput($0)) }
  }
}

/// An array of `count` numbers, all of which `body` writes.
///
/// The array is not filled with zeros first, which for long results would take as long as a
/// fast convolution and would touch all its pages from one thread.
func makeNumbers<Element: AlgebraicField>(
  count: Int, _ body: (inout MutableSpan<Element>) -> Void
) -> [Element] {
  unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    unsafe adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    body(&span)
    initialized = count
  }
}
