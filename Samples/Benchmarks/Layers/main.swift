// SPDX-License-Identifier: MIT

// Measures the layers, one line of standard input after another, so that a script that measures a
// peer can alternate with it:
//
//     correlation N C H W K D S1 S2 PAD product|difference forward|backward|plan METHOD THREADS
//     convolution N CIN COUT H W K STRIDE PAD GROUPS forward|input|weight|plan METHOD THREADS
//
// Each line is answered by the seconds that one execution took and those that a probe of as many
// processors took, before or after, whichever was longer; `plan` by the method that the planner
// chooses for the forward pass.
var correlation: CachedCorrelation?
var convolution: CachedConvolution?

while let line = readLine() {
  let words = line.split(separator: " ").map(String.init)
  do {
    switch words.first {
    case "correlation": print(try measureCorrelation(Array(words.dropFirst()), &correlation))
    case "convolution": print(try measureConvolution(Array(words.dropFirst()), &convolution))
    default: print("error: no such benchmark: \(line)")
    }
  } catch {
    print("error: \(error)")
  }
  flush()
}
