// SPDX-License-Identifier: MIT

/// A value whose elements lie side by side in memory: an array, a slice of one, a
/// `ContiguousArray`, an `InlineArray`, a buffer pointer or a span.
///
/// Every function of the package that reads samples takes any of these.
public protocol ContiguousSamples<Element>: ~Copyable, ~Escapable {
  /// The type of the samples.
  associatedtype Element

  /// The samples, for reading.
  var span: Span<Element> { @_lifetime(borrow self) get }

  /// The samples as an array: those that are one are not copied.
  func _array() -> [Element]
}

extension ContiguousSamples where Self: ~Copyable & ~Escapable {
  /// A copy of the samples.
  public func _array() -> [Element] {
    unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
  }
}

/// A value whose elements lie side by side in memory and can be written.
///
/// Every function of the package that writes into its caller's memory takes any of these, as `inout`.
public protocol MutableContiguousSamples<Element>: ContiguousSamples, ~Copyable, ~Escapable {
  /// The samples, for writing.
  @_lifetime(&self) mutating func _mutableSpan() -> MutableSpan<Element>
}

extension Array: MutableContiguousSamples {
  /// The array itself.
  public func _array() -> [Element] { self }

  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> { mutableSpan }
}

extension ArraySlice: MutableContiguousSamples {
  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> { mutableSpan }
}

extension ContiguousArray: MutableContiguousSamples {
  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> { mutableSpan }
}

@available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *)
extension InlineArray: MutableContiguousSamples where Element: Copyable {
  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> { mutableSpan }
}

extension UnsafeBufferPointer: @unsafe ContiguousSamples where Element: Copyable {}

extension UnsafeMutableBufferPointer: @unsafe MutableContiguousSamples where Element: Copyable {
  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> {
    unsafe mutableSpan
  }
}

extension Span: ContiguousSamples where Element: Copyable {
  /// The span itself.
  public var span: Span<Element> { @_lifetime(copy self) get { self } }
}

extension MutableSpan: MutableContiguousSamples where Element: Copyable {
  /// The elements, for writing.
  @_lifetime(&self) public mutating func _mutableSpan() -> MutableSpan<Element> {
    _mutatingExtracting(...)
  }
}
