import ArgumentParser
import Convolution
import FourierTransform

/// `--boundary`: what an image or an array is beyond its edges.
struct BoundaryOptions: ParsableArguments {
  @Option(
    help: """
      What an image or an array is beyond its edges: zero, constant=V, wrap, symmetric, reflect or \
      replicate.
      """)
  var boundary = BoundaryArgument(boundary: .zero)
}

/// A boundary as it is written on the command line.
struct BoundaryArgument: ExpressibleByArgument {
  private let boundary: Boundary<Double>

  init(boundary: Boundary<Double>) { self.boundary = boundary }

  init?(argument: String) {
    let named: [String: Boundary<Double>] = [
      "zero": .zero, "wrap": .wrap, "symmetric": .symmetric, "reflect": .reflect,
      "replicate": .replicate,
    ]
    if let boundary = named[argument] {
      self.boundary = boundary
    } else {
      guard argument.hasPrefix("constant="), let value = Double(argument.dropFirst(9)),
        value.isFinite
      else { return nil }
      boundary = .constant(value)
    }
  }

  var defaultValueDescription: String { "zero" }

  /// Whether there is nothing, which is what sound has beyond its ends.
  var isZero: Bool { boundary == .zero }

  /// The boundary of an array of integers; nil if its value is none.
  var ofIntegers: Boundary<Int>? {
    guard case .constant(let value) = boundary else { return boundary.with(constant: 0) }
    return Int(exactly: value).map { .constant($0) }
  }

  /// The boundary of an array of such elements.
  func of<Element: SignalElement>(_: Element.Type) -> Boundary<Element> {
    guard case .constant(let value) = boundary else { return boundary.with(constant: .zero) }
    return .constant(Element(real: 1, imaginary: 0).scaled(by: Element.Scalar(value)))
  }
}
