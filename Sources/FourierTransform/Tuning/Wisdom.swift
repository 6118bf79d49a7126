internal import Platform

/// What FFTW has learnt about transforms on this machine, as a text that can be kept.
///
/// It is process-wide. The package ships some, which is read before the first plan is made: for the
/// lengths that convolutions use, real and complex.
package enum Wisdom {
  /// All wisdom of one precision, as FFTW writes it.
  package static func exported<Scalar: FourierScalar>(for scalar: Scalar.Type) -> String {
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
  package static func add<Scalar: FourierScalar>(_ text: String, for scalar: Scalar.Type) -> Bool {
    withPlanner(for: scalar) { unsafe $0.importWisdom(text) != 0 }
  }

  /// Forgets all wisdom of one precision, the shipped one too.
  package static func forget<Scalar: FourierScalar>(for scalar: Scalar.Type) {
    withPlanner(for: scalar) { $0.forgetWisdom() }
  }
}
