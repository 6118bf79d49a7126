import FourierTransform
import Testing

/// Wisdom goes out and comes back in, and what is not wisdom changes nothing.
@Suite struct WisdomTests {
  @Test func itsOwnTextIsTakenBack() throws {
    _ = try ComplexTransform<Float>(length: 96, rigor: .measure)
    let text = Wisdom.exported(for: Float.self)
    #expect(text.contains("fftwf_wisdom"))
    #expect(Wisdom.add(text, for: Float.self))
  }

  @Test func anythingElseIsRefused() {
    let floats = Wisdom.exported(for: Float.self)
    #expect(!Wisdom.add("", for: Float.self))
    #expect(!Wisdom.add("not wisdom at all", for: Double.self))
    #expect(!Wisdom.add(floats, for: Double.self), "of the other precision")
    #expect(!Wisdom.add(String(floats.dropLast(floats.count / 2)), for: Float.self), "cut off")
  }
}
