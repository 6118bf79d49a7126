// SPDX-License-Identifier: MIT

/// The smallest even length of at least `minimum` that has no prime factor above 7 (for `minimum`
/// above 1): a length that FFTW has specialised code for.
///
/// - Complexity: O(log³ `minimum`).
public func fastTransformLength(atLeast minimum: Int) -> Int {
  guard minimum > 2 else { return max(minimum, 1) }
  precondition(minimum <= maximumTransformLength, "no transform has \(minimum) samples")
  var best = Int.max
  var sevens = 1
  while sevens < best {
    var fives = sevens
    while fives < best {
      var threes = fives
      while threes < best {
        var length = threes * 2
        while length < minimum { length *= 2 }
        best = min(best, length)
        threes *= 3
      }
      fives *= 5
    }
    sevens *= 7
  }
  return best
}
