// SPDX-License-Identifier: MIT

internal import Synchronization

/// What the process has planned for all callers, by its type and length.
private let sharedValues = Mutex<SharedValues>([:])

private typealias SharedValues = [SharedKey: (value: any Sendable, rigor: PlanningRigor)]

private struct SharedKey: Hashable {
  let type: ObjectIdentifier
  let length: Int
}

/// The process's own value of a type for a length: made on first use, and made again for the first
/// caller who earns FFTW the time to measure where it was made by an estimate.
package func sharedValue<Value: Sendable, Failure: Error>(
  length: Int, rigor: PlanningRigor, _ make: () throws(Failure) -> Value
) throws(Failure) -> Value {
  let key = SharedKey(type: ObjectIdentifier(Value.self), length: length)
  func standing(_ values: SharedValues) -> Value? {
    guard let known = values[key], known.rigor != .estimate || rigor == .estimate else {
      return nil
    }
    return known.value as? Value
  }
  if let known = sharedValues.withLock({ standing($0) }) { return known }
  // Made outside the lock: of two threads that both do it, the first wins.
  let made = try make()
  return sharedValues.withLock { values in
    if let known = standing(values) { return known }
    values[key] = (made, rigor)
    return made
  }
}

extension DiscreteTransform {
  /// The process's own transform of `length`, planned on first use: by wisdom, by an estimate, or
  /// by measuring, which may round in another way, once somebody announces uses that earn it.
  ///
  /// Transforms are kept: ask for a bounded set, such as ``fastTransformLength(atLeast:)``.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  package static func shared(
    length: Int, rigor: PlanningRigor = .estimate
  ) throws(TransformError) -> Self {
    try sharedValue(length: length, rigor: rigor) { () throws(TransformError) -> Self in
      try Self(length: length, rigor: rigor)
    }
  }
}
