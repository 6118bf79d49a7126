// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import TestSupport
import Testing

/// Wisdom goes out and comes back in, and what is not wisdom changes nothing.
@Suite struct WisdomTests {
  @Test func itsOwnTextIsTakenBack() throws {
    _ = try ComplexTransform<Float>(length: 96, rigor: .measure)
    let text = Wisdom.exported(for: Float.self)
    guard Wisdom.isKept else {
      // Intel's interface of FFTW keeps none, and takes none.
      #expect(text.isEmpty && !Wisdom.takesShipped(for: Float.self))
      return
    }
    #expect(text.contains("fftwf_wisdom"))
    #expect(Wisdom.add(text, for: Float.self))
  }

  @Test func whetherWhatShipsIsTakenIsKnown() {
    for _ in 0..<2 {
      #expect(
        Wisdom.takesShipped(for: Float.self)
          == Wisdom.add(Tuning.shipped.floatWisdom, for: Float.self))
      #expect(
        Wisdom.takesShipped(for: Double.self)
          == Wisdom.add(Tuning.shipped.doubleWisdom, for: Double.self))
    }
  }

  @Test func measurementsWithoutWisdomAreForLibrariesWithoutIt() throws {
    let text = Tuning.shipped.text
    let start = try #require(text.firstRange(of: "\nfloat wisdom\n"))
    let bare = text[..<start.upperBound] + "\ndouble wisdom\n\nend\n"
    let tuning = try #require(Tuning(text: String(bare)))
    #expect(tuning.floatWisdom.isEmpty && tuning.doubleWisdom.isEmpty)
    #expect(tuning.adoptWisdom() == !Wisdom.isKept)
  }

  @Test func anythingElseIsRefused() {
    let floats = Wisdom.exported(for: Float.self)
    #expect(!Wisdom.add("", for: Float.self))
    #expect(!Wisdom.add("not wisdom at all", for: Double.self))
    #expect(!Wisdom.add(floats, for: Double.self), "of the other precision")
    #expect(!Wisdom.add(String(floats.dropLast(floats.count / 2)), for: Float.self), "cut off")
  }

  /// FFTW itself ends the process.
  @Test func aNumberWithoutRoomIsRefused() {
    let text = Wisdom.exported(for: Float.self)
    for number in ["#x100000", "#xfffffffff", "#x", "-1", ""] {
      var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard let place = words.indices.last(where: { words[$0].hasPrefix("#x") }) else { continue }
      for field in 0..<3 {
        let own = words[place - 6 + field]
        words[place - 6 + field] = number
        #expect(!Wisdom.add(words.joined(separator: " "), for: Float.self), "\(number)")
        words[place - 6 + field] = own
      }
      #expect(Wisdom.add(words.joined(separator: " "), for: Float.self))
    }
  }

  @Test func measuringIsForThoseWhoWinItBack() {
    func rigor(_ count: Int, _ length: Int) -> PlanningRigor {
      .earned(byTransforms: count, ofLength: length)
    }
    #expect(rigor(1, 1) == .estimate)
    // A transform of a million takes some milliseconds, measuring it 16 s.
    #expect(rigor(1, 1 << 20) == .estimate)
    #expect(rigor(20_000, 1 << 20) == .measure)
    // A hundred filterings of ten million samples, in rows of 512; a single one.
    #expect(rigor(4_000_000, 512) == .measure)
    #expect(rigor(40_000, 512) == .estimate)
    #expect(rigor(.max, .max) == .measure)
  }

  @Test func aSharedTransformIsPlannedAgainForManyUses() throws {
    // No wisdom ships for this length.
    let length = 9 * 11
    let signal = (0..<length).map { Complex(Double($0 % 7), Double($0 % 5)) }
    let expected = naiveTransform(signal)
    for uses in [1, 100_000_000, 1] {
      let transform = try ComplexTransform<Double>.shared(
        length: length, rigor: .earned(byTransforms: uses, ofLength: length))
      var spectrum = [Complex<Double>](repeating: .zero, count: length)
      var target = spectrum.mutableSpan
      try transform.forward(signal.span, into: &target)
      let error = zip(spectrum, expected).map { ($0 - $1).length }.max() ?? 0
      #expect(error < 1e-12 * Double(length), "\(uses) uses")
    }
  }

  @Test func recentTransformsAreRightHoweverManyLengthsThereWere() throws {
    // More lengths than are kept, twice.
    for length in Array(1...100) + Array(1...100) {
      let signal = (0..<length).map { Complex(Double($0 % 7), Double($0 % 5)) }
      let expected = naiveTransform(signal)
      let found = try ComplexTransform<Double>.recent(length: length).forward(signal)
      let error = zip(found, expected).map { ($0 - $1).length }.max() ?? 0
      #expect(error < 1e-12 * Double(length), "\(length)")
    }
    #expect(throws: TransformError.invalidLength(0)) {
      try ComplexTransform<Double>.recent(length: 0)
    }
  }
}
