internal import Platform

/// What FFTW has learnt about transforms on this machine, as a text that can be kept.
///
/// Wisdom is process-wide. The package ships some, which is read before the first plan is made: for
/// the lengths that convolutions use, real and complex.
public enum Wisdom {
  /// All wisdom of one precision, as FFTW writes it.
  public static func exported<Scalar: FourierScalar>(for scalar: Scalar.Type) -> String {
    withPlanner(for: scalar) { functions in
      guard let text = unsafe functions.exportWisdom() else { return "" }
      defer { unsafe free(text) }
      return unsafe String(cString: text)
    }
  }

  /// Adds `text` to the wisdom of one precision, and tells whether FFTW took it.
  ///
  /// A text of another version of FFTW, of other codelets or of another precision, or one that is
  /// damaged, is refused and changes nothing.
  public static func add<Scalar: FourierScalar>(_ text: String, for scalar: Scalar.Type) -> Bool {
    withPlanner(for: scalar) { unsafe $0.importWisdom(text) != 0 }
  }

  /// Forgets all wisdom of one precision, the shipped one too.
  public static func forget<Scalar: FourierScalar>(for scalar: Scalar.Type) {
    withPlanner(for: scalar) { $0.forgetWisdom() }
  }
}

extension Wisdom {
  /// Finds fast ways of doing the transforms of a length, real and complex, forward and inverse, so
  /// that later plans of that length have them at once.
  ///
  /// - Parameter rigor: `measure` or `patient`; `estimate` learns nothing.
  /// - Throws: ``TransformError/invalidLength(_:)``.
  public static func learn<Scalar: FourierScalar>(
    length: Int, rigor: PlanningRigor = .measure, for scalar: Scalar.Type
  ) throws(TransformError) {
    _ = try RealTransform<Scalar>(length: length, rigor: rigor)
    _ = try ComplexTransform<Scalar>(length: length, rigor: rigor)
  }
}
