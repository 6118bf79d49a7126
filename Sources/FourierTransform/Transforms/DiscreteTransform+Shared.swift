internal import Synchronization

/// The transforms that the process has planned for all callers, by type and length.
private let sharedTransforms = Mutex<[SharedTransformKey: SharedTransform]>([:])

private struct SharedTransformKey: Hashable {
  let type: ObjectIdentifier
  let length: Int
}

private struct SharedTransform {
  let transform: any Sendable
  let rigor: PlanningRigor
}

extension DiscreteTransform {
  /// The process's own transform of `length`, planned on first use: by wisdom if there is some, and
  /// else by an estimate, or by measuring once somebody announces uses that earn it.
  ///
  /// One-shot calls would otherwise spend more time on planning than on transforming. Transforms
  /// are small, but are kept: ask for lengths of a bounded set, such as those of
  /// ``fastTransformLength(atLeast:)``. Measured plans may round in another way than estimated ones.
  ///
  /// - Parameter expectedUses: transforms, forward or inverse; see
  ///   ``PlanningRigor/earned(byTransforms:ofLength:)``.
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  package static func shared(
    length: Int, expectedUses: Int = 1
  ) throws(TransformError) -> Self {
    guard 1...maximumTransformLength ~= length else { throw .invalidLength(length) }
    let key = SharedTransformKey(type: ObjectIdentifier(Self.self), length: length)
    let rigor = PlanningRigor.earned(byTransforms: expectedUses, ofLength: length)
    func isEnough(_ known: SharedTransform) -> Bool {
      known.rigor != .estimate || rigor == .estimate
    }
    if let known = sharedTransforms.withLock({ $0[key] }), isEnough(known),
      let transform = known.transform as? Self
    {
      return transform
    }
    // Planned outside the lock: of two threads that both do it, the first wins.
    let planned = try Self(length: length, rigor: rigor)
    let standing = sharedTransforms.withLock { transforms -> any Sendable in
      if let known = transforms[key], isEnough(known) { return known.transform }
      transforms[key] = SharedTransform(transform: planned, rigor: rigor)
      return planned
    }
    return standing as? Self ?? planned
  }
}
