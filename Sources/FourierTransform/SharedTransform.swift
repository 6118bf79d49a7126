internal import Synchronization

/// The transforms that the process has planned for everybody, by type and length.
private let sharedTransforms = Mutex<[SharedTransformKey: any Sendable]>([:])

private struct SharedTransformKey: Hashable {
  let type: ObjectIdentifier
  let length: Int
}

extension SpectralTransform {
  /// The process's own transform of `length`, planned (by estimate, or by wisdom) on first use.
  ///
  /// One-shot calls would otherwise spend more time on planning than on transforming. Transforms
  /// are small, but are kept for ever: ask for lengths of a bounded set, such as those of
  /// ``fastTransformLength(atLeast:)``.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  public static func shared(length: Int) throws(TransformError) -> Self {
    let key = SharedTransformKey(type: ObjectIdentifier(Self.self), length: length)
    if let known = sharedTransforms.withLock({ $0[key] }) as? Self { return known }
    // Planned outside the lock: two threads may both do it, and then the first one stands.
    let planned = try Self(length: length, rigor: .estimate)
    let standing = sharedTransforms.withLock { transforms -> any Sendable in
      if let known = transforms[key] { return known }
      transforms[key] = planned
      return planned
    }
    return standing as? Self ?? planned
  }
}
