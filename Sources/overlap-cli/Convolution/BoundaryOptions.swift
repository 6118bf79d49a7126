internal import FourierTransform
import ArgumentParser
import Convolution

/// `--boundary`: what an image or an array is beyond its edges.
struct BoundaryOptions: ParsableArguments {
  @Option(
    help: """
      What an image or an array is beyond its edges: zero, constant=V, wrap, symmetric, reflect or \
      replicate.
      """)
  var boundary: ImageBoundary = .zero
}

/// A boundary as it is written on the command line.
enum ImageBoundary: ExpressibleByArgument {
  case zero, wrap, symmetric, reflect, replicate
  case constant(Double)

  init?(argument: String) {
    switch argument {
    case "zero": self = .zero
    case "wrap": self = .wrap
    case "symmetric": self = .symmetric
    case "reflect": self = .reflect
    case "replicate": self = .replicate
    default:
      guard argument.hasPrefix("constant="), let value = Double(argument.dropFirst(9)),
        value.isFinite
      else { return nil }
      self = .constant(value)
    }
  }

  var defaultValueDescription: String { "zero" }

  /// Whether there is nothing, which is what sound has beyond its ends.
  var isZero: Bool {
    if case .zero = self { return true }
    return false
  }

  /// The boundary of an array of integers; nil if its value is none.
  var ofIntegers: Boundary<Int>? {
    if case .constant(let value) = self { return Int(exactly: value).map { .constant($0) } }
    // The value of another boundary does not matter.
    return with(constant: 0)
  }

  func of<Element: SignalElement>(_ type: Element.Type) -> Boundary<Element> {
    guard case .constant(let value) = self else { return with(constant: .zero) }
    return .constant(Element(exactly: 1)?.scaled(by: Element.Scalar(value)) ?? .zero)
  }

  private func with<Element>(constant: Element) -> Boundary<Element> {
    switch self {
    case .zero: .zero
    case .wrap: .wrap
    case .symmetric: .symmetric
    case .reflect: .reflect
    case .replicate: .replicate
    case .constant: .constant(constant)
    }
  }
}
