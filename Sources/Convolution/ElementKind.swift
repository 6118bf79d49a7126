/// The four types of samples, as the planner tells them apart; named as NumPy names them.
public enum ElementKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// `Float`
  case float32
  /// `Double`
  case float64
  /// `Complex<Float>`
  case complex64
  /// `Complex<Double>`
  case complex128

  /// The kind of an element type.
  public init<Element: ConvolutionElement>(_ type: Element.Type) {
    switch (Element.Scalar.significandBitCount, Element.blocksPerTransform) {
    case (...23, 2): self = .float32
    case (...23, _): self = .complex64
    case (_, 2): self = .float64
    case (_, _): self = .complex128
    }
  }

  /// Blocks that go through one complex transform.
  var blocksPerTransform: Int {
    switch self {
    case .float32, .float64: 2
    case .complex64, .complex128: 1
    }
  }
}
