// SPDX-License-Identifier: MIT

/// Whether a text is built as FFTW writes its wisdom, with numbers that have room where it keeps them.
///
/// FFTW refuses a text of other words, and ends the process where a number has no room (`imprt` in its
/// `kernel/planner.c`): a line for its version, and one for each solver with the conditions of its use,
/// of 20, 20 and 9 bits, and the four words of a checksum.
func isWellFormedWisdom(_ text: String) -> Bool {
  let lines = text.utf8.split(separator: UInt8(ascii: "\n"))
  guard lines.count >= 2, let head = lines.first, let end = lines.last,
    end.elementsEqual(")".utf8)
  else { return false }
  let title = head.split(separator: UInt8(ascii: " "))
  return title.count == 6 && isName(title[0].dropFirst()) && isName(title[1])
    && title[2...].allSatisfy { bits($0, 32) }
    && lines.dropFirst().dropLast().allSatisfy { isEntry($0) }
}

/// A line such as `  (fftwf_codelet_r2cb_2 2 #x10bdd #x10bdd #x0 #x85f926cb #xb9371c44 #x11895fbf #x6de7a7eb)`.
private func isEntry(_ line: Substring.UTF8View) -> Bool {
  let words = line.split(separator: UInt8(ascii: " "))
  guard words.count == 9, words[0].first == UInt8(ascii: "("),
    words[8].last == UInt8(ascii: ")")
  else { return false }
  return isName(words[0].dropFirst()) && Int32(Substring(words[1])) != nil && bits(words[2], 20)
    && bits(words[3], 20) && bits(words[4], 9) && words[5...7].allSatisfy { bits($0, 32) }
    && bits(words[8].dropLast(), 32)
}

/// A name that FFTW has room for.
private func isName(_ word: Substring.UTF8View) -> Bool {
  1..<64 ~= word.count && word.allSatisfy { 0x21...0x7E ~= $0 && !"()#".utf8.contains($0) }
}

/// A number such as `#x1f` of at most so many bits.
private func bits(_ word: Substring.UTF8View, _ count: Int) -> Bool {
  guard word.starts(with: "#x".utf8),
    let number = UInt32(Substring(word.dropFirst(2)), radix: 16)
  else { return false }
  return UInt64(number) >> UInt64(count) == 0
}
