// SPDX-License-Identifier: MIT

import ArgumentParser

/// Does the work of one case, so that `run` can have valgrind count its instructions.
@main
struct InstructionCounts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "InstructionCounts",
    abstract: "Does a case's work twice, the second time inside of the function that is counted.")

  @Argument(help: "The case; without one, their names are printed.")
  var name: String?

  func run() throws {
    guard let name else {
      for entry in coreCases { print(entry.name) }
      return
    }
    guard let entry = coreCases.first(where: { $0.name == name }) else {
      throw ValidationError("there is no case '\(name)'; without a name they are printed")
    }
    let work = try entry.prepare()
    // The first time makes plans and fills the pools of memory.
    let expected = try work()
    let actual = try countedWork(work)
    guard expected == actual, actual > 0 else {
      throw ValidationError("'\(name)' gave \(expected) results and then \(actual)")
    }
  }
}

/// The instructions in here and in what it calls are the ones that `run` has counted, by this name.
@inline(never)
func countedWork(_ work: () throws -> Int) throws -> Int { try work() }
