import Convolution
import Testing

@Suite("What was measured of a machine can be kept")
struct TuningTests {
  private let tuning = Tuning(
    model: .shipped, floatWisdom: "(fftw-3 of float\n  (a))", doubleWisdom: "(of double)")

  @Test("A text gives back the tuning that it was made of")
  func roundTrip() {
    #expect(Tuning(text: tuning.text) == tuning)
  }

  @Test("A text of another version, or damaged anywhere, is refused or means the same")
  func damaged() {
    let text = tuning.text
    #expect(Tuning(text: "") == nil)
    #expect(Tuning(text: "overlap tuning 1" + text.dropFirst(16)) == nil)
    for end in stride(from: 0, to: text.utf8.count - 1, by: 7) {
      #expect(Tuning(text: String(decoding: text.utf8.prefix(end), as: UTF8.self)) == nil)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let costs = lines.prefix { $0 != "float wisdom" }.indices
    for line in costs {
      var missing = lines
      missing.remove(at: line)
      let isOptional = ["freshByte ", " matrixPassCall ", " matrixPassRow "].contains {
        lines[line].contains($0)
      }
      #expect(
        (Tuning(text: missing.joined(separator: "\n")) == nil) != isOptional,
        "without \(lines[line])")
      for replacement in ["x", "-1", "nan", "inf"] where line > 0 {
        var changed = lines
        let words = lines[line].split(separator: " ").dropLast() + [replacement[...]]
        changed[line] = words.joined(separator: " ")[...]
        #expect(Tuning(text: changed.joined(separator: "\n")) == nil, "\(changed[line])")
      }
    }
  }

  @Test("A text that was kept before fresh memory was measured has what ships for it")
  func older() {
    var measured = tuning
    measured.model.freshByte *= 2
    let lines = measured.text.split(separator: "\n", omittingEmptySubsequences: false)
    let older = lines.filter { !$0.hasPrefix("freshByte ") }
    #expect(Tuning(text: measured.text) == measured)
    #expect(Tuning(text: older.joined(separator: "\n")) == tuning)
  }

  @Test("Wisdom that FFTW does not know leaves the planner as it is")
  func refused() {
    var costs = CostModel.shipped
    costs.threadStart *= 2
    let before = Planner.shared.model
    #expect(!Tuning(model: costs, floatWisdom: "nonsense", doubleWisdom: "").adopt())
    #expect(Planner.shared.model == before)
  }
}
