// SPDX-License-Identifier: MIT

import FuzzTargets

/// The parser that the command line names: `overlap-fuzz --parser=npy` and libFuzzer's arguments.
///
/// libFuzzer leaves alone what begins with two hyphens, hands it on to the processes that it starts,
/// and gives one input after the other.
private nonisolated(unsafe) let target: FuzzTarget = {
  let names = CommandLine.arguments.filter { $0.hasPrefix("--parser=") }
  guard let name = names.first?.dropFirst("--parser=".count),
    let parser = FuzzedParser(rawValue: String(name))
  else {
    let all = FuzzedParser.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("name a parser by --parser=: \(all)")
  }
  return FuzzTarget(parser)
}()

/// What libFuzzer's `main` calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
