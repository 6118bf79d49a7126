// SPDX-License-Identifier: MIT

import Foundation
import InstructionSets
import TestSupport
import Testing
import VectorKernels

/// Every kernel, on every instruction set of this machine, on random sizes, places in memory and
/// numbers, against its definition in plain Swift; and whether it stays within its arrays.
///
/// Each set has a process of its own, which an access beyond an array ends. What is in the
/// environment makes it more than a few seconds' work:
///
///     OVERLAP_KERNEL_CASES=5000    cases of each kernel, precision and set: 100 without
///     OVERLAP_KERNEL_SEED=2        where their seeds come from: 1 without
///     OVERLAP_KERNEL_CASE=4711     one case of each, with this seed, as a failure tells it
///     OVERLAP_KERNEL_TRACE=FILE    each case is told there before it runs, for one that crashes
@Suite struct KernelFuzzTests {
  @Test func onEveryInstructionSet() async throws {
    let run = FuzzRun()
    for set in 0..<Int(instruction_set_count()) {
      let start = ContinuousClock.now
      // What does not agree comes back from the process as issues of this test.
      await #expect(processExitsWith: .success) { [set = set as Int] in
        let name = use(set)
        let fuses = instruction_set_fuses(instruction_set(rawValue: UInt32(set))) != 0
        FuzzRun().fuzz(Float.self, fuses: fuses, "\(name), Float")
        FuzzRun().fuzz(Double.self, fuses: fuses, "\(name), Double")
      }
      print("Kernels on set \(set): \(run), \(ContinuousClock.now - start)")
    }
  }
}

/// Makes the kernels use an instruction set, and returns its name.
private func use(_ set: Int) -> String {
  let set = instruction_set(rawValue: UInt32(set))
  use_instruction_set(set)
  let name = unsafe String(cString: instruction_set_name(set))
  #expect(unsafe String(cString: vk_instruction_set()) == name)
  return name
}

/// What the environment asks for.
private struct FuzzRun: CustomStringConvertible {
  let cases: Int
  let seed: UInt64
  let only: UInt64?
  let trace: FileHandle?

  init() {
    let settings = ProcessInfo.processInfo.environment
    func number(_ name: String) -> UInt64? { settings[name].flatMap { UInt64($0) } }
    cases = Int(number("OVERLAP_KERNEL_CASES") ?? 100)
    seed = number("OVERLAP_KERNEL_SEED") ?? 1
    only = number("OVERLAP_KERNEL_CASE")
    trace = settings["OVERLAP_KERNEL_TRACE"].flatMap { FileHandle(forWritingAtPath: $0) }
    _ = trace?.seekToEndOfFile()
  }

  var description: String { only.map { "case \($0)" } ?? "seed \(seed), \(cases) cases of each" }

  func fuzz<Scalar: KernelScalar>(_ type: Scalar.Type, fuses: Bool, _ name: String) {
    let arrays = GuardedArrays()
    for (index, kernel) in kernelsToFuzz(type).enumerated() {
      var seeds = SeededGenerator(seed: seed &+ UInt64(index) << 32)
      for _ in 0..<(only == nil ? cases : 1) {
        let seed = only ?? seeds.next()
        trace?.write(Data("\(kernel.name), \(name), case \(seed)\n".utf8))
        let work = KernelCase<Scalar>(seed: seed, fuses: fuses, arrays: arrays)
        kernel.run(work)
        guard let problem = work.finish() else { continue }
        Issue.record("\(kernel.name), \(name), case \(seed): \(problem)")
        // One of a kernel is enough.
        break
      }
    }
  }
}

/// A kernel with a case of it.
struct FuzzedKernel<Scalar: KernelScalar> {
  var name: String
  var run: (KernelCase<Scalar>) -> Void
}

private func kernelsToFuzz<Scalar: KernelScalar>(_ type: Scalar.Type) -> [FuzzedKernel<Scalar>] {
  directKernels() + groupedKernels() + productKernels() + elementwiseKernels()
    + smallResultKernels()
    + imageKernels() + laneKernels() + layerKernels() + columnKernels()
}
