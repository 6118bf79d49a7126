// SPDX-License-Identifier: MIT

internal import COverlap

extension ArrayView {
  /// Throws unless there are so many axes.
  func require(rank: Int, _ name: String) throws(InterfaceError) {
    guard self.rank == rank else { throw .shape("\(name) has rank \(self.rank), not \(rank)") }
  }

  /// Throws unless elements are real numbers.
  func requireReal(_ name: String) throws(InterfaceError) {
    guard type.cType == OVERLAP_FLOAT32 || type.cType == OVERLAP_FLOAT64 else {
      throw .argument("\(name) is of \(type.name), and only float32 and float64 are possible")
    }
  }
}
