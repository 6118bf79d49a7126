// SPDX-License-Identifier: MIT

internal import FourierTransform

/// What an image is taken to be beyond its edges.
///
/// Of the row a b c d, to either side:
///
/// | boundary | before | | after |
/// |---|---|---|---|
/// | `zero` | 0 0 0 | a b c d | 0 0 0 |
/// | `constant(k)` | k k k | a b c d | k k k |
/// | `wrap` | b c d | a b c d | a b c |
/// | `symmetric` | c b a | a b c d | d c b |
/// | `reflect` | d c b | a b c d | c b a |
/// | `replicate` | a a a | a b c d | d d d |
///
/// It goes on like that as far as a kernel reaches, however short the image is.
public enum Boundary<Element: Sendable & Equatable>: Sendable, Equatable {
  /// Nothing: products with what is beyond the edges are left out, so that they do not even meet
  /// the infinities and NaN of a kernel.
  case zero
  /// One value everywhere.
  case constant(Element)
  /// The image again and again.
  case wrap
  /// The image mirrored at its edges, so that the outermost elements come twice.
  case symmetric
  /// The image mirrored at its outermost elements, which come once.
  case reflect
  /// The outermost elements again and again.
  case replicate

  /// Where the element stands that is found at `index` of an extended line of `count` elements; nil
  /// if it is none of the line's.
  func source(of index: Int, count: Int) -> Int? {
    if index >= 0 && index < count { return index }
    switch self {
    case .zero, .constant: return nil
    case .wrap: return modulo(index, count)
    case .replicate: return index < 0 ? 0 : count - 1
    case .symmetric:
      let place = modulo(index, 2 * count)
      return min(place, 2 * count - 1 - place)
    case .reflect:
      guard count > 1 else { return 0 }
      let place = modulo(index, 2 * count - 2)
      return min(place, 2 * count - 2 - place)
    }
  }
}

extension Boundary {
  /// The same boundary around samples of another type, with `value` for a constant.
  package func with<Other>(constant value: Other) -> Boundary<Other> {
    switch self {
    case .zero: .zero
    case .constant: .constant(value)
    case .wrap: .wrap
    case .symmetric: .symmetric
    case .reflect: .reflect
    case .replicate: .replicate
    }
  }
}

extension Boundary where Element: SignalElement {
  /// A constant of zero is the zero boundary.
  var simplified: Boundary {
    if case .constant(let value) = self, value == .zero, value.hasFiniteParts { return .zero }
    return self
  }
}

/// The remainder of `index` that is not negative.
private func modulo(_ index: Int, _ count: Int) -> Int {
  let rest = index % count
  return rest < 0 ? rest + count : rest
}
