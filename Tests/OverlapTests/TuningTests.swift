// SPDX-License-Identifier: MIT

import FourierTransform
import Overlap
import Testing

@Suite("What was measured of a machine can be kept")
struct TuningTests {
  private let shipped = Tuning.shipped

  @Test("The text that ships is in the form that measurements are written in")
  func shippedText() throws {
    let text = shipped.text
    #expect(Tuning(text: text) == shipped)
    #expect(Tuning(text: text)?.text == text)
    #expect(!shipped.origin.processor.isEmpty && !shipped.origin.date.isEmpty)
    // What measurements write has the same names, in the same order.
    var measured = CostTable()
    CostModel.shipped.add(to: &measured)
    LayerCosts.shared.add(to: &measured)
    #expect(measured.entries.map(\.name) == shipped.costs.entries.map(\.name))
    #expect(measured.entries.map(\.unit) == shipped.costs.entries.map(\.unit))
    #expect(measured.entries.map(\.values) == shipped.costs.entries.map(\.values))
  }

  @Test("What ships is what is used")
  func shippedIsUsed() throws {
    #expect(try Planner.shared.model == #require(CostModel(shipped.costs)))
    #expect(try LayerCosts.shared == #require(LayerCosts(shipped.costs)))
    #expect(knows(shipped.floatWisdom, Float.self))
    #expect(knows(shipped.doubleWisdom, Double.self))
  }

  /// Whether FFTW knows all of this wisdom, or refuses it because its build has other ways.
  private func knows<Scalar: FourierScalar>(_ wisdom: String, _ type: Scalar.Type) -> Bool {
    let known = Set(Wisdom.exported(for: type).split(separator: "\n"))
    return known.isSuperset(of: wisdom.split(separator: "\n")) || !Wisdom.add(wisdom, for: type)
  }

  @Test("A text of another version, or damaged anywhere, is refused or means the same")
  func damaged() throws {
    let text = shipped.text
    #expect(Tuning(text: "") == nil)
    #expect(Tuning(text: "overlap tuning 2" + text.dropFirst(16)) == nil)
    let head = try #require(text.firstRange(of: "\nfloat wisdom\n")).lowerBound
    let tail = text[head...].prefix(200) + "\ndouble wisdom\n" + text.suffix(200)
    let small = text[..<head] + tail
    #expect(Tuning(text: String(small)) != nil)
    for end in stride(from: 0, to: small.utf8.count - 1, by: 7) {
      #expect(Tuning(text: String(decoding: small.utf8.prefix(end), as: UTF8.self)) == nil)
    }
    let lines = text[..<head].split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.indices {
      var missing = lines
      missing.remove(at: line)
      let tuning = Tuning(text: missing.joined(separator: "\n") + tail)
      let isRemark = lines[line].hasPrefix("#")
      #expect((tuning.flatMap(isComplete) == true) == isRemark, "without \(lines[line])")
      let words = lines[line].split(separator: " ")
      for place in words.indices where line > 3 && !isRemark && place > 0 {
        for replacement in ["-1", "nan", "inf", "x1"] where words[place].first?.isNumber == true {
          var changed = lines
          changed[line] =
            (words[..<place] + [replacement[...]] + words[(place + 1)...])
            .joined(separator: " ")[...]
          let tuning = Tuning(text: changed.joined(separator: "\n") + tail)
          #expect(tuning.flatMap(isComplete) != true, "\(changed[line])")
        }
      }
    }
  }

  /// Whether every planner finds its costs.
  private func isComplete(_ tuning: Tuning) -> Bool {
    CostModel(tuning.costs) != nil && LayerCosts(tuning.costs) != nil
  }

  @Test("Wisdom that FFTW does not know leaves everything as it is")
  func refused() throws {
    let text = shipped.text
    let start = try #require(text.firstRange(of: "\nfloat wisdom\n")).upperBound
    let nonsense = text[..<start] + "nonsense\ndouble wisdom\n\nend\n"
    let slower = nonsense.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("threadStart") ? "threadStart 1 s" : $0 }.joined(separator: "\n")
    let before = Planner.shared.model
    let tuning = try #require(Tuning(text: slower))
    #expect(CostModel(tuning.costs)?.threadStart == 1)
    #expect(!tuning.adopt())
    #expect(Planner.shared.model == before)
  }
}
