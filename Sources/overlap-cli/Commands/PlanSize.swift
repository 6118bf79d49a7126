// SPDX-License-Identifier: MIT

import ArgumentParser

/// The size of a signal, `N`, of an image, `HxW`, or of a volume, `DxHxW`.
struct PlanSize: ExpressibleByArgument, CustomStringConvertible {
  /// Along each dimension.
  let sizes: [Int]

  init?(argument: String) {
    guard let numbers = numbers(argument, separator: "x"), 1...3 ~= numbers.count,
      numbers.allSatisfy({ $0 > 0 })
    else { return nil }
    sizes = numbers
  }

  var rank: Int { sizes.count }
  var planes: Int { rank == 3 ? sizes[0] : 1 }
  var rows: Int { rank > 1 ? sizes[rank - 2] : 1 }
  var columns: Int { sizes[rank - 1] }
  var description: String { sizes.map(String.init).joined(separator: "x") }
}
