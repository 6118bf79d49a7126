// SPDX-License-Identifier: MIT

import RealModule

/// The chances for a high peak: either sign, any lag and emphasis.
func chances(lagCount: Int, emphasisCount: Int = 1) -> Double {
  2 * Double(lagCount) * Double(emphasisCount)
}

/// How high the highest of `count` independent normal variables is, in standard deviations, to first
/// order: √(2 ln n) (Leadbetter, Lindgren & Rootzén 1983, theorem 1.5.3).
func highestByChance(of count: Double) -> Double { (2 * Double.log(count)).squareRoot() }

/// A bound of the probability that one of `chances` would have such a score.
func probabilityBound(of score: Double, chances: Double) -> Double {
  max(smallestProbability, min(1, chances * Double.exp(-max(0, score) * max(0, score) / 2)))
}

/// Below this no other emphasis is tried. Judged: the square of what a command accepts, and more.
let conclusiveProbability = 1e-15
/// What is reported for anything less probable: a bound of zero would be a promise.
let smallestProbability = 1e-300
