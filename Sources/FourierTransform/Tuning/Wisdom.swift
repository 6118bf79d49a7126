// SPDX-License-Identifier: MIT

internal import Platform

/// What FFTW has learnt about transforms, in this whole process, as a text that can be kept. The
/// package ships some, which is read before the first plan is made.
package enum Wisdom {
  /// All wisdom of one precision, as FFTW writes it.
  package static func exported<Scalar: FourierScalar>(for scalar: Scalar.Type) -> String {
    withPlanner(for: scalar) { functions in
      guard let text = unsafe functions.exportWisdom() else { return "" }
      defer { unsafe free(text) }
      return unsafe String(cString: text)
    }
  }

  /// Whether FFTW took what the package ships for one precision: a library of another version, with other
  /// codelets or by another maker refuses it, and its plans are then estimated.
  package static func takesShipped<Scalar: FourierScalar>(for scalar: Scalar.Type) -> Bool {
    takesShippedWisdom(for: scalar)
  }

  /// Whether there is any: Intel's interface of FFTW has none.
  package static var isKept: Bool { !exported(for: Float.self).isEmpty }

  /// Adds `text` to the wisdom of one precision, and tells whether FFTW took it: a text of another
  /// version, of other codelets or another precision, or a damaged one, changes nothing.
  package static func add<Scalar: FourierScalar>(_ text: String, for scalar: Scalar.Type) -> Bool {
    isWellFormedWisdom(text) && withPlanner(for: scalar) { unsafe $0.importWisdom(text) != 0 }
  }

  /// Forgets all wisdom of one precision and takes `text` in its place, before another thread plans;
  /// tells whether FFTW took it.
  package static func replace<Scalar: FourierScalar>(
    by text: String, for scalar: Scalar.Type
  ) -> Bool {
    isWellFormedWisdom(text)
      && withPlanner(for: scalar) { functions in
        functions.forgetWisdom()
        return unsafe functions.importWisdom(text) != 0
      }
  }

  /// Forgets all wisdom of one precision, the shipped one too.
  package static func forget<Scalar: FourierScalar>(for scalar: Scalar.Type) {
    withPlanner(for: scalar) { $0.forgetWisdom() }
  }
}
